"""A bounded cache whose entries grow old."""


class Cache:
    def __init__(self, capacity, ttl, clock):
        raise NotImplementedError
