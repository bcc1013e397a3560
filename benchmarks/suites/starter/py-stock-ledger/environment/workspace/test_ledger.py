import unittest

from ledger import JournalError, Stock, StockError, book, read_journal, report


class LedgerTest(unittest.TestCase):
    def test_sales_take_the_oldest_lot(self):
        stock = book("2024-01-01 buy bolt 10 @ 0.20\n2024-01-02 buy bolt 10 @ 0.30\n2024-01-03 sell bolt 12 @ 0.50\n")
        self.assertEqual((stock.quantity("bolt"), stock.value("bolt"), stock.profit("bolt")), (8, 240, 340))

    def test_too_large_a_sale(self):
        stock = Stock()
        stock.buy("bolt", 3, 10)
        with self.assertRaises(StockError):
            stock.sell("bolt", 4, 20)
        self.assertEqual((stock.quantity("bolt"), stock.profit("bolt")), (3, 0))

    def test_broken_line(self):
        with self.assertRaises(JournalError) as caught:
            read_journal("# journal\n\n2024-01-01 lose bolt 3\n")
        self.assertEqual(caught.exception.line, 3)

    def test_report(self):
        stock = book("2024-01-01 buy nut 100 @ 0.05\n2024-01-01 buy bolt 7 @ 1.10\n2024-01-02 sell bolt 2 @ 1.00\n")
        self.assertEqual(report(stock), "bolt     5   5.50  -0.20\nnut    100   5.00   0.00\ntotal  105  10.50  -0.20")


if __name__ == "__main__":
    unittest.main()
