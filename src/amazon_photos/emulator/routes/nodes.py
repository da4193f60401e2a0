"""``/nodes``: listing, reading, making and changing nodes."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from aiohttp import web

from ..exceptions import MalformedRequest
from ..library import albums, default_scopes, folders, node_json, node_updates, nodes
from ..library.names import MAX_LENGTH
from .context import RequestContext, Route
from .error_responses import reply, unknown_path_response
from .listing_response import page


async def everything(context: RequestContext) -> web.Response:
    deviations = context.library.options.deviations
    within = default_scopes.everything(context.get("filters"), deviations=deviations)
    return await page(context, dialect="node", within=within, capped=True)


async def one(context: RequestContext) -> web.Response:
    """Show a node; without signing in what a public link shows."""
    context.require_may_see(context["node_id"])
    return _node(context, context.library.read(nodes.get, context["node_id"]))


async def with_slash(context: RequestContext) -> web.StreamResponse:
    """Answer ``/nodes/`` like ``/nodes`` (live)."""
    return unknown_path_response() if context.deviates("trailing-slash-404") else await everything(context)


async def locations(context: RequestContext) -> web.Response:
    """Tell where a node was taken (code; that it is the text of ``image`` or ``video`` is a guess)."""
    node = context.library.read(nodes.get, context["node_id"])
    found = json.loads(node.image or node.video or "{}").get("location")
    return reply({} if found is None else {"location": found})


async def children(context: RequestContext) -> web.Response:
    """List what is in a node; without signing in for what a public link shows."""
    context.require_may_see(context["node_id"])
    parent = context.library.read(nodes.get, context["node_id"])
    within = default_scopes.children(parent.seq, context.get("filters"))
    is_album = parent.kind in ("VISUAL_COLLECTION", "SHARED_COLLECTION")
    order = albums.order_of(parent.seq, by_date=context.deviates("album-by-date")) if is_album else ""
    return await page(context, dialect="node", within=within, capped=True, default_order=order)


async def create(context: RequestContext) -> web.Response:
    wanted = await context.body()
    make = {"FOLDER": _folder, "VISUAL_COLLECTION": _album}.get(str(wanted.get("kind")))
    if make is None:
        raise MalformedRequest("kind must be FOLDER or VISUAL_COLLECTION")
    if make is _album and not context.second_version:
        raise MalformedRequest("Invalid resourceVersion for kind VISUAL_COLLECTION")
    unique = context.deviates("album-names-unique")
    return _node(context, await context.change(make, wanted, context.now, unique), status=201)


async def change(context: RequestContext) -> web.Response:
    wanted = await context.body()
    changed = await context.change(
        node_updates.change,
        node_id=context["node_id"],
        wanted=wanted,
        now=context.now,
        moving=context.library.options.moving,
        albums_unique=context.deviates("album-names-unique"),
    )
    return _node(context, changed)


async def change_children(context: RequestContext) -> web.Response:
    node_ids = await context.ids("value", most=albums.MAX_ITEMS)
    op = (await context.body()).get("op")
    album = await context.change(
        albums.change_items,
        album_id=context["node_id"],
        op=op,
        node_ids=node_ids,
        owner=context.library.owner,
        now=context.now,
        partly=context.deviates("album-takes-what-it-can"),
    )
    return _node(context, album)


def _folder(db: sqlite3.Connection, wanted: dict[str, Any], now: str, _: bool) -> nodes.Row:
    return folders.create(
        db,
        name=wanted.get("name"),
        parents=wanted.get("parents"),
        now=now,
        rename=wanted.get("conflictResolution") == "RENAME",
        created_by=read_creator(wanted),
    )


def _album(db: sqlite3.Connection, wanted: dict[str, Any], now: str, unique: bool) -> nodes.Row:
    return albums.create(db, name=wanted.get("name"), now=now, created_by=read_creator(wanted), unique=unique)


def read_creator(wanted: dict[str, Any]) -> str:
    said = wanted.get("createdBy") or "CloudDriveWeb"
    if not isinstance(said, str) or len(said) > MAX_LENGTH:
        raise MalformedRequest(f"createdBy cannot be longer than {MAX_LENGTH} characters")
    return said


def _node(context: RequestContext, row: nodes.Row, *, status: int = 200) -> web.Response:
    node = context.library.database.read(node_json.one_to_json, row, context.view())
    return reply(node, status=status, headers={"ETag": f'"{node.e_tag_response}"'})


ROUTES = (
    Route(operation="nodes.list", method="GET", path="/drive/v1/nodes", handler=everything),
    Route(operation="nodes.list", method="GET", path="/drive/v1/nodes/", handler=with_slash),
    Route(operation="nodes.create", method="POST", path="/drive/v1/nodes", handler=create),
    Route(operation="nodes.get", method="GET", path="/drive/v1/nodes/{node_id}", handler=one, signed_in=False),
    Route(
        operation="nodes.locations", method="GET", path="/drive/v1/nodes/{node_id}/types/locations", handler=locations
    ),
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
