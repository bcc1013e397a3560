"""Cuts a template into tokens."""

import re
from typing import NamedTuple

from stencil.errors import TemplateError

DELIMITERS = {"{{": ("value", "}}"), "{%": ("block", "%}"), "{#": ("comment", "#}")}


class Token(NamedTuple):
    """`kind` is "text", "value" or "block"; `text` is what is between the delimiters, without spaces at its ends."""

    kind: str
    text: str
    line: int


def tokenize(source):
    """Return the tokens; comments are dropped, and so are the rest of the lines that hold a single block or comment."""
    source = re.sub(r"(?m)^[ \t]*(\{%[^\n]*?%\}|\{#[^\n]*?#\})[ \t]*\n", _keep_newline, source)
    tokens = []
    position = 0
    line = 1
    for opening in iter(lambda: re.compile(r"\{[{%#]").search(source, position), None):
        kind, closing = DELIMITERS[opening[0]]
        text = source[position : opening.start()]
        if text:
            tokens.append(Token("text", text.replace("\0", ""), line))
        line += text.count("\n") + text.count("\0")
        end = source.find(closing, opening.end())
        if end < 0:
            raise TemplateError(line, f"{opening[0]} without {closing}")
        content = source[opening.end() : end]
        if kind != "comment":
            tokens.append(Token(kind, content.strip(), line))
        line += content.count("\n")
        position = end + len(closing)
    if source[position:]:
        tokens.append(Token("text", source[position:].replace("\0", ""), line))
    return tokens


def _keep_newline(match):
    # NUL stands for a line end that is counted but not written.
    return match[1] + "\0"
