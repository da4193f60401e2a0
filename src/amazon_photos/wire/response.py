"""An answer that is what was asked for -> a value. Pure: it sees status, headers and body, and nothing else.

Each decoder first sees whether it is one (``error_response``). What has another shape than anybody described is one
named error with a short, redacted sample.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from ..errors import UnexpectedReply
from ..model.checks import is_node_id
from ..model.node import Node, read_node
from ..model.results import Page
from ..model.surprises import describe_shape, note_node, note_nothing, show_path
from .body import UNREADABLE, read_body
from .call import Response
from .error_response import (
    FRESH_COOKIES,
    LOOKED_AT,
    announces_html,
    check,
    check_bytes,
    check_json,
    is_html,
    looks_like_html,
    redact,
    retry_after,
    without_secrets,
)

__all__ = [
    "FRESH_COOKIES",
    "HasId",
    "announces_html",
    "as_node",
    "check",
    "check_bytes",
    "check_json",
    "decode_as",
    "file_bytes",
    "is_html",
    "looks_like_html",
    "mapping",
    "node",
    "page",
    "raw_node",
    "redact",
    "retry_after",
    "unexpected_reply",
    "without_secrets",
]

T = TypeVar("T")


class HasId(msgspec.Struct):
    """The least a node is."""

    id: str


def decode_as(reply: Response, operation: str, kind: type[T]) -> T:
    """Decode the body as ``kind``.

    Raises ``UnexpectedReply`` with a short, redacted sample for any other shape.
    """
    return _decode_as(reply, operation, kind)[0]


def _decode_as(reply: Response, operation: str, kind: type[T]) -> tuple[T, bytes]:
    """The body as ``kind``, and the body that could be read so."""
    check_json(reply, operation)
    try:
        return read_body(reply.body, kind)
    except UNREADABLE as error:
        why = str(error)
    raise unexpected_reply(reply, operation, why)


def unexpected_reply(reply: Response, operation: str, why: str) -> UnexpectedReply:
    """Make (and note) the error for a shape that nobody has described, with a redacted sample of it."""
    reply.note("reply", "", _shape_of(reply.body))
    sample = redact(reply.body[:LOOKED_AT].decode("utf-8", "replace"), reply)
    return UnexpectedReply(
        f"{operation}: a reply in an unknown shape ({redact(why, reply)}); it begins: {sample!r}",
        status=reply.status,
        reply=sample,
        operation=operation,
    )


def node(operation: str) -> Callable[[Response], Node]:
    """Decode a node."""
    return lambda reply: as_node(decode_as(reply, operation, msgspec.Raw), reply, operation)


def as_node(raw: msgspec.Raw, reply: Response, operation: str) -> Node:
    """Read the node in a part of a reply.

    Raises ``UnexpectedReply`` for what is none, or has no id to go on with.
    """
    try:
        found = read_node(raw)
    except UNREADABLE as error:
        raise unexpected_reply(reply, operation, str(error)) from None
    if not is_node_id(found.id):
        raise unexpected_reply(reply, operation, "a node without an id")
    _note_in_node(reply, raw)
    return found


def _note_in_node(reply: Response, raw: msgspec.Raw | bytes) -> None:
    if reply.note is note_nothing:
        return
    with suppress(*UNREADABLE):
        note_node(msgspec.json.decode(raw, type=dict[str, Any]), reply.note)


def raw_node(operation: str) -> Callable[[Response], msgspec.Raw]:
    """Keep a node as it came, for frames; all it must have is an id."""

    def decode(reply: Response) -> msgspec.Raw:
        raw = msgspec.Raw(_decode_as(reply, operation, HasId)[1])
        _note_in_node(reply, raw)
        return raw

    return decode


class _DocumentedPage(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A page as it is written down: what else a search tells is skipped."""

    count: int
    data: list[msgspec.Raw] = []
    next_token: str | None = None
    aggregations: msgspec.Raw = msgspec.Raw()
    node_to_search_score_map: msgspec.Raw = msgspec.Raw()
    fallback_path: str | None = None


_read_documented = msgspec.json.Decoder(_DocumentedPage).decode


def page(operation: str) -> Callable[[Response], Page]:
    """Decode a page of a listing. What nobody has written down of what stands beside its nodes is noted."""

    def decode(reply: Response) -> Page:
        check_json(reply, operation)
        found = None
        with suppress(*UNREADABLE):
            found = _read_documented(reply.body)
        if found is None:
            whole = decode_as(reply, operation, Page)
            _note_beside(reply)
            return whole
        if found.fallback_path not in (None, "NORMAL"):
            reply.note("value", "fallbackPath", describe_shape(found.fallback_path))
        return Page(count=found.count, data=found.data, next_token=found.next_token)

    return decode


def _note_beside(reply: Response) -> None:
    for key, value in read_body(reply.body, dict[str, msgspec.Raw])[0].items():
        if key not in _DocumentedPage.__struct_encode_fields__:
            reply.note("field", show_path(key), _shape_of(value))


def _shape_of(text: msgspec.Raw | bytes) -> str:
    try:
        return describe_shape(msgspec.json.decode(text))
    except UNREADABLE:
        return "no JSON"


def file_bytes(operation: str) -> Callable[[Response], bytes]:
    """Keep the bytes of a file; a web page in their place is none."""

    def decode(reply: Response) -> bytes:
        check_bytes(reply, operation)
        return reply.body

    return decode


def mapping(operation: str) -> Callable[[Response], dict[str, Any]]:
    """Decode any JSON object; an empty body is an empty one."""

    def decode(reply: Response) -> dict[str, Any]:
        if not reply.body.strip():
            check_json(reply, operation)
            return {}
        return decode_as(reply, operation, dict[str, Any])

    return decode
