from statement.movement import Movement, StatementError
from statement.parser import parse
from statement.report import monthly

__all__ = ["Movement", "StatementError", "monthly", "parse"]
