"""Makes a tree of nodes out of tokens."""

import re

from stencil.errors import TemplateError
from stencil.expressions import parse_condition, parse_output, parse_path
from stencil.nodes import For, If, Output, Text


def parse(tokens):
    """Return the nodes of a whole template."""
    nodes, _ = _parse_until(iter(tokens), (), None)
    return nodes


def _parse_until(tokens, ends, opening):
    """Return the nodes before the next of the tags `ends`, and that tag's token."""
    nodes = []
    for token in tokens:
        if token.kind == "text":
            nodes.append(Text(token.text))
        elif token.kind == "value":
            nodes.append(Output(parse_output(token.text, token.line)))
        elif _tag(token) in ends:
            return nodes, token
        elif _tag(token) == "if":
            nodes.append(_parse_if(tokens, token))
        elif _tag(token) == "for":
            nodes.append(_parse_for(tokens, token))
        else:
            raise TemplateError(token.line, f"unexpected tag: {token.text!r}")
    if opening is not None:
        raise TemplateError(opening.line, f"block is never closed: {opening.text!r}")
    return nodes, None


def _parse_if(tokens, opening):
    branches = []
    token = opening
    while _tag(token) in ("if", "elif"):
        condition = parse_condition(_argument(token), token.line)
        nodes, token = _parse_until(tokens, ("elif", "else", "endif"), opening)
        branches.append((condition, nodes))
    if _tag(token) == "else":
        _check_bare(token)
        nodes, token = _parse_until(tokens, ("endif",), opening)
        branches.append((lambda context: True, nodes))
    _check_bare(token)
    return If(branches)


def _parse_for(tokens, opening):
    match = re.fullmatch(r"([^\W\d]\w*)\s+in\s+(\S+)", _argument(opening))
    if match is None:
        raise TemplateError(opening.line, f"expected for NAME in PATH: {opening.text!r}")
    values = parse_path(match[2], opening.line)
    body, token = _parse_until(tokens, ("else", "endfor"), opening)
    otherwise = []
    if _tag(token) == "else":
        _check_bare(token)
        otherwise, token = _parse_until(tokens, ("endfor",), opening)
    _check_bare(token)
    return For(opening.line, match[1], values, body, otherwise)


def _tag(token):
    return token.text.split(None, 1)[0] if token.text else ""


def _argument(token):
    return token.text[len(_tag(token)) :].strip()


def _check_bare(token):
    if _argument(token) != "":
        raise TemplateError(token.line, f"expected nothing after the tag: {token.text!r}")
