"""Folders: the root, listing them all, making one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from ..model.node import Node
from ..model.results import Page
from ..query.parser import parse
from . import response as read
from .call import Call, Response
from .common import API_VERSION, DEFAULT_PARAMS, check_id
from .nodes import nodes

T = TypeVar("T")
ALL_FOLDERS = parse("kind:FOLDER AND status:AVAILABLE", dialect="node")


class _RootPage(msgspec.Struct):
    data: list[msgspec.Raw] = []


def root() -> Call[Node]:
    """Get the library's root; it knows the account's ownerId. Source: live."""
    params = {**DEFAULT_PARAMS, "filters": "isRoot:true"}
    return Call(operation="root", path="/nodes", params=params, decode=_root)


def _root(reply: Response) -> Node:
    page = read.decode_as(reply, "root", _RootPage)
    if not page.data:
        raise read.unexpected_reply(reply, "root", "Amazon knows no root folder of this account")
    node = read.as_node(page.data[0], reply, "root")
    if node.parents or node.kind not in ("FOLDER", ""):  # another listing's answer: files would go below it
        raise read.unexpected_reply(reply, "root", "Amazon's answer names something else than the root folder")
    return node


def folders(*, limit: int, offset: int, token: str | None = None) -> Call[Page]:
    """List one page of all folders, wherever they are. Source: live."""
    return nodes(filters=ALL_FOLDERS, sort="['createdDate ASC']", limit=limit, offset=offset, token=token)


def create_folder(name: str, parent: str) -> Call[Node]:
    """Create a folder; a name taken there is a 409 that tells the existing one's id. Source: live."""
    return _create(name, parent, read.node("create_folder"))


def create_kept_folder(name: str, parent: str) -> Call[tuple[Node, msgspec.Raw]]:
    """Create a folder as ``create_folder`` does; return it read, and as it came, for ap.parquet."""
    return _create(name, parent, _node_and_raw)


def _node_and_raw(reply: Response) -> tuple[Node, msgspec.Raw]:
    raw = read.decode_as(reply, "create_folder", msgspec.Raw)
    return read.as_node(raw, reply, "create_folder"), raw


def _create(name: str, parent: str, decode: Callable[[Response], T]) -> Call[T]:
    return Call(
        operation="create_folder",
        method="POST",
        path="/nodes",
        json={"kind": "FOLDER", "name": name, "parents": [check_id(parent)], **API_VERSION},
        decode=decode,
        idempotent=True,  # a second attempt finds the first one's folder: 409 with its id
    )
