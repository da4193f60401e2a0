"""The columns of a table of nodes, read off the field table: their Arrow types, and where they stand in the JSON.

Times are milliseconds in UTC, as Amazon tells them; ``taken``, by the camera's clock, has no zone. Columns with few
distinct values are dictionary-encoded: a fifth less memory, and filters are twice as fast.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Literal, TypeAlias, Union

import pyarrow as pa

from ..errors import InvalidInput
from ..model.checks import show
from ..model.fields import COLUMNS, EXTRA_COLUMN, SHORT_COLUMNS, WORDS, Field, FieldType

DtypeBackend = Literal["pyarrow", "numpy_nullable"]
"""What DataFrames are made of; pandas' own word."""

Columns: TypeAlias = Sequence[str] | Literal["short", "all"] | None
"""Names in the order wanted, ``"short"`` (the first screen, the id among it), or ``"all"``, as does None."""

_SETS = ("short", "all")
TIME = pa.timestamp("ms", "UTC")
NAIVE_TIME = pa.timestamp("ms")
LOW_CARDINALITY = pa.dictionary(pa.int32(), pa.string())

_TYPES: Mapping[FieldType, pa.DataType] = MappingProxyType(
    {
        "string": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        "time": TIME,
        "naive_time": NAIVE_TIME,
        "strings": pa.list_(pa.string()),
    }
)

_IN_EXTRA: Mapping[str, pa.DataType] = MappingProxyType(
    {
        "childAssetTypeInfo": pa.list_(pa.struct([("assetType", pa.string())])),
        "assetProperties": pa.struct([("assetType", pa.string())]),
        "contentProperties.contentSignatures": pa.list_(
            pa.struct([("contentSignatureType", pa.string()), ("contentSignature", pa.string())])
        ),
        "contentProperties.image.sharpness": pa.string(),
        "contentProperties.image.subSecTime": pa.string(),
        "contentProperties.image.subSecTimeDigitized": pa.string(),
        "contentProperties.image.subSecTimeOriginal": pa.string(),
    }
)
"""Documented fields without a column that are in many nodes. ``pyarrow.json`` (26.0) is told what they hold: guessing
costs time, and fails where a text in a list looks like a time in one block and like none in the next."""

NAIVE_COLUMNS = frozenset(name for name, field in COLUMNS.items() if field.type == "naive_time")
"""Times by the camera's clock."""

Tree: TypeAlias = Mapping[str, Union[Field, "Tree"]]
"""The field table as Amazon nests it: ``{"settings": {"favorite": Field, …}, "id": Field, …}``."""


def type_of(field_type: FieldType) -> pa.DataType:
    """Return what Arrow calls it, where it is not dictionary-encoded."""
    return _TYPES[field_type]


@cache
def schema() -> pa.Schema:
    """List every column of the field table in its order, then ``extra``."""
    columns = [
        pa.field(name, LOW_CARDINALITY if field.low_cardinality else _TYPES[field.type])
        for name, field in COLUMNS.items()
    ]
    return pa.schema([*columns, pa.field(EXTRA_COLUMN, pa.string())])


def empty(columns: Sequence[str] | None = None) -> pa.Table:
    """Make a table of no nodes."""
    return (schema() if columns is None else schema_of(columns)).empty_table()


def schema_of(columns: Sequence[str]) -> pa.Schema:
    """List some of the columns of ``schema``, in their order here."""
    return pa.schema([schema().field(name) for name in columns])


def choose_columns(columns: Columns) -> list[str] | None:
    """Choose the columns that an argument ``columns`` means, each once; None for all.

    A single name is that column. Raises ``InvalidInput`` for what is none, with what was probably meant.
    """
    if columns is None or isinstance(columns, str):
        if columns in (None, "all"):
            return None
        columns = SHORT_COLUMNS if columns == "short" else [columns]
    return check_columns(columns)


def check_columns(columns: Sequence[str]) -> list[str]:
    """Check that they name columns, as we or Amazon do, and return our names, each once.

    Raises ``InvalidInput``.
    """
    if not isinstance(columns, Iterable):
        raise InvalidInput(f"columns is a list of names, such as ['name', 'size'], not {show(columns)}")
    return list(dict.fromkeys(map(_check_column, columns)))


def _check_column(column: object) -> str:
    if not isinstance(column, str):
        hint = "; give the names one after the other" if isinstance(column, list | tuple) else ""
        raise InvalidInput(f"a column is named by text, such as 'size', not {show(column)}{hint}")
    names = schema().names
    field = WORDS["local"].get(column)
    own = column if column in names or field is None else field.column
    if own not in names:
        near = difflib.get_close_matches(column, names, 1)
        hint = f": {near[0]!r} is probably meant" if near else ""
        if column.casefold() in _SETS:
            hint = f": columns={column.casefold()!r} stands alone, of whatever lists nodes"
        raise InvalidInput(f"there is no column {column!r}{hint}")
    return own


@cache
def tree(columns: tuple[str, ...] | None = None) -> Tree:
    """Order every field that stands in the JSON (of these columns) by the keys that lead to it."""
    root: dict[str, Field | Tree] = {}
    for field in COLUMNS.values():
        if not field.path or (columns is not None and field.column not in columns):
            continue
        *above, last = field.path.split(".")
        level = root
        for key in above:
            below = level.setdefault(key, {})
            assert isinstance(below, dict)  # noqa: S101 - a field of the table is no container of others
            level = below
        level[last] = field
    return root


@cache
def json_schema(columns: tuple[str, ...] | None = None) -> pa.Schema:
    """Build what ``pyarrow.json`` is to expect: nested, text where columns are encoded later.

    With ``columns`` only what they need.
    """
    return pa.schema(_json_fields(tree(columns), _IN_EXTRA if columns is None else {}))


def _json_fields(parts: Tree, in_extra: Mapping[str, pa.DataType], above: str = "") -> list[pa.Field]:
    kept = {path.removeprefix(above): kind for path, kind in in_extra.items() if path.startswith(above)}
    return [pa.field(key, _json_type(part, in_extra, above + key)) for key, part in parts.items()] + [
        pa.field(key, kind) for key, kind in kept.items() if "." not in key
    ]


def _json_type(part: Field | Tree, in_extra: Mapping[str, pa.DataType], path: str) -> pa.DataType:
    return _TYPES[part.type] if isinstance(part, Field) else pa.struct(_json_fields(part, in_extra, f"{path}."))
