"""``/nodes``: listing, reading, making and changing nodes."""

from __future__ import annotations

import sqlite3
from typing import Any

from aiohttp import web

from ..exceptions import MalformedRequest
from ..library import albums, default_scopes, folders, node_updates, nodes
from ..library.names import MAX_LENGTH
from .context import RequestContext, Route
from .error_responses import reply
from .listing_response import page


async def everything(asked: RequestContext) -> web.Response:
    return await page(asked, dialect="node", within=default_scopes.everything(asked.get("filters")), capped=True)


async def one(asked: RequestContext) -> web.Response:
    """Show a node; without signing in what a public link shows."""
    asked.require_may_see(asked["node_id"])
    return _node(asked, asked.library.read(nodes.get, asked["node_id"]))


async def children(asked: RequestContext) -> web.Response:
    """List what is in a node; without signing in for what a public link shows."""
    asked.require_may_see(asked["node_id"])
    parent = asked.library.read(nodes.get, asked["node_id"])
    return await page(
        asked, dialect="node", within=default_scopes.children(parent.seq, asked.get("filters")), capped=True
    )


async def create(asked: RequestContext) -> web.Response:
    wanted = await asked.body()
    make = {"FOLDER": _folder, "VISUAL_COLLECTION": _album}.get(str(wanted.get("kind")))
    if make is None:
        raise MalformedRequest("kind must be FOLDER or VISUAL_COLLECTION")
    if make is _album and not asked.second_version:
        raise MalformedRequest("Invalid resourceVersion for kind VISUAL_COLLECTION")
    return _node(asked, await asked.change(make, wanted, asked.now), status=201)


async def change(asked: RequestContext) -> web.Response:
    wanted = await asked.body()
    changed = await asked.change(node_updates.change, node_id=asked["node_id"], wanted=wanted, now=asked.now)
    return _node(asked, changed)


async def change_children(asked: RequestContext) -> web.Response:
    node_ids = await asked.ids("value", most=albums.MAX_ITEMS)
    op = (await asked.body()).get("op")
    album = await asked.change(albums.change_items, album_id=asked["node_id"], op=op, node_ids=node_ids, now=asked.now)
    return _node(asked, album)


def _folder(db: sqlite3.Connection, wanted: dict[str, Any], now: str) -> nodes.Row:
    return folders.create(
        db,
        name=wanted.get("name"),
        parents=wanted.get("parents"),
        now=now,
        rename=wanted.get("conflictResolution") == "RENAME",
        created_by=read_creator(wanted),
    )


def _album(db: sqlite3.Connection, wanted: dict[str, Any], now: str) -> nodes.Row:
    return albums.create(db, name=wanted.get("name"), now=now, created_by=read_creator(wanted))


def read_creator(wanted: dict[str, Any]) -> str:
    said = wanted.get("createdBy") or "CloudDriveWeb"
    if not isinstance(said, str) or len(said) > MAX_LENGTH:
        raise MalformedRequest(f"createdBy cannot be longer than {MAX_LENGTH} characters")
    return said


def _node(asked: RequestContext, row: nodes.Row, *, status: int = 200) -> web.Response:
    node = asked.library.database.read(nodes.one_to_json, row, asked.shape())
    return reply(node, status=status, headers={"ETag": f'"{node["eTagResponse"]}"'})


ROUTES = (
    Route(operation="nodes.list", method="GET", path="/drive/v1/nodes", handler=everything),
    Route(operation="nodes.create", method="POST", path="/drive/v1/nodes", handler=create),
    Route(operation="nodes.get", method="GET", path="/drive/v1/nodes/{node_id}", handler=one, signed_in=False),
    Route(operation="nodes.change", method="PATCH", path="/drive/v1/nodes/{node_id}", handler=change),
    Route(
        operation="children.list",
        method="GET",
        path="/drive/v1/nodes/{node_id}/children",
        handler=children,
        signed_in=False,
    ),
    Route(
        operation="children.change", method="PATCH", path="/drive/v1/nodes/{node_id}/children", handler=change_children
    ),
)
