"""A bounded cache whose entries grow old."""

from collections import OrderedDict


class Cache:
    def __init__(self, capacity, ttl, clock):
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1: {capacity}")
        _check_ttl(ttl)
        self.hits = 0
        self.misses = 0
        self._capacity = capacity
        self._ttl = ttl
        self._clock = clock
        self._entries = OrderedDict()  # key -> (value, expiry), least recently used first

    def put(self, key, value, ttl=None):
        if ttl is None:
            ttl = self._ttl
        _check_ttl(ttl)
        now = self._clock()
        if key not in self._entries and len(self._entries) >= self._capacity:
            self._drop_expired(now)
            if len(self._entries) >= self._capacity:
                self._entries.popitem(last=False)
        self._entries[key] = (value, now + ttl)
        self._entries.move_to_end(key)

    def get(self, key, default=None):
        if key not in self:
            self.misses += 1
            return default
        self.hits += 1
        self._entries.move_to_end(key)
        return self._entries[key][0]

    def get_or_load(self, key, load):
        missing = object()
        value = self.get(key, missing)
        if value is missing:
            value = load(key)
            self.put(key, value)
        return value

    def discard(self, key):
        fresh = key in self
        self._entries.pop(key, None)
        return fresh

    def __contains__(self, key):
        return key in self._entries and self._clock() < self._entries[key][1]

    def __len__(self):
        now = self._clock()
        return sum(now < expiry for _, expiry in self._entries.values())

    def _drop_expired(self, now):
        for key in [key for key, (_, expiry) in self._entries.items() if now >= expiry]:
            del self._entries[key]


def _check_ttl(ttl):
    if ttl <= 0:
        raise ValueError(f"ttl must be greater than 0: {ttl}")
