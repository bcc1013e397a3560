"""Blocks of time in which a room is in use."""


def merge(reservations, gap=0):
    """Return the reservations as sorted, disjoint (start, end) blocks."""
    reservations.sort()
    blocks = []
    for start, end in reservations:
        if blocks and start < blocks[-1][1]:
            blocks[-1] = (blocks[-1][0], end)
        else:
            blocks.append((start, end))
    return blocks


def total(reservations):
    """Return the minutes in use."""
    return sum(end - start for start, end in merge(reservations))
