"""Durations as they are written in the configuration, such as `1h 30m`."""

import re

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def parse(text):
    """Return the whole seconds of a duration; raise ValueError when it is none."""
    match = re.fullmatch(r" *(-?)(.*[^ ]) *", text, re.DOTALL)
    if match is None:
        raise ValueError(f"not a duration: {text}")
    sign = -1 if match[1] else 1
    body = match[2].lower()
    if re.fullmatch("[0-9]+", body):
        return sign * int(body)
    parts = re.fullmatch(r"(?:([0-9]+)d)? *(?:([0-9]+)h)? *(?:([0-9]+)m)? *(?:([0-9]+)s)?", body)
    if parts is None or body.startswith(" "):
        raise ValueError(f"not a duration: {text}")
    seconds = 0
    for count, length in zip(parts.groups(), SECONDS.values()):
        seconds += int(count or 0) * length
    return sign * seconds


def render(seconds):
    """Return the shortest text for whole seconds."""
    if seconds == 0:
        return "0s"
    text = "-" if seconds < 0 else ""
    rest = abs(seconds)
    for unit, length in SECONDS.items():
        count, rest = divmod(rest, length)
        if count > 0:
            text += f"{count}{unit}"
    return text
