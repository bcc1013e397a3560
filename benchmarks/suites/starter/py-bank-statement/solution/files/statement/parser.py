"""Reads the bank's export."""

import re
from datetime import date

from statement.movement import Movement, StatementError

FIELD = re.compile(r' *(?:"((?:[^"]|"")*)" *|((?!")[^;]*));')
AMOUNT = re.compile(r"([+-]?)([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),([0-9]{2})")


def parse(text):
    """Return the movements of an export; raise StatementError for a line that can't be read."""
    movements = []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        content = line.strip(" ")
        if content == "" or content.startswith("#"):
            continue
        movements.append(_movement(number, _fields(number, line)))
    return movements


def _fields(number, line):
    fields = []
    rest = line + ";"
    while rest != "":
        match = FIELD.match(rest)
        if match is None:
            raise StatementError(number, "a quoted field does not end properly")
        quoted, plain = match.groups()
        fields.append(plain.strip(" ") if quoted is None else quoted.replace('""', '"'))
        rest = rest[match.end() :]
    return fields


def _movement(number, fields):
    if len(fields) not in (3, 4):
        raise StatementError(number, f"expected 3 or 4 fields, got {len(fields)}")
    day, party, amount = fields[:3]
    if not _exists(day):
        raise StatementError(number, f"not a date: {day!r}")
    if party == "":
        raise StatementError(number, "no party")
    match = AMOUNT.fullmatch(amount)
    if match is None:
        raise StatementError(number, f"not an amount: {amount!r}")
    cents = int(match[2].replace(".", "")) * 100 + int(match[3])
    category = fields[3] if len(fields) == 4 and fields[3] != "" else None
    return Movement(day, party, -cents if match[1] == "-" else cents, category)


def _exists(day):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        return False
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
