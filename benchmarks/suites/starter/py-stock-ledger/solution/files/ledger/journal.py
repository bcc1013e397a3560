"""Reads the journal."""

import re
from typing import NamedTuple, Optional

ENTRY = re.compile(r"(\d{4}-\d\d-\d\d) (?:(buy|sell) (\S+) (\d+) @ (\d+)\.(\d\d)|(count) (\S+) (\d+))", re.ASCII)


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
    for number, line in enumerate(text.split("\n"), start=1):
        content = " ".join(line.partition("#")[0].split())
        if content != "":
            entries.append(_entry(number, content))
    return sorted(entries, key=lambda entry: (entry.date, entry.kind != "buy"))


def _entry(number, content):
    match = ENTRY.fullmatch(content)
    if match is None:
        raise JournalError(number, f"not an entry: {content!r}")
    if match[7] == "count":
        return Entry(match[1], "count", match[8], int(match[9]), None)
    if int(match[4]) == 0:
        raise JournalError(number, "nothing to book")
    return Entry(match[1], match[2], match[3], int(match[4]), int(match[5]) * 100 + int(match[6]))
