class TemplateError(Exception):
    """A template that can't be read or rendered; `line` counts from 1."""

    def __init__(self, line, message):
        super().__init__(f"line {line}: {message}")
        self.line = line
