"""The fast way: a batch of nodes through ``pyarrow.json`` with the field table's types, or quicker (``expected``).

It is strict, and raises for whatever it doesn't like ("1" where a number is due, a key twice). Fields that the
table doesn't know are inferred only to see which rows have them; ``extra`` is then made from the nodes' own text.
What is large is the system allocator's: memory that the process never had before costs the kernel more than filling it
costs us, and Arrow's own allocator takes more of it (for 200,000 nodes 0.7 s of the kernel's time, this way 0.45).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import compress
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from ..model.documented import PATHS
from ..model.fields import COLUMNS, EXTRA_COLUMN, REDUNDANT_PATHS, Field
from ..model.surprises import Note, describe_shape, note_nothing, show_path
from . import extra
from .columns import Tree, json_schema, schema, schema_of, tree
from .derived import DERIVED_COLUMNS, add_derived, sources_of
from .expected import expect, read_expected

_BLOCK = 1 << 22
"""Bytes; what is read at a time, and a node must fit into it. A quarter of it takes more CPU time."""
_MAX_BLOCK = (1 << 31) - 1
_LARGE = 1 << 12
"""Bytes; larger nodes are looked through first."""
_MAX_BRACKETS = _LARGE // 2
"""In one node: as deep as a smaller one can be. pyarrow.json (26.0) takes minutes for what is nested three times as
deep, and the process ends for what is nested ten times as deep."""
_SAMPLE = 120
"""Nodes of a larger batch that are looked at first."""
_MAX_FIELDS = 200
"""Twice what is documented. Each field takes its place in every row: a map of ids, another in each node, would
take the square of the nodes."""
_MAX_GROUPED = 40
"""Unknown fields, and kinds of nodes by these, that are told apart; most libraries have a dozen."""
_HUGE = 1 << 16
"""Bytes; a node of some two thousand is usual."""


def read(nodes: Sequence[msgspec.Raw], note: Note = note_nothing) -> pa.Table:
    """Read nodes into a table: one row for each, in order.

    ``note`` is told of fields that nobody has written down.
    Raises ``pyarrow.ArrowException``, also for too many different fields, ``UnicodeDecodeError`` or ``RecursionError``.
    """
    found = _parse_all(nodes)
    unknown, having = _unknown_fields(found, tree(), REDUNDANT_PATHS)
    columns = {EXTRA_COLUMN: _extra(unknown, having, nodes), **_read_fields(found, tree())}
    add_derived(columns)
    table = pa.table([columns[name] for name in schema().names], schema=schema())
    table = table.combine_chunks(pa.system_memory_pool())
    _note_fields(found, unknown, note, nodes)
    return table


def read_few(nodes: Sequence[msgspec.Raw], columns: Sequence[str]) -> pa.Table:
    """Read only these columns: nothing else is built, or looked at for surprises.

    ``extra`` is none of them. Raises as ``read`` does.
    """
    needed = tuple(sources_of(columns))
    found = _parse(nodes, json_schema(needed), unexpected="ignore")
    made = _read_fields(found, tree(needed))
    add_derived(made, [name for name in columns if name in DERIVED_COLUMNS])
    table = pa.table([made[name] for name in columns], schema=schema_of(columns))
    return table.combine_chunks(pa.system_memory_pool())


def _count_fields(parts: pa.Schema | pa.StructType) -> int:
    return sum(1 + (_count_fields(part.type) if pa.types.is_struct(part.type) else 0) for part in parts)


def _parse_all(nodes: Sequence[msgspec.Raw]) -> pa.Table:
    """Every field that the nodes have, as what it was expected to be, or as what Arrow makes of it."""
    found = read_expected(nodes)
    if found is None:
        if len(nodes) > _SAMPLE and _count_fields(_parse(nodes[:: len(nodes) // _SAMPLE]).schema) > _MAX_FIELDS:
            raise pa.ArrowInvalid("too many different fields")
        found = _parse(nodes)
        expect(found.schema)
    return found


def _parse(nodes: Sequence[msgspec.Raw], expected: pa.Schema | None = None, *, unexpected: str = "infer") -> pa.Table:
    sizes = [len(memoryview(node)) for node in nodes]
    if max(sizes) > _HUGE:
        raise pa.ArrowInvalid("a node that may have thousands of fields")
    text = b"\n".join(nodes)
    if not text.isascii():
        _check_utf8(text)
    if min(sizes) <= len(b"null") and any(bytes(node) == b"null" for node in nodes):
        raise pa.ArrowInvalid("null is no node, and pyarrow.json (26.0) does not survive one")
    if max(sizes) > _LARGE and any(
        _may_be_deep(node) for node, size in zip(nodes, sizes, strict=True) if size > _LARGE
    ):
        raise pa.ArrowInvalid("a node that may be nested too deeply")
    # the first spans lines: probably all do, and then one block
    block = len(text) + 1 if b"\n" in bytes(nodes[0]) else max(_BLOCK, 2 * max(sizes))
    options = pyarrow.json.ParseOptions(
        explicit_schema=expected or json_schema(), unexpected_field_behavior=unexpected, newlines_in_values=False
    )
    try:
        found = _read_json(text, block, options)
    except pa.ArrowNotImplementedError:  # what it made of a field in one block does not go with the next one's
        found = _read_json(text, len(text) + 1, options)
    except pa.ArrowInvalid:
        if block > len(text) or text.count(b"\n") < len(nodes):
            raise
        found = _read_json(text, len(text) + 1, options)  # a block ended at a line's end within a node
    if found.num_rows != len(nodes):
        raise pa.ArrowInvalid("not one row for each node")
    return found


def _may_be_deep(node: msgspec.Raw) -> bool:
    text = bytes(node)
    return text.count(b"[") + text.count(b"{") > _MAX_BRACKETS


def _check_utf8(text: bytes) -> None:
    """Checks what pyarrow.json lets pass; Arrow does it in a fifth of the time that making a ``str`` takes."""
    pa.array([text], pa.large_binary()).cast(pa.large_string())


def _read_json(text: bytes, block: int, options: pyarrow.json.ParseOptions) -> pa.Table:
    """Reads in this thread: handing blocks to others takes more CPU time, and batches are read side by side."""
    return pyarrow.json.read_json(
        pa.BufferReader(text),
        read_options=pyarrow.json.ReadOptions(block_size=min(block, _MAX_BLOCK), use_threads=False),
        parse_options=options,
        memory_pool=pa.system_memory_pool(),
    )


def _read_fields(parts: pa.Table, known: Tree) -> dict[str, pa.ChunkedArray]:
    """Every field's column, by its name, in the table's type."""
    return {
        name: pc.dictionary_encode(values, memory_pool=pa.system_memory_pool())
        if COLUMNS[name].low_cardinality
        else values
        for name, values in _leaves(parts, known)
    }


def _leaves(parts: pa.Table | pa.ChunkedArray, known: Tree) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """Every field's column, by its name."""
    for key, part in known.items():
        values = _part(parts, key)
        if isinstance(part, Field):
            yield part.column, values
        else:
            yield from _leaves(values, part)


