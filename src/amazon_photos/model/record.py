"""A typed object as a record: its values by the names that a frame's columns have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import msgspec

from .derived import DERIVED
from .fields import COLUMNS
from .lenient import fields_of, nested_kind
from .times import write_time

_CHECKED = ("contentProperties.md5", "contentProperties.size")
"""Where the node's own attribute says more surely what Amazon's field says."""
_ALWAYS_THERE = ("id", "name", "kind", "status")
"""Texts that are "" where Amazon told nothing; frames have nothing there."""


def to_record(node: msgspec.Struct) -> dict[str, Any]:
    """Return the values of all columns, as JSON has them."""
    return {name: _to_json(name, value(node)) for name, value in _list_columns(type(node)).items()}


def read_column(node: msgspec.Struct, column: str) -> Any:
    """Return the node's value for a column; None where there is none."""
    return _list_columns(type(node))[column](node)


def _to_json(column: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return write_time(value)
    return None if value == "" and column in _ALWAYS_THERE else value


@cache
def _list_columns(kind: type[msgspec.Struct]) -> Mapping[str, Callable[[Any], Any]]:
    """How the value of each column is read, in a frame's order; what is derived and no column yet comes first."""
    names = dict.fromkeys((*(name for name in DERIVED if name not in COLUMNS), *COLUMNS))
    return MappingProxyType({name: _make_reader(kind, name) for name in names})


def _make_reader(kind: type[msgspec.Struct], column: str) -> Callable[[Any], Any]:
    path = COLUMNS[column].path if column in COLUMNS else ""
    if not path or path in _CHECKED:
        return attrgetter(column)
    names: list[str] = []
    for part in path.split("."):
        field = next(one for one in fields_of(kind) if one.encode_name == part)
        names.append(field.name)
        kind = nested_kind(field.type) or kind
    return attrgetter(names[0]) if len(names) == 1 else _Nested(names)


class _Nested:
    """An attribute of attributes, None below None."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def __call__(self, held: Any) -> Any:
        for name in self._names:
            if held is None:
                return None
            held = getattr(held, name)
        return held
