"""The nodes of a template and how they are rendered."""

from typing import Any, Callable, NamedTuple

from stencil.errors import TemplateError
from stencil.expressions import MISSING


class Text(NamedTuple):
    text: str

    def render(self, context):
        return self.text


class Output(NamedTuple):
    evaluate: Callable

    def render(self, context):
        return self.evaluate(context)


class If(NamedTuple):
    branches: Any  # (condition, nodes) pairs; the condition of `else` is always true

    def render(self, context):
        for condition, nodes in self.branches:
            if condition(context):
                return render_nodes(nodes, context)
        return ""


class For(NamedTuple):
    line: int
    name: str
    values: Callable
    body: Any
    otherwise: Any

    def render(self, context):
        values = self.values(context)
        if values is MISSING or values is None or values == []:
            return render_nodes(self.otherwise, context)
        if not isinstance(values, list):
            raise TemplateError(self.line, f"expected a list, got {type(values).__name__}")
        parts = []
        for index, value in enumerate(values, start=1):
            loop = {"index": index, "first": index == 1, "last": index == len(values)}
            parts.append(render_nodes(self.body, {**context, "loop": loop, self.name: value}))
        return "".join(parts)


def render_nodes(nodes, context):
    return "".join(node.render(context) for node in nodes)
