"""The report for the auditor."""


def report(stock):
    rows = []
    for name in stock.articles():
        row = (name, stock.quantity(name), stock.value(name), stock.profit(name))
        if row[1] == 0:
            continue
        rows.append(row)
    rows.append(("total", *(sum(row[column] for row in rows) for column in (1, 2, 3))))
    cells = [(name, str(quantity), euros(value), euros(profit)) for name, quantity, value, profit in rows]
    widths = [max(len(row[column]) for row in cells[:-1]) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in cells)


def euros(cents):
    return f"{cents // 100}.{cents % 100:02}"
