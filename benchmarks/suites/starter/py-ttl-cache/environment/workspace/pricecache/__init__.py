from pricecache.cache import Cache
from pricecache.client import PriceClient

__all__ = ["Cache", "PriceClient"]
