"""Asks a supplier for prices, at most once a minute for each article."""

from pricecache.cache import Cache


class PriceClient:
    def __init__(self, fetch, clock):
        self._fetch = fetch
        self._cache = Cache(capacity=100, ttl=60, clock=clock)

    def price(self, article):
        return self._cache.get_or_load(article, self._fetch)

    def forget(self, article):
        return self._cache.discard(article)

    def statistics(self):
        return {"hits": self._cache.hits, "misses": self._cache.misses, "entries": len(self._cache)}
