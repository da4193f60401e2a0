"""What ``help(Settings)`` shows: the texts below attributes, which Python forgets."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from itertools import pairwise


class HelpText:
    """The docstring of ``Settings``, with each setting's type, default and text: read from the source when asked for.

    Python forgets the texts below attributes; ``help(Settings)`` should show them all the same.
    """

    def __init__(self, first: str) -> None:
        self._first = first

    def __get__(self, instance: object, owner: type) -> str:
        try:
            texts = read_texts(owner)
        except (OSError, TypeError, SyntaxError):  # Python runs without the sources
            return self._first
        lines = [self._first, ""]
        for one in fields(owner):
            lines.append(f"{one.name}: {one.type} = {one.default!r}")
            lines += (f"    {line}" for line in texts.get(one.name, "").splitlines())
        return "\n".join(lines)


def read_texts(owner: type) -> dict[str, str]:
    """Read the text below each attribute of a class from its source."""
    source = inspect.getsource(owner)
    texts: dict[str, str] = {}
    for attribute, below in pairwise(ast.parse(source).body[0].body):  # type: ignore[attr-defined]
        match attribute, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                texts[name] = inspect.cleandoc(text)
    return texts
