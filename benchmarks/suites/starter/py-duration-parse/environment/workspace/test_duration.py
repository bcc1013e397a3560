import unittest

from duration import parse, render


class DurationTest(unittest.TestCase):
    def test_one_part(self):
        self.assertEqual(parse("90m"), 5400)

    def test_several_parts(self):
        self.assertEqual(parse("1h30m"), 5400)
        self.assertEqual(parse("1d 1s"), 86401)

    def test_nonsense(self):
        with self.assertRaises(ValueError):
            parse("5 apples")

    def test_render(self):
        self.assertEqual(render(5400), "1h30m")


if __name__ == "__main__":
    unittest.main()
