import unittest

from statement import Movement, StatementError, monthly, parse

EXPORT = """# account 4711
2024-01-03; Salary AG; 2.500,00
2024-01-05; "Miller; Sons"; -750,00; rent

2024-02-01; Grocer; -20,05; food
"""


class StatementTest(unittest.TestCase):
    def test_parse(self):
        self.assertEqual(
            parse(EXPORT),
            [
                Movement("2024-01-03", "Salary AG", 250000, None),
                Movement("2024-01-05", "Miller; Sons", -75000, "rent"),
                Movement("2024-02-01", "Grocer", -2005, "food"),
            ],
        )

    def test_bad_amount(self):
        with self.assertRaises(StatementError) as caught:
            parse("2024-01-03;A;1,00\n2024-01-04;B;1.0\n")
        self.assertEqual(caught.exception.line, 2)

    def test_monthly(self):
        january, february = monthly(parse(EXPORT))
        self.assertEqual(
            january,
            {"month": "2024-01", "income": 250000, "spending": 75000, "balance": 175000, "categories": {"rent": 75000}},
        )
        self.assertEqual(february["balance"], 172995)


if __name__ == "__main__":
    unittest.main()
