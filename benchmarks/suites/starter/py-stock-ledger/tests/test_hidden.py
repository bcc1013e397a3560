from exact import ExactTestCase
from ledger import JournalError, Stock, StockError, book, read_journal, report


class HiddenTest(ExactTestCase):
    def state(self, stock, name):
        return (stock.quantity(name), stock.value(name), stock.profit(name), stock.losses(name))

    def read(self, text):
        return [tuple(entry) for entry in read_journal(text)]

    def refused(self, line, *texts):
        for text in texts:
            with self.assertRaises(JournalError, msg=text) as caught:
                read_journal(text)
            self.assertEqual(caught.exception.line, line)

    def test_entries(self):
        self.assertEqual(
            self.read("  2024-01-01   buy  nut 5 @   2.05 # new\n2024-01-02 count nut 0#gone\n2024-01-03 sell x-1 1 @ 10.00"),
            [
                ("2024-01-01", "buy", "nut", 5, 205),
                ("2024-01-02", "count", "nut", 0, None),
                ("2024-01-03", "sell", "x-1", 1, 1000),
            ],
        )

    def test_comments_and_blank_lines(self):
        self.assertEqual(self.read("\n  # a\n\n   \n#"), [])

    def test_exact_cents(self):
        prices = ["0.29", "0.57", "1.15", "4.35", "8.20", "64.10", "0.07", "1.10"]
        text = "".join(f"2024-01-01 buy a 1 @ {price}\n" for price in prices)
        self.assertEqual([entry[4] for entry in self.read(text)], [29, 57, 115, 435, 820, 6410, 7, 110])

    def test_counts(self):
        self.refused(1, "2024-01-01 buy a 0 @ 1.00", "2024-01-01 sell a 0 @ 1.00")

    def test_broken_lines(self):
        self.refused(
            1,
            "2024-01-01 buy a 1",
            "2024-01-01 sell a 1",
            "2024-01-01 count a 1 @ 1.00",
            "2024-01-01 buy a 1 @ 1.005",
            "2024-01-01 buy a 1 @ 1.0",
            "2024-01-01 buy a 1 @ 1",
            "2024-01-01 buy a 1 @ 1.00 extra",
            "2024-01-01 count a 1 extra",
            "2024-01-01 buy a -1 @ 1.00",
            "2024-1-01 count a 1",
        )

    def test_line_numbers(self):
        self.refused(5, "# a\n\n2024-01-01 count a 1\n \n2024-01-01 steal a 1\n")

    def test_order_of_dates(self):
        entries = self.read("2024-02-01 count a 1\n2023-12-31 count b 2\n2024-01-15 count c 3")
        self.assertEqual([entry[2] for entry in entries], ["b", "c", "a"])

    def test_order_within_a_date(self):
        text = "".join(
            f"2024-01-01 {entry}\n"
            for entry in ("sell z 9 @ 1.00", "count y 3", "buy q 2 @ 1.00", "sell a 1 @ 1.00", "buy b 1 @ 1.00", "count a 0")
        )
        self.assertEqual([(entry[1], entry[2]) for entry in self.read(text)],
                         [("buy", "q"), ("buy", "b"), ("sell", "z"), ("count", "y"), ("sell", "a"), ("count", "a")])

    def test_oldest_lot_first(self):
        stock = Stock()
        for count, price in ((2, 10), (3, 20), (4, 30)):
            stock.buy("a", count, price)
        stock.sell("a", 1, 100)
        self.assertEqual(self.state(stock, "a"), (8, 190, 90, 0))
        stock.sell("a", 5, 100)
        self.assertEqual(self.state(stock, "a"), (3, 90, 90 + 500 - 10 - 60 - 30, 0))
        stock.sell("a", 3, 1)
        self.assertEqual(self.state(stock, "a"), (0, 0, 490 + 3 - 90, 0))

    def test_too_large_a_sale_changes_nothing(self):
        stock = Stock()
        stock.buy("a", 2, 10)
        stock.buy("a", 3, 20)
        with self.assertRaises(StockError):
            stock.sell("a", 6, 100)
        self.assertEqual(self.state(stock, "a"), (5, 80, 0, 0))
        stock.sell("a", 5, 100)
        self.assertEqual(self.state(stock, "a"), (0, 0, 420, 0))

    def test_sale_of_an_unknown_article(self):
        stock = Stock()
        with self.assertRaises(StockError):
            stock.sell("a", 1, 100)
        self.assertEqual(self.state(stock, "a"), (0, 0, 0, 0))

    def test_missing_pieces_are_losses(self):
        stock = Stock()
        stock.buy("a", 2, 10)
        stock.buy("a", 3, 20)
        stock.count("a", 2)
        self.assertEqual(self.state(stock, "a"), (2, 40, -40, 40))
        stock.sell("a", 1, 50)
        stock.count("a", 0)
        self.assertEqual(self.state(stock, "a"), (0, 0, -30, 60))

    def test_surplus_costs_what_the_latest_purchase_did(self):
        stock = Stock()
        stock.buy("a", 2, 10)
        stock.buy("a", 2, 20)
        stock.count("a", 5)
        self.assertEqual(self.state(stock, "a"), (5, 80, 0, 0))
        stock.sell("a", 2, 10)
        self.assertEqual(self.state(stock, "a"), (3, 60, 0, 0))

    def test_surplus_is_the_newest_lot(self):
        stock = Stock()
        stock.count("a", 2)
        stock.buy("a", 2, 10)
        stock.count("a", 5)
        stock.buy("a", 1, 50)
        stock.sell("a", 2, 5)
        self.assertEqual(self.state(stock, "a"), (4, 80, 10, 0))
        stock.sell("a", 3, 10)
        self.assertEqual(self.state(stock, "a"), (1, 50, 10, 0))

    def test_surplus_after_everything_was_sold(self):
        stock = Stock()
        stock.buy("a", 1, 30)
        stock.sell("a", 1, 40)
        stock.count("a", 2)
        self.assertEqual(self.state(stock, "a"), (2, 60, 10, 0))

    def test_surplus_of_what_was_never_bought(self):
        stock = Stock()
        stock.count("a", 3)
        self.assertEqual(self.state(stock, "a"), (3, 0, 0, 0))

    def test_count_that_agrees(self):
        stock = Stock()
        stock.count("b", 0)
        stock.buy("a", 2, 10)
        stock.count("a", 2)
        self.assertEqual(self.state(stock, "a"), (2, 20, 0, 0))
        self.assertEqual(self.state(stock, "b"), (0, 0, 0, 0))

    def test_stocks_and_articles_stand_for_themselves(self):
        first, second = Stock(), Stock()
        first.buy("a", 2, 10)
        first.buy("b", 1, 5)
        self.assertEqual((first.quantity("a"), second.quantity("a"), second.quantity("b")), (2, 0, 0))

    def test_articles(self):
        stock = book("2024-01-01 buy nut 1 @ 1.00\n2024-01-01 buy bolt 1 @ 1.00\n2024-01-02 count axle 0\n")
        self.assertEqual(self.state(stock, "rivet"), (0, 0, 0, 0))
        self.assertEqual(stock.articles(), ["axle", "bolt", "nut"])

    def test_purchases_of_the_day_can_be_sold(self):
        stock = book("2024-01-01 sell a 2 @ 0.30\n2024-01-01 buy a 3 @ 0.29\n")
        self.assertEqual(self.state(stock, "a"), (1, 29, 2, 0))

    def test_report_of_an_empty_stock(self):
        self.assertEqual(report(Stock()), "total  0  0.00  0.00")

    def test_report(self):
        stock = book(
            "2024-01-01 buy zinc-screw 120 @ 0.29\n2024-01-01 buy bolt 1 @ 1.00\n2024-01-02 sell bolt 1 @ 0.95\n"
            "2024-01-02 count zinc-screw 100\n2024-01-03 count felt 0\n2024-01-03 count cord 7\n"
        )
        self.assertEqual(
            report(stock),
            "bolt          0   0.00  -0.05\n"
            "cord          7   0.00   0.00\n"
            "zinc-screw  100  29.00  -5.80\n"
            "total       107  29.00  -5.85",
        )

    def test_report_leaves_out_what_adds_nothing(self):
        stock = book("2024-01-01 buy a 1 @ 1.00\n2024-01-02 sell a 1 @ 1.00\n2024-01-02 buy b 9 @ 9.99\n")
        self.assertEqual(report(stock), "b      9  89.91  0.00\ntotal  9  89.91  0.00")

    def test_the_total_may_be_the_widest(self):
        stock = book("2024-01-01 buy a 60 @ 1.00\n2024-01-01 buy b 60 @ 1.00\n")
        self.assertEqual(report(stock), "a       60   60.00  0.00\nb       60   60.00  0.00\ntotal  120  120.00  0.00")
