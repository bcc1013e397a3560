from exact import ExactTestCase
from statement import Movement, StatementError, monthly, parse


class HiddenTest(ExactTestCase):
    def read(self, text):
        return [tuple(movement) for movement in parse(text)]

    def cents(self, amount):
        return parse(f"2024-01-01;A;{amount}")[0].cents

    def refused(self, line, *texts):
        for text in texts:
            with self.assertRaises(StatementError, msg=text) as caught:
                parse(text)
            self.assertEqual(caught.exception.line, line)

    def test_nothing(self):
        self.assertEqual(self.read(""), [])
        self.assertEqual(self.read("\n  \n # note\n"), [])

    def test_three_and_four_fields(self):
        self.assertEqual(
            self.read("2024-01-01;A;1,00\n2024-01-02;B;2,00;food"),
            [("2024-01-01", "A", 100, None), ("2024-01-02", "B", 200, "food")],
        )

    def test_line_ends(self):
        self.assertEqual(
            self.read("2024-01-01;A;1,00\r\n\r\n2024-01-02;B;2,00;x\r\n"),
            [("2024-01-01", "A", 100, None), ("2024-01-02", "B", 200, "x")],
        )

    def test_spaces_around_fields(self):
        self.assertEqual(self.read("  2024-01-01 ;  A B  ; 1,00 ;  c d "), [("2024-01-01", "A B", 100, "c d")])

    def test_empty_category(self):
        self.assertEqual(self.read('2024-01-01;A;1,00;\n2024-01-01;A;1,00;  \n2024-01-01;A;1,00;""'),
                         [("2024-01-01", "A", 100, None)] * 3)

    def test_quoted_fields(self):
        self.assertEqual(
            self.read('2024-01-01; " A; ""B"" " ; "1,00";"x;y"  '),
            [("2024-01-01", ' A; "B" ', 100, "x;y")],
        )

    def test_quotes_within_a_plain_field(self):
        self.assertEqual(self.read('2024-01-01;A "B" C;1,00'), [("2024-01-01", 'A "B" C', 100, None)])

    def test_quoted_comment_sign_and_amount_signs(self):
        self.assertEqual(self.read("2024-01-01;#1;+1,00"), [("2024-01-01", "#1", 100, None)])

    def test_amounts(self):
        self.assertEqual(
            [self.cents(text) for text in ("0,05", "-0,05", "1234,56", "-1.234,56", "+12,30", "1.000.000,00", "12.345,67", "0,00")],
            [5, -5, 123456, -123456, 1230, 100000000, 1234567, 0],
        )

    def test_bad_amounts(self):
        for amount in ("1", "1.00", "1,5", "1,555", ",50", "12.34,00", "1234.567,00", "1.2345,00", "- 5,00", "--5,00", "5,00 EUR", "", "1..000,00", ".100,00"):
            self.refused(1, f"2024-01-01;A;{amount}")

    def test_bad_dates(self):
        for date in ("2024-02-30", "2023-02-29", "24-01-01", "2024-1-1", "2024-13-01", "20240101", "2024-01-01x", "", "2024-W01-1"):
            self.refused(1, f"{date};A;1,00")

    def test_leap_day(self):
        self.assertEqual(self.read("2024-02-29;A;1,00")[0][0], "2024-02-29")

    def test_bad_fields(self):
        self.refused(1, "2024-01-01;A", "2024-01-01;A;1,00;b;c", "2024-01-01;;1,00", '2024-01-01;"";1,00', "2024-01-01;  ;1,00")

    def test_bad_quotes(self):
        self.refused(1, '2024-01-01;"A;1,00', '2024-01-01;"A" b;1,00', '2024-01-01;"A"";1,00', '2024-01-01;A;1,00;"b')

    def test_line_numbers_count_skipped_lines(self):
        self.refused(4, "# a\n\n2024-01-01;A;1,00\nbad\n")

    def test_no_movements(self):
        self.assertEqual(monthly([]), [])

    def test_months_between_are_there(self):
        report = monthly([Movement("2024-02-10", "A", -500, "x"), Movement("2023-11-01", "A", 2000)])
        self.assertEqual([entry["month"] for entry in report], ["2023-11", "2023-12", "2024-01", "2024-02"])
        self.assertEqual([entry["balance"] for entry in report], [2000, 2000, 2000, 1500])
        self.assertEqual(report[1], {"month": "2023-12", "income": 0, "spending": 0, "balance": 2000, "categories": {}})

    def test_sums(self):
        report = monthly([Movement("2024-05-01", "A", amount, "x") for amount in (100, -30, 5, -1)])
        self.assertEqual(report, [{"month": "2024-05", "income": 105, "spending": 31, "balance": 74, "categories": {"x": 31}}])

    def test_categories(self):
        movements = [("a", -10), ("b", -30), (None, -20), ("c", -20), ("a", -10), ("b", 500), ("d", 7), ("e", 0), ("other", -1)]
        report = monthly([Movement("2024-05-01", "P", cents, category) for category, cents in movements])
        self.assertEqual(list(report[0]["categories"].items()), [("b", 30), ("other", 21), ("a", 20), ("c", 20)])

    def test_negative_balance(self):
        report = monthly([Movement("2024-01-31", "A", -50), Movement("2024-02-01", "A", 20)])
        self.assertEqual([(entry["balance"], entry["categories"]) for entry in report], [(-50, {"other": 50}), (-30, {})])

    def test_generator(self):
        self.assertEqual(len(monthly(movement for movement in parse("2024-01-01;A;1,00"))), 1)
