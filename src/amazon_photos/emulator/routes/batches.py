"""``/batchLink``: many files as one zip.

``{"nodeIds": ["ownerId:nodeId", …]}`` gives 201 with ``{"links": {"content": address}, "status", "expires"}``; with a
public link's ``?shareId=`` the ids are bare (live). The zip is made when the address is asked for, which needs no
cookies (guess). Bare ids from the owner are refused (guess: nobody has shown that they are taken).
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from aiohttp import web

from ..clock import shift
from ..exceptions import MalformedRequest, NoSuchNode
from ..library import folders, nodes
from .context import RequestContext, Route
from .downloads import content_of
from .error_responses import reply
from .file_response import SMALL, FileResponse, Readable, StoredFile, disposition
from .links import LIFETIME

MAX_NODES = 1200


async def batch_link(context: RequestContext) -> web.Response:
    if not context.is_of_public_link:
        context.require_signed_in(header_due=True)
    said = await context.ids("nodeIds", most=MAX_NODES)
    node_ids = said if context.is_of_public_link else [_own(context, node_id) for node_id in said]
    for node_id in node_ids if context.is_of_public_link else ():
        context.require_may_see(node_id)
    await context.read(_files, node_ids)  # an unknown id is refused now, not in the middle of the zip
    now = context.now
    address = context.state.links.to_batch(context.request, node_ids, now=now, dead=context.links_are_dead)
    expires = int(datetime.fromisoformat(shift(now, LIFETIME)).timestamp() * 1000)
    return reply({"links": {"content": address}, "status": "AVAILABLE", "expires": expires}, status=201)


def _own(context: RequestContext, said: str) -> str:
    """The id behind ``ownerId:``. Raises ``MalformedRequest`` and ``NoSuchNode``."""
    owner, colon, node_id = said.partition(":")
    if not colon:
        raise MalformedRequest(f"nodeIds must have the form ownerId:nodeId: {said}")
    if owner != context.library.owner:
        raise NoSuchNode(said)
    return node_id


async def send_zip(context: RequestContext) -> web.StreamResponse:
    node_ids = context.state.links.open_batch(context["token"], now=context.now)
    files = await context.read(_files, node_ids)
    context.library.store.require_room(sum(node.size or 0 for node in files))
    archive = context.library.store.scratch()
    try:
        await context.in_thread(_write, context, archive, files)
    except BaseException:
        archive.unlink(missing_ok=True)
        raise
    headers = {"Content-Type": "application/zip", "Content-Disposition": disposition("Amazon Photos.zip")}
    length = archive.stat().st_size
    return FileResponse(StoredFile(archive), start=0, length=length, status=200, headers=headers, passing=archive)


def _files(db: sqlite3.Connection, node_ids: Sequence[str]) -> list[nodes.Row]:
    """Those nodes, folders with all that is in them. Raises ``NoSuchNode``."""
    asked_for = [nodes.get(db, node_id) for node_id in node_ids]
    found = [row for node in asked_for for row in (node, *nodes.by_seq(db, folders.descendants(db, node.seq)))]
    return [row for row in {row.seq: row for row in found}.values() if row.kind == "FILE" and row.md5]


def _write(context: RequestContext, archive: Path, files: Sequence[nodes.Row]) -> None:
    names: set[str] = set()
    with zipfile.ZipFile(archive, "w") as made:
        for node in files:
            if context.library.database.stopping.is_set():
                return
            source = content_of(context, node).source
            name = _free(node.name or node.id, names)
            if isinstance(source, bytes):
                made.writestr(name, source)
            elif isinstance(source, StoredFile):
                made.write(source.path, name)
            else:
                _copy(source, made, name, node.size or 0)


def _copy(source: Readable, made: zipfile.ZipFile, name: str, size: int) -> None:
    with made.open(name, "w", force_zip64=size >= 2**31) as member:
        for at in range(0, size, SMALL):
            member.write(source.read(at, SMALL))


def _free(name: str, taken: set[str]) -> str:
    """``name``, or one that nothing in the zip has yet."""
    stem, dot, extension = name.rpartition(".")
    candidates = (f"{stem}({number}){dot}{extension}" for number in count(1))
    chosen = next(one for one in chain([name], candidates) if one.lower() not in taken)
    taken.add(chosen.lower())
    return chosen


ROUTES = (
    Route(operation="batch", method="POST", path="/drive/v1/batchLink", handler=batch_link, signed_in=False),
    Route(
        operation="batch.zip",
        method="GET",
        path="/cdproxy/batchLink/{token}/content",
        handler=send_zip,
        host="content",
        signed_in=False,
    ),
)
