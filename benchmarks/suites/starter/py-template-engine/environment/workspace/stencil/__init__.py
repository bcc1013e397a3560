from stencil.errors import TemplateError
from stencil.lexer import tokenize
from stencil.nodes import render_nodes
from stencil.parser import parse

__all__ = ["Template", "TemplateError"]


class Template:
    def __init__(self, source):
        self._nodes = parse(tokenize(source))

    def render(self, context):
        return render_nodes(self._nodes, dict(context))
