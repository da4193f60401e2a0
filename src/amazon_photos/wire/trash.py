"""The trash: looking in, putting in, taking out, deleting for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.results import Page
from ..query.expr import AnyOf, Expr, Prefix, Term, and_
from ..query.parser import parse
from . import response as read
from .call import Call, Response
from .common import API_VERSION, MAX_PER_PAGE, check_id
from .nodes import listing_params

TRASHED = Term("status", AnyOf((Prefix("TRASH"),)))
"""``status:(TRASH*)``, with the brackets that Amazon's own page writes: a group of one. Source: live."""
IN_TRASH = and_(parse("kind:(FILE* OR FOLDER*)", dialect="node"), TRASHED)
"""What Amazon's own page asks for. Source: live."""


def list_trash(
    *,
    filters: Expr | None = IN_TRASH,
    sort: str = "",
    limit: int = MAX_PER_PAGE,
    offset: int = 0,
    token: str | None = None,
) -> Call[Page]:
    """List one page of the trash. Source: live.

    Every page comes from here: page 2 of /nodes holds live photos.
    """
    params = listing_params(filters, sort, limit, offset, token)
    return Call(operation="trashed", path="/trash", params=params, decode=read.page("trashed"))


def _move(operation: str, op: str, ids: Sequence[str], *, recurse: bool = True) -> Call[dict[str, str]]:
    return Call(
        operation=operation,
        method="PATCH",
        path="/trash",
        json={
            "recurse": "true" if recurse else "false",
            "op": op,
            "filters": "",
            "conflictResolution": "RENAME",
            "value": [check_id(i) for i in ids],
            **API_VERSION,
        },
        decode=lambda reply: _read_rejected(reply, operation, ids),
    )


def trash(ids: Sequence[str], *, recurse: bool = True) -> Call[dict[str, str]]:
    """Put up to 50 nodes in the trash, folders with all they hold. Source: live.

    Without ``recurse`` it is a guess.

    It answers the ids that Amazon refused.
    """
    return _move("trash", "add", ids, recurse=recurse)


def restore(ids: Sequence[str]) -> Call[dict[str, str]]:
    """Take up to 50 nodes out of the trash; the ids Amazon refused. Source: live."""
    return _move("restore", "remove", ids)


def purge(ids: Sequence[str]) -> Call[dict[str, str]]:
    """Delete up to 50 nodes for good; the ids Amazon refused. Source: live."""
    return Call(
        operation="delete",
        method="POST",
        path="/bulk/nodes/purge",
        json={"recurse": "false", "nodeIds": [check_id(i) for i in ids], **API_VERSION},
        decode=lambda reply: _read_rejected(reply, "delete", ids),
    )


def _read_rejected(reply: Response, operation: str, ids: Sequence[str]) -> dict[str, str]:
    """Errors come as a map by id: ``errorMap`` of numbers or texts (code), ``errors`` (a guess). Any map is read.

    In these two, whatever stands with an id is an error; elsewhere it may be the node, or say that all is well.
    """
    body = read.mapping(operation)(reply)
    asked = set(ids)
    found: dict[str, str] = {}
    for name, part in (("", body), *body.items()):
        if isinstance(part, Mapping):
            sure = name in ("errorMap", "errors")
            found |= {
                k: _reason(reply, value) for k, value in part.items() if k in asked and (sure or _is_error(value))
            }
    return found


def _is_error(value: Any) -> bool:
    return not (isinstance(value, Mapping) and value.get("id")) and value not in (None, True, "OK", "SUCCESS")


def _reason(reply: Response, value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("message") or value.get("code") or value.get("errorCode") or "refused"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"Amazon refused it (error {value})"
    return read.redact(str(value), reply)
