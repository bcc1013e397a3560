"""Reads the journal."""

import re
from typing import NamedTuple, Optional

ENTRY = re.compile(r"(\d{4}-\d\d-\d\d) (buy|sell|count) (\S+) (\d+)( @ (\d+\.\d\d))?")


class Entry(NamedTuple):
    date: str
    kind: str
    article: str
    count: int
    price: Optional[int]


class JournalError(ValueError):
    def __init__(self, line, message):
        super().__init__(f"line {line}: {message}")
        self.line = line


def read_journal(text):
    entries = []
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for number, line in enumerate(lines, start=1):
        match = ENTRY.match(" ".join(line.split()))
        if match is None:
            raise JournalError(number, f"not an entry: {line!r}")
        date, kind, article, count, _, price = match.groups()
        if int(count) == 0:
            raise JournalError(number, "nothing to book")
        entries.append(Entry(date, kind, article, int(count), int(float(price) * 100) if price else None))
    return sorted(entries)
