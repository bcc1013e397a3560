"""Sums up movements by month."""


def monthly(movements):
    raise NotImplementedError
