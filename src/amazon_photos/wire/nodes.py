"""Nodes: listing them, reading one, changing one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from ..model.node import Node
from ..model.results import Page
from ..query.expr import Expr
from . import response as read
from .call import Call, Response
from .common import API_VERSION, DEFAULT_PARAMS, MAX_PER_PAGE, check_id, filter_text

T = TypeVar("T")
MAX_BY_OFFSET = 9999
"""``offset + limit`` above this is a 400 on /nodes, /children and /trash. Source: live."""


def listing_params(filters: Expr | None, sort: str, limit: int, offset: int, token: str | None) -> dict[str, str | int]:
    """Write a listing's parameters: paging by token where there is one (live 2026), else by offset."""
    params: dict[str, str | int] = {**DEFAULT_PARAMS, "limit": limit}
    params |= {"startToken": token} if token else {"offset": offset}
    return params | {name: text for name, text in (("filters", filter_text(filters)), ("sort", sort)) if text}


def nodes(
    *, filters: Expr | None = None, sort: str = "", limit: int = MAX_PER_PAGE, offset: int = 0, token: str | None = None
) -> Call[Page]:
    """List one page of all nodes. Source: live."""
    params = listing_params(filters, sort, limit, offset, token)
    return Call(operation="nodes", path="/nodes", params=params, decode=read.page("nodes"))


def children(
    parent: str,
    *,
    filters: Expr | None = None,
    sort: str = "",
    limit: int = MAX_PER_PAGE,
    offset: int = 0,
    token: str | None = None,
) -> Call[Page]:
    """List one page of what a folder or album holds (or a live photo: its movie). Source: live."""
    params = listing_params(filters, sort, limit, offset, token)
    path = f"/nodes/{check_id(parent)}/children"
    return Call(operation="children", path=path, params=params, decode=read.page("children"))


def node(id: str) -> Call[Node]:  # noqa: A002 - the field's word
    """Get one node. Source: live."""
    return Call(operation="node", path=f"/nodes/{check_id(id)}", params=DEFAULT_PARAMS, decode=read.node("node"))


def raw_node(id: str) -> Call[msgspec.Raw]:  # noqa: A002
    """Get one node as it came, with everything in it. Source: live."""
    return Call(operation="node", path=f"/nodes/{check_id(id)}", params=DEFAULT_PARAMS, decode=read.raw_node("node"))


def _update(operation: str, id: str, change: Mapping[str, Any]) -> Call[Node]:  # noqa: A002
    return _change(operation, id, change, read.node(operation))


def _change(operation: str, id: str, change: Mapping[str, Any], decode: Callable[[Response], T]) -> Call[T]:  # noqa: A002
    return Call(
        operation=operation,
        method="PATCH",
        path=f"/nodes/{check_id(id)}",
        json={**change, **API_VERSION},
        decode=decode,
    )


def rename(id: str, name: str) -> Call[Node]:  # noqa: A002
    """Give a node another name; a name taken in its folder is a 409. Source: live."""
    return _update("rename", id, {"name": name})


def rename_raw(id: str, name: str) -> Call[msgspec.Raw]:  # noqa: A002
    """Give a node another name as ``rename`` does; return it as it came, for ap.parquet. Source: live."""
    return _change("rename", id, {"name": name}, read.raw_node("rename"))


def move(id: str, parents: Sequence[str]) -> Call[Node]:  # noqa: A002
    """Move a node into other folders, out of all that it is in.

    A guess: only the older dialect shows it (code, 2015). A service that doesn't know it may answer 400, or with a
    node that is where it was.
    """
    return _update("move", id, {"parents": [check_id(parent) for parent in parents]})


def favorite(id: str, value: bool) -> Call[Node]:  # noqa: A002
    """Mark or unmark a favourite. Source: live."""
    return _update("favorite", id, {"settings": {"favorite": value}})


def hidden(id: str, value: bool) -> Call[Node]:  # noqa: A002
    """Hide or show. Source: live."""
    return _update("hidden", id, {"settings": {"hidden": value}})


def describe(id: str, description: str) -> Call[Node]:  # noqa: A002
    """Set the description, at most 500 characters. Source: doc."""
    return _update("describe", id, {"description": description})


def label(id: str, labels: Sequence[str]) -> Call[Node]:  # noqa: A002
    """Set the labels, at most 10 of 256 characters. Source: doc."""
    return _update("label", id, {"labels": list(labels)})
