import unittest

from pricecache import Cache, PriceClient


class Clock:
    now = 0

    def __call__(self):
        return self.now


class CacheTest(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.cache = Cache(capacity=2, ttl=10, clock=self.clock)

    def test_get_returns_what_was_put(self):
        self.cache.put("a", 1)
        self.assertEqual(self.cache.get("a"), 1)
        self.assertEqual(self.cache.get("b", "none"), "none")

    def test_entries_expire(self):
        self.cache.put("a", 1)
        self.clock.now = 10
        self.assertIsNone(self.cache.get("a"))
        self.assertEqual(len(self.cache), 0)

    def test_least_recently_used_entry_goes(self):
        self.cache.put("a", 1)
        self.cache.put("b", 2)
        self.cache.get("a")
        self.cache.put("c", 3)
        self.assertIn("a", self.cache)
        self.assertNotIn("b", self.cache)

    def test_client_asks_once(self):
        asked = []
        client = PriceClient(lambda article: asked.append(article) or 5, self.clock)
        self.assertEqual([client.price("nut"), client.price("nut")], [5, 5])
        self.assertEqual(asked, ["nut"])
        self.assertEqual(client.statistics(), {"hits": 1, "misses": 1, "entries": 1})


if __name__ == "__main__":
    unittest.main()
