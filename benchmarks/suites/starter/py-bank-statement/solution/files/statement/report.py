"""Sums up movements by month."""


def monthly(movements):
    """Return one dictionary a month, from the first to the last that occur."""
    by_month = {}
    for movement in movements:
        by_month.setdefault(movement.date[:7], []).append(movement)
    report = []
    balance = 0
    for month in _months(by_month):
        amounts = [movement.cents for movement in by_month.get(month, [])]
        balance += sum(amounts)
        report.append(
            {
                "month": month,
                "income": sum(cents for cents in amounts if cents > 0),
                "spending": -sum(cents for cents in amounts if cents < 0),
                "balance": balance,
                "categories": _categories(by_month.get(month, [])),
            }
        )
    return report


def _months(known):
    if not known:
        return
    month = min(known)
    while month <= max(known):
        yield month
        year, number = int(month[:4]), int(month[5:])
        month = f"{year + 1:04}-01" if number == 12 else f"{year:04}-{number + 1:02}"


def _categories(movements):
    sums = {}
    for movement in movements:
        if movement.cents < 0:
            category = movement.category or "other"
            sums[category] = sums.get(category, 0) - movement.cents
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
