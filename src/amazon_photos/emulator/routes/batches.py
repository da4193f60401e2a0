"""``/batchLink``: many files as one zip.

What goes in and comes out was never recorded (guess): ``{"nodeIds": […]}`` gives ``{"link": address}``; ``nodes`` and
``value`` are read too. The zip is made when the address is asked for.
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path

from aiohttp import web

from ..library import folders, nodes
from .context import RequestContext, Route
from .downloads import content_of
from .error_responses import reply
from .file_response import SMALL, FileResponse, Readable, StoredFile, disposition

MAX_NODES = 1200
_LISTS = ("nodeIds", "nodes", "value")


async def batch_link(context: RequestContext) -> web.Response:
    wanted = await context.body()
    key = next((key for key in _LISTS if key in wanted), _LISTS[0])
    node_ids = await context.ids(key, most=MAX_NODES)
    await context.read(_files, node_ids)  # an unknown id is refused now, not in the middle of the zip
    return reply({"link": context.temp_link(",".join(node_ids)).replace("/templink/", "/batch/")})


async def send_zip(context: RequestContext) -> web.StreamResponse:
    said = context.state.links.open(context["token"], now=context.now)
    files = await context.read(_files, said.target.split(","))
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
    Route(operation="batch", method="POST", path="/drive/v1/batchLink", handler=batch_link),
    Route(
        operation="batch.zip",
        method="GET",
        path="/cdproxy/batch/{token}",
        handler=send_zip,
        host="content",
        signed_in=False,
    ),
)
