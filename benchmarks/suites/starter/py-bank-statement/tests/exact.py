import unittest


class ExactTestCase(unittest.TestCase):
    """Equality by built-in types only, so that an object with an `__eq__` of its own can't pass for a result."""

    def assertEqual(self, first, second, msg=None):
        if not same(first, second):
            self.fail(self._formatMessage(msg, f"got {first!r}, expected {second!r}"))


def same(actual, expected):
    if type(actual) is not type(expected):
        return False
    if isinstance(expected, (list, tuple)):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(expected, dict):
        return same(sorted(actual), sorted(expected)) and all(same(actual[key], expected[key]) for key in expected)
    return actual == expected
