import unittest

from calendar_merge import merge, total


class MergeTest(unittest.TestCase):
    def test_disjoint_reservations_stay_apart(self):
        self.assertEqual(merge([(60, 90), (120, 150)]), [(60, 90), (120, 150)])

    def test_overlapping_reservations_become_one(self):
        self.assertEqual(merge([(60, 90), (80, 150)]), [(60, 150)])

    def test_touching_reservations_become_one(self):
        self.assertEqual(merge([(540, 600), (600, 660)]), [(540, 660)])

    def test_order_does_not_matter(self):
        self.assertEqual(merge([(120, 150), (60, 130)]), [(60, 150)])

    def test_total(self):
        self.assertEqual(total([(60, 90), (80, 150)]), 90)


if __name__ == "__main__":
    unittest.main()
