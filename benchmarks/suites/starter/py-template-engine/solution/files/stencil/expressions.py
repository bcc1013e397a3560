"""Values, filters and conditions. What is parsed is a function from the context to a value."""

import re

from stencil.errors import TemplateError

MISSING = object()
PATH = re.compile(r"\w+(\.\w+)*", re.ASCII)
PARTS = re.compile(r'"[^"]*"|\||[^|"]+')


def parse_output(text, line):
    """A value with filters, as a function that gives the text to write."""
    pieces = [""]
    for part in PARTS.findall(text) if text.count('"') % 2 == 0 else []:
        if part == "|":
            pieces.append("")
        else:
            pieces[-1] += part
    evaluate = parse_value(pieces[0], line)
    filters = [_parse_filter(piece.strip(), line) for piece in pieces[1:]]

    def output(context):
        value = evaluate(context)
        for change in filters:
            value = change(value)
        return to_text(value)

    return output


def parse_value(text, line):
    """A path, a text or a number."""
    text = text.strip()
    if re.fullmatch(r'"[^"]*"', text):
        return lambda context: text[1:-1]
    if re.fullmatch(r"-?[0-9]+", text):
        return lambda context: int(text)
    return parse_path(text, line)


def parse_path(text, line):
    if not PATH.fullmatch(text):
        raise TemplateError(line, f"not a value: {text!r}")
    return lambda context: _look_up(context, text.split("."))


def parse_condition(text, line):
    sides = re.fullmatch(r'((?:"[^"]*"|[^"=])*)==((?:"[^"]*"|[^"=])*)', text)
    if sides is not None:
        left, right = parse_value(sides[1], line), parse_value(sides[2], line)
        return lambda context: left(context) == right(context)
    negated = re.fullmatch(r"not\s+(.*)", text)
    if negated is not None:
        value = parse_value(negated[1], line)
        return lambda context: not _true(value(context))
    value = parse_value(text, line)
    return lambda context: _true(value(context))


def to_text(value):
    if value is MISSING or value is None:
        return ""
    if value is True or value is False:
        return str(value).lower()
    return str(value)


def _true(value):
    return value is not MISSING and bool(value)


def _look_up(value, names):
    for name in names:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def _length(value):
    return len(value) if isinstance(value, (list, dict, str)) else 0


def _default(value, text):
    return text if value is MISSING or value is None or value == "" else value


def _join(value, text):
    return text.join(map(to_text, value)) if isinstance(value, list) else value


PLAIN = {
    "upper": lambda value: to_text(value).upper(),
    "lower": lambda value: to_text(value).lower(),
    "trim": lambda value: to_text(value).strip(),
    "length": _length,
}
WITH_TEXT = {"default": _default, "join": _join}


def _parse_filter(text, line):
    match = re.fullmatch(r'(\w+)(?::"([^"]*)")?', text)
    if match is not None and match[2] is None and match[1] in PLAIN:
        return PLAIN[match[1]]
    if match is not None and match[2] is not None and match[1] in WITH_TEXT:
        return lambda value: WITH_TEXT[match[1]](value, match[2])
    raise TemplateError(line, f"not a filter: {text!r}")
