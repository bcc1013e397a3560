from ledger.journal import Entry, JournalError, read_journal
from ledger.report import report
from ledger.stock import Stock, StockError

__all__ = ["Entry", "JournalError", "Stock", "StockError", "book", "read_journal", "report"]


def book(text):
    """Return the stock after all entries of a journal."""
    stock = Stock()
    for entry in read_journal(text):
        stock.apply(entry)
    return stock
