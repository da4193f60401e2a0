"""What a node carries beyond the field table: one JSON object, nested as it came.

Nodes are taken apart only down to the fields: what is inside them is passed on as the text it was, so that no
number is rounded. The keys that lead there are sorted, so that the same node gives the same text whichever way and in
whatever company it was read: a catalogue must not take it for changed. ``pick_unknown`` is for nodes whose every known
field has been read and whose surprises are known by name; ``remainder`` is for nodes of which nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from ..model.fields import REDUNDANT_PATHS, Field
from .columns import Tree, tree

_SIGNS = (b"{}", b"[]", b"null", b"{ ", b"[ ", b"\n", b"\t", b"\r")
_NOTHING = frozenset((b"null", b"[]", b"{}"))
_PLAIN = re.compile(r'[^\\"\x00-\x1f]+\Z')
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])

Setter = Callable[[Field, bytes], bool]
"""Is given each field of the table that the node has, with its JSON; says whether it could read it."""


UnknownFields: TypeAlias = "tuple[tuple[str, UnknownFields | None], ...]"
"""Keys that the field table doesn't know, and (with what is in them) those that lead to some; sorted."""


def pick_unknown(nodes: Sequence[msgspec.Raw], surprises: UnknownFields, *, surely: bool = False) -> list[bytes | None]:
    """Collect what is unknown of each node, as JSON objects; None where there is nothing.

    With ``surely`` each of the nodes has each of the fields, and all of them say something.
    """
    if not _plain(surprises):
        return [remainder(node, tree()) for node in nodes]
    decode, encode = msgspec.json.Decoder(_struct(surprises)).decode, msgspec.json.Encoder().encode
    if surely:
        return [encode(decode(node)) for node in nodes]
    found = [decode(node) for node in nodes]
    texts: list[bytes | None] = [encode(surprising) for surprising in found]
    if _suspect(b"".join(texts)):  # type: ignore[arg-type]
        return [_without_nothing(f, surprises) if _suspect(t) else t for f, t in zip(found, texts, strict=True)]  # type: ignore[arg-type]
    return texts


def choose(unknown: UnknownFields, wanted: Sequence[bool]) -> UnknownFields:
    """Choose among unknown fields.

    ``wanted`` says of each that holds no others, in their order, whether it stays.
    """
    flags = iter(wanted)

    def pick(fields: UnknownFields) -> UnknownFields:
        chosen = [(key, next(flags) if below is None else pick(below)) for key, below in fields]
        return tuple((key, below if isinstance(below, tuple) else None) for key, below in chosen if below)

    return pick(unknown)


def _plain(surprises: UnknownFields) -> bool:
    """Whether msgspec takes the keys as names of a type's fields."""
    return all(_PLAIN.match(key) and (below is None or _plain(below)) for key, below in surprises)


@lru_cache(maxsize=64)
def _struct(surprises: UnknownFields) -> Any:
    """Make a type by which msgspec decodes only the unknown fields and skips the others."""
    names = [f"part{number}" for number in range(len(surprises))]
    types = [msgspec.Raw if below is None else _struct(below) | None for _, below in surprises]
    fields = [(name, kind, msgspec.UNSET) for name, kind in zip(names, types, strict=True)]
    keys = dict(zip(names, (key for key, _ in surprises), strict=True))
    return msgspec.defstruct("Surprising", fields, rename=keys, frozen=True, gc=False)


def _suspect(text: bytes) -> bool:
    """Whether any of the joined texts may hold null, [] or {}: far cheaper than looking at them one by one."""
    return any(sign in text for sign in _SIGNS)


def _without_nothing(found: Any, surprises: UnknownFields) -> bytes | None:
    left = []
    for (key, below), value in zip(surprises, msgspec.structs.astuple(found), strict=True):
        if value is None or value is msgspec.UNSET:
            continue
        text = bytes(value) if below is None else _without_nothing(value, below)
        if text is not None and not is_empty(text):
            left.append(_quote(key) + b":" + text)
    return b"{" + b",".join(left) + b"}" if left else None


def remainder(
    node: msgspec.Raw | bytes, known: Tree, take: Setter | None = None, *, redundant: frozenset[str] = REDUNDANT_PATHS
) -> bytes | None:
    """Collect what ``known`` doesn't know and ``take`` could not read, as a JSON object; None for nothing.

    Without ``take`` every known field counts as read. Raises ``msgspec.DecodeError`` or ``UnicodeDecodeError`` for
    what is no object.
    """
    left = []
    for key, raw in sorted(_object.decode(node).items(), key=_key):
        kept = _keep(key, bytes(raw), known, take, redundant)
        if kept is not None:
            left.append(_quote(key) + b":" + kept)
    return b"{" + b",".join(left) + b"}" if left else None


def _key(item: tuple[str, msgspec.Raw]) -> str:
    return item[0]


def _keep(key: str, value: bytes, known: Tree, take: Setter | None, redundant: frozenset[str]) -> bytes | None:
    part = known.get(key)
    if isinstance(part, Field):
        return None if take is None or take(part, value) else value
    if part is not None and value[:1] == b"{":
        return remainder(value, part, take, redundant=frozenset())
    return None if key in redundant or is_empty(value) else value


def is_empty(value: bytes) -> bool:
    """Tell whether a value is null, an empty list or an empty object."""
    return value in _NOTHING or (value[:1] in (b"[", b"{") and b"".join(value.split()) in _NOTHING)


@lru_cache(maxsize=1024)
def _quote(key: str) -> bytes:
    return msgspec.json.encode(key)
