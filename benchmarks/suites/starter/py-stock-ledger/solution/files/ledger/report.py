"""The report for the auditor."""


def report(stock):
    rows = []
    for name in stock.articles():
        row = (name, stock.quantity(name), stock.value(name), stock.profit(name))
        if row[1] == 0 and row[3] == 0:
            continue
        rows.append(row)
    rows.append(("total", *(sum(row[column] for row in rows) for column in (1, 2, 3))))
    cells = [(name, str(quantity), euros(value), euros(profit)) for name, quantity, value, profit in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    return "\n".join(_line(row, widths) for row in cells)


def _line(row, widths):
    name, *numbers = row
    return "  ".join([name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(numbers, widths[1:]))])


def euros(cents):
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
