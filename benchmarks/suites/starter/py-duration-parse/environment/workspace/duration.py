"""Durations as they are written in the configuration, such as `1h 30m`."""

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def parse(text):
    """Return the whole seconds of a duration."""
    seconds = 0
    for unit, length in SECONDS.items():
        if text.endswith(unit):
            digits = "".join(c for c in text[:-1].split()[-1][-2:] if c.isdigit())
            seconds += int(digits) * length
    return seconds


def render(seconds):
    """Return the shortest text for whole seconds."""
    return f"{seconds}s"
