"""Reading a typed object from JSON that is not all of it what it should be: part by part, without the odd ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from types import MappingProxyType
from typing import Any, TypeVar, get_args

import msgspec

from .content_properties import Moment, Whole
from .fields import FieldType
from .json_values import READERS

T = TypeVar("T", bound=msgspec.Struct)
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NULL = b"null"


def read_parts(raw: msgspec.Raw | bytes, kind: type[T]) -> T:
    """Read the parts that can be read; those of another type as ``json_values`` does.

    Raises ``msgspec.DecodeError`` for what is no JSON object, and ``RecursionError``.
    """
    there = _parts.decode(raw)
    found = {}
    for name, key, read in _list_readers(kind):
        text = bytes(there.get(key, _NULL))
        if text != _NULL:
            with suppress(ValueError, OverflowError):  # msgspec's errors are ValueErrors
                found[name] = read(text)
    return kind(**found)


@cache
def fields_of(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """List the fields of ``kind``: msgspec reads the annotations anew each time."""
    return msgspec.structs.fields(kind)


def nested_kind(annotation: Any) -> type[msgspec.Struct] | None:
    """Return the object that ``Settings | None`` means, say; None for what is no object."""
    kinds = (kind for kind in get_args(annotation) if isinstance(kind, type) and issubclass(kind, msgspec.Struct))
    return next(kinds, None)


@cache
def _list_readers(kind: type[msgspec.Struct]) -> list[tuple[str, str, Callable[[bytes], Any]]]:
    """Attribute, name in JSON and reader of each part of ``kind``."""
    return [(field.name, field.encode_name, _choose_reader(field.type)) for field in fields_of(kind)]


def _choose_reader(annotation: Any) -> Callable[[bytes], Any]:
    if (nested := nested_kind(annotation)) is not None:
        return partial(read_parts, kind=nested)
    read = READERS[_TYPES[annotation]]
    return lambda text: read(msgspec.json.decode(text), text)


_TYPES: Mapping[Any, FieldType] = MappingProxyType(
    {
        str: "string",
        str | None: "string",
        bool: "bool",
        bool | None: "bool",
        float | None: "float",
        Whole | None: "int",
        Moment | None: "time",
        list[str]: "strings",
    }
)
"""The type in the field table that each type of a part is."""
