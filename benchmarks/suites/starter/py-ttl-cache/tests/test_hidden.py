from exact import ExactTestCase
from pricecache import Cache, PriceClient


class Clock:
    now = 100

    def __call__(self):
        return self.now


class HiddenTest(ExactTestCase):
    def setUp(self):
        self.clock = Clock()
        self.cache = Cache(2, 10, self.clock)

    def test_arguments_are_checked(self):
        for capacity, ttl in ((0, 10), (-1, 10), (1, 0), (1, -5)):
            with self.assertRaises(ValueError):
                Cache(capacity, ttl, self.clock)
        Cache(1, 0.5, self.clock)

    def test_own_ttl_is_checked(self):
        for ttl in (0, -1):
            with self.assertRaises(ValueError):
                self.cache.put("a", 1, ttl=ttl)
        self.assertEqual(len(self.cache), 0)

    def test_fresh_until_just_before_the_end(self):
        self.cache.put("a", 1)
        self.clock.now = 109.5
        self.assertEqual(self.cache.get("a"), 1)
        self.assertEqual("a" in self.cache, True)
        self.clock.now = 110
        self.assertEqual(self.cache.get("a", 0), 0)
        self.assertEqual("a" in self.cache, False)

    def test_own_ttl(self):
        self.cache.put("a", 1, ttl=3)
        self.cache.put("b", 2, ttl=30)
        self.clock.now = 103
        self.assertEqual([self.cache.get("a"), self.cache.get("b")], [None, 2])
        self.clock.now = 129
        self.assertEqual(self.cache.get("b"), 2)

    def test_get_does_not_prolong_life(self):
        self.cache.put("a", 1)
        self.clock.now = 109
        self.cache.get("a")
        self.clock.now = 111
        self.assertEqual(self.cache.get("a"), None)

    def test_put_starts_life_anew(self):
        self.cache.put("a", 1)
        self.clock.now = 108
        self.cache.put("a", 2)
        self.clock.now = 117
        self.assertEqual(self.cache.get("a"), 2)
        self.assertEqual(len(self.cache), 1)

    def test_none_is_a_value(self):
        self.cache.put("a", None)
        self.assertEqual(self.cache.get("a", "default"), None)
        self.assertEqual(self.cache.get_or_load("a", lambda key: "loaded"), None)
        self.assertEqual((self.cache.hits, self.cache.misses), (2, 0))

    def test_length_counts_fresh_entries(self):
        self.cache.put("a", 1, ttl=5)
        self.cache.put("b", 2)
        self.assertEqual(len(self.cache), 2)
        self.clock.now = 105
        self.assertEqual(len(self.cache), 1)

    def test_expired_entries_go_first(self):
        self.cache.put("a", 1)
        self.cache.put("b", 2, ttl=5)
        self.cache.get("b")
        self.clock.now = 106
        self.cache.put("c", 3)
        self.assertEqual([self.cache.get(key) for key in "abc"], [1, None, 3])

    def test_least_recently_used_goes(self):
        self.cache.put("a", 1)
        self.cache.put("b", 2)
        self.cache.put("c", 3)
        self.assertEqual([self.cache.get(key) for key in "abc"], [None, 2, 3])

    def test_get_or_load_counts_as_use(self):
        self.cache.put("a", 1)
        self.cache.put("b", 2)
        self.cache.get_or_load("a", lambda key: 9)
        self.cache.put("c", 3)
        self.assertEqual([self.cache.get(key) for key in "abc"], [1, None, 3])

    def test_put_counts_as_use(self):
        self.cache.put("a", 1)
        self.cache.put("b", 2)
        self.cache.put("a", 4)
        self.cache.put("c", 3)
        self.assertEqual([self.cache.get(key) for key in "abc"], [4, None, 3])

    def test_contains_is_no_use(self):
        self.cache.put("a", 1)
        self.cache.put("b", 2)
        self.assertEqual("a" in self.cache, True)
        self.cache.put("c", 3)
        self.assertEqual("a" in self.cache, False)
        self.assertEqual((self.cache.hits, self.cache.misses), (0, 0))

    def test_replacing_pushes_nothing_out(self):
        self.cache.put("a", 1)
        self.cache.put("b", 2)
        self.cache.put("b", 3)
        self.assertEqual([self.cache.get("a"), self.cache.get("b")], [1, 3])

    def test_load_gets_the_key_and_is_stored(self):
        self.assertEqual(self.cache.get_or_load("ab", str.upper), "AB")
        self.assertEqual(self.cache.get_or_load("ab", str.lower), "AB")
        self.assertEqual((self.cache.hits, self.cache.misses), (1, 1))

    def test_expired_entry_is_loaded_again(self):
        self.cache.get_or_load("a", lambda key: 1)
        self.clock.now = 110
        self.assertEqual(self.cache.get_or_load("a", lambda key: 2), 2)
        self.assertEqual((self.cache.hits, self.cache.misses), (0, 2))

    def test_failing_load(self):
        def load(key):
            raise KeyError(key)

        with self.assertRaises(KeyError):
            self.cache.get_or_load("a", load)
        self.assertEqual("a" in self.cache, False)
        self.assertEqual((len(self.cache), self.cache.misses), (0, 1))

    def test_discard(self):
        self.cache.put("a", 1)
        self.assertEqual(self.cache.discard("a"), True)
        self.assertEqual(self.cache.discard("a"), False)
        self.cache.put("b", 1)
        self.clock.now = 110
        self.assertEqual(self.cache.discard("b"), False)

    def test_capacity_one(self):
        cache = Cache(1, 10, self.clock)
        cache.put("a", 1)
        cache.put("b", 2)
        self.assertEqual([cache.get("a"), cache.get("b")], [None, 2])

    def test_client(self):
        client = PriceClient(len, self.clock)
        self.assertEqual([client.price("nut"), client.price("screw"), client.price("nut")], [3, 5, 3])
        self.assertEqual(client.forget("nut"), True)
        self.assertEqual(client.statistics(), {"hits": 1, "misses": 2, "entries": 1})
