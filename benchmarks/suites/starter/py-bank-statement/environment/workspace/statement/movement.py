"""What moves on an account."""

from typing import NamedTuple, Optional


class Movement(NamedTuple):
    date: str
    party: str
    cents: int
    category: Optional[str] = None


class StatementError(ValueError):
    """A line of a statement that can't be read."""

    def __init__(self, line, message):
        super().__init__(f"line {line}: {message}")
        self.line = line
