from calendar_merge import merge, total
from exact import ExactTestCase


class HiddenTest(ExactTestCase):
    def test_nothing(self):
        self.assertEqual(merge([]), [])

    def test_sorts(self):
        self.assertEqual(merge([(300, 330), (10, 20), (100, 110)]), [(10, 20), (100, 110), (300, 330)])

    def test_touching(self):
        self.assertEqual(merge([(0, 10), (10, 20), (20, 30)]), [(0, 30)])

    def test_one_minute_apart(self):
        self.assertEqual(merge([(0, 10), (11, 20)]), [(0, 10), (11, 20)])

    def test_within_another(self):
        self.assertEqual(merge([(0, 100), (10, 20), (30, 40)]), [(0, 100)])

    def test_within_then_beyond(self):
        self.assertEqual(merge([(0, 100), (10, 20), (90, 120), (130, 140)]), [(0, 120), (130, 140)])

    def test_same_start(self):
        self.assertEqual(merge([(5, 50), (5, 10)]), [(5, 50)])

    def test_gap_is_inclusive(self):
        self.assertEqual(merge([(0, 10), (15, 20)], gap=5), [(0, 20)])

    def test_beyond_the_gap(self):
        self.assertEqual(merge([(0, 10), (16, 20)], gap=5), [(0, 10), (16, 20)])

    def test_gap_counts_from_the_latest_end(self):
        self.assertEqual(merge([(0, 60), (10, 20), (63, 70)], 3), [(0, 70)])

    def test_zero_length_is_ignored(self):
        self.assertEqual(merge([(5, 5), (20, 20), (30, 40)]), [(30, 40)])

    def test_zero_length_connects_nothing(self):
        self.assertEqual(merge([(0, 10), (14, 14), (18, 20)], gap=4), [(0, 10), (18, 20)])

    def test_reversed_reservation(self):
        with self.assertRaises(ValueError):
            merge([(0, 10), (30, 20)])

    def test_negative_gap(self):
        with self.assertRaises(ValueError):
            merge([], gap=-1)

    def test_input_is_not_changed(self):
        reservations = [[30, 40], [0, 10], [5, 20]]
        self.assertEqual(merge(reservations), [(0, 20), (30, 40)])
        self.assertEqual(reservations, [[30, 40], [0, 10], [5, 20]])

    def test_generator(self):
        self.assertEqual(merge((minute, minute + 2) for minute in (4, 0, 2)), [(0, 6)])

    def test_total(self):
        self.assertEqual(total([(0, 100), (10, 20), (150, 160)]), 110)
