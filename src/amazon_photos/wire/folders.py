"""Folders: the root, listing them all, making one."""

from __future__ import annotations

import msgspec

from ..model.node import Node
from ..model.results import Page
from ..query.parser import parse
from . import response as read
from .call import Call, Response
from .common import API_VERSION, DEFAULT_PARAMS, check_id
from .nodes import nodes

ALL_FOLDERS = parse("kind:FOLDER AND status:AVAILABLE", dialect="node")


class _RootPage(msgspec.Struct):
    data: list[msgspec.Raw] = []


def root() -> Call[Node]:
    """Find the library's root; it knows the account's ownerId. Source: live."""
    params = {**DEFAULT_PARAMS, "filters": "isRoot:true"}
    return Call(operation="root", path="/nodes", params=params, decode=_root)


def _root(reply: Response) -> Node:
    page = read.decode_as(reply, "root", _RootPage)
    if not page.data:
        raise read.unexpected_reply(reply, "root", "Amazon knows no root folder of this account")
    return read.as_node(page.data[0], reply, "root")


def folders(*, limit: int, offset: int, token: str | None = None) -> Call[Page]:
    """List one page of all folders, wherever they are. Source: live."""
    return nodes(filters=ALL_FOLDERS, sort="['createdDate ASC']", limit=limit, offset=offset, token=token)


def create_folder(name: str, parent: str) -> Call[Node]:
    """Make a folder; a name taken there is a 409 that tells the existing one's id. Source: live."""
    return Call(
        operation="create_folder",
        method="POST",
        path="/nodes",
        json={"kind": "FOLDER", "name": name, "parents": [check_id(parent)], **API_VERSION},
        decode=read.node("create_folder"),
        idempotent=True,  # a second attempt finds the first one's folder: 409 with its id
    )