def _part(parts: pa.Table | pa.ChunkedArray, key: str) -> pa.ChunkedArray:
    return parts.column(key) if isinstance(parts, pa.Table) else pc.struct_field(parts, [key])


def _note_fields(
    parts: pa.Table | pa.ChunkedArray,
    unknown: extra.UnknownFields,
    note: Note,
    nodes: Sequence[msgspec.Raw],
    above: tuple[str, ...] = (),
) -> None:
    """Nothing is looked at but what no document has, which is mostly nothing."""
    for key, below in unknown:
        keys = (*above, key)
        if (path := ".".join(keys)) in PATHS:
            continue
        values = _part(parts, key)
        if below is not None:
            _note_fields(values, below, note, nodes, keys)
        elif (having := _rows_with(values)) is not None:
            first = nodes[pc.index(having, True).as_py()]
            note("field", show_path(path), describe_shape(_look_up(first, keys)), pc.sum(having).as_py())


def _look_up(node: msgspec.Raw, keys: Sequence[str]) -> Any:
    """The value in the node's own text: what Arrow takes for a time, Python may not be able to show."""
    value = msgspec.json.decode(node)
    for key in keys:
        value = value[key]
    return value


class _Having(NamedTuple):
    """Where an unknown field says something."""

    rows: pa.ChunkedArray
    surely: bool
    """False where the rows only may: whether an object is empty, Arrow doesn't tell."""


