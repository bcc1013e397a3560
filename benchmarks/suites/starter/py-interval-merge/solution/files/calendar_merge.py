"""Blocks of time in which a room is in use."""


def merge(reservations, gap=0):
    """Return the reservations as sorted, disjoint (start, end) blocks; blocks at most `gap` minutes apart are joined."""
    if gap < 0:
        raise ValueError(f"gap must not be negative: {gap}")
    blocks = []
    for start, end in sorted((start, end) for start, end in reservations):
        if start > end:
            raise ValueError(f"reservation ends before it starts: {start} > {end}")
        if start == end:
            continue
        if blocks and start <= blocks[-1][1] + gap:
            first, last = blocks[-1]
            blocks[-1] = (first, max(last, end))
        else:
            blocks.append((start, end))
    return blocks


def total(reservations):
    """Return the minutes in use."""
    return sum(end - start for start, end in merge(reservations))
