"""The columns of a table of nodes, read off the field table: their Arrow types, and where they stand in the JSON.

Times are milliseconds in UTC, as Amazon tells them; ``taken``, by the camera's clock, has no zone. Columns with few
distinct values are dictionary-encoded: a fifth less memory, and filters are twice as fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal, TypeAlias, Union

import pyarrow as pa

from ..model.fields import COLUMNS, EXTRA_COLUMN, Field, FieldType

DtypeBackend = Literal["pyarrow", "numpy_nullable"]
"""What DataFrames are made of; pandas' own word."""

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


def empty() -> pa.Table:
    """Make a table of no nodes."""
    return schema().empty_table()


@cache
def tree() -> Tree:
    """Order every field that stands in the JSON by the keys that lead to it."""
    root: dict[str, Field | Tree] = {}
    for field in COLUMNS.values():
        if not field.path:
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
def json_schema() -> pa.Schema:
    """Build what ``pyarrow.json`` is to expect: nested, text where columns are encoded later."""
    return pa.schema(_json_fields(tree()))


def _json_fields(parts: Tree, above: str = "") -> list[pa.Field]:
    kept = {path.removeprefix(above): kind for path, kind in _IN_EXTRA.items() if path.startswith(above)}
    return [pa.field(key, _json_type(part, above + key)) for key, part in parts.items()] + [
        pa.field(key, kind) for key, kind in kept.items() if "." not in key
    ]


def _json_type(part: Field | Tree, path: str) -> pa.DataType:
    return _TYPES[part.type] if isinstance(part, Field) else pa.struct(_json_fields(part, f"{path}."))
