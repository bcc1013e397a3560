"""Reads the bank's export."""


def parse(text):
    raise NotImplementedError