class _Group(NamedTuple):
    """The rows that have these unknown fields and no others; without ``surely`` they only may have them."""

    fields: extra.UnknownFields
    rows: pa.ChunkedArray
    surely: bool


def _extra(unknown: extra.UnknownFields, having: Sequence[_Having], nodes: Sequence[msgspec.Raw]) -> pa.Array:
    """The text of each node; nodes that have the same fields are read together, and of each only what it has."""
    texts: list[bytes | None] = [None] * len(nodes)
    for fields, rows, surely in _group(unknown, having):
        numbers = pc.indices_nonzero(rows).to_pylist()
        found = extra.pick_unknown([nodes[n] for n in numbers], fields, surely=surely)
        for number, text in zip(numbers, found, strict=True):
            texts[number] = text
    return pa.array(texts, pa.string())


def _group(unknown: extra.UnknownFields, having: Sequence[_Having]) -> Iterator[_Group]:
    """Rows by what they have; all of them at once where there are too many kinds."""
    if not having:
        return
    if len(having) <= _MAX_GROUPED:
        powers = (pc.multiply(rows.cast(pa.int64()), 1 << number) for number, (rows, _) in enumerate(having))
        codes = reduce(pc.add, powers)
        found = [code for code in pc.unique(codes).to_pylist() if code]
        if len(found) <= _MAX_GROUPED:
            for code in found:
                has = [bool(code >> number & 1) for number in range(len(having))]
                surely = all(field.surely for field in compress(having, has))
                yield _Group(extra.choose(unknown, has), pc.equal(codes, code), surely)
            return
    yield _Group(unknown, reduce(pc.or_, (rows for rows, _ in having)), surely=False)


def _unknown_fields(
    parts: pa.Table | pa.ChunkedArray, known: Tree, redundant: frozenset[str] = frozenset()
) -> tuple[extra.UnknownFields, list[_Having]]:
    """The unexpected keys, sorted, and for each that holds no others the rows that may have it."""
    keys: list[tuple[str, extra.UnknownFields | None]] = []
    having: list[_Having] = []
    for key in sorted(_keys(parts)):
        part = known.get(key)
        if isinstance(part, Field) or key in redundant:
            continue
        if part is not None:
            below, rows_below = _unknown_fields(_part(parts, key), part)
            if below:
                keys.append((key, below))
                having += rows_below
        elif (rows := _rows_with(values := _part(parts, key))) is not None:
            keys.append((key, None))
            having.append(_Having(rows, surely=not pa.types.is_struct(values.type)))
    return tuple(keys), having


def _keys(parts: pa.Table | pa.ChunkedArray) -> list[str]:
    return parts.schema.names if isinstance(parts, pa.Table) else [field.name for field in parts.type]


def _rows_with(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Where there is a value that says something; None when it is nowhere."""
    kind = values.type
    if pa.types.is_null(kind) or (pa.types.is_struct(kind) and kind.num_fields == 0):
        return None
    if pa.types.is_list(kind):
        rows = pc.fill_null(pc.greater(pc.list_value_length(values), 0), False)
    else:
        rows = pc.is_valid(values)
    return rows if pc.any(rows).as_py() else None
