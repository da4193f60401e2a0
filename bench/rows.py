"""A catalogue of a million rows, from the pages of a smaller library; and 1,000 changes for a refresh to find."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from aiohttp import web

from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.frames.builder import TableBuilder
from amazon_photos.wire.call import Response
from amazon_photos.wire.response import page

from . import children, library
from .workshop import Workshop

COPIES = 5
_APART = 97 * 86_400_000
"""Milliseconds from one copy to the next, so that copies don't lie side by side in the file."""
_FRESH, _AWAY = 50, 50


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``folder`` holds ap.parquet; what changed since stands beside it."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "ap.parquet"

    @property
    def changes(self) -> Path:
        return self.folder / "changes.json"

    @property
    def changed(self) -> Path:
        return self.folder / "changed.parquet"


def catalogue(workshop: Workshop) -> Catalogue:
    """With a million rows; made the first time."""
    made = Catalogue(workshop.folder / "catalogue")
    if not made.folder.exists():
        pages = library.pages(workshop, workshop.size(200_000, 4_000))
        being_made = workshop.folder / "catalogue.part"
        being_made.mkdir()
        children.call(make, pages=pages, folder=being_made)
        being_made.rename(made.folder)
    return made


def make(pages: str, folder: str) -> None:
    """In a child: it takes some memory."""
    made, decode = Catalogue(Path(folder)), page("nodes")
    gather, raw = TableBuilder(), []
    for body in library.bodies(pages):
        nodes = decode(Response(200, {}, body)).data
        gather.add(nodes)
        raw += nodes
    table = gather.table()
    owner, latest = table["ownerId"][0].as_py(), pc.max(table["modifiedDate"].cast(pa.int64())).as_py()
    store = Store(made.file)
    copies = pa.concat_tables([_copy(table, number) for number in range(COPIES)]).unify_dictionaries()
    with store.lock():
        store.write(copies, Header(owner=owner, complete=True, refreshed_at=latest, lists_movies=True))
    changes = _changes([json.loads(bytes(node)) for node in raw[:: len(raw) // 1200]], latest)
    made.changes.write_text(json.dumps(changes))
    pq.write_table(_table(changes), made.changed)


def _copy(table: pa.Table, number: int) -> pa.Table:
    """The same rows under other ids, with other contents, at another time."""
    if not number:
        return table
    for name in ("id", "md5"):
        ends = pc.utf8_slice_codeunits(table[name], number), pc.utf8_slice_codeunits(table[name], 0, number)
        column = pc.binary_join_element_wise(*ends, "")
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
    for name in ("contentDate", "createdDate"):
        column = pc.add(table[name], pa.scalar(number * _APART, pa.duration("ms")))
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
    return table


def _changes(nodes: Sequence[dict[str, Any]], latest: int) -> list[dict[str, Any]]:
    """1,000 files: most have changed, some are new, as many went to the trash."""
    files = [node for node in nodes if node["kind"] == "FILE"][:1000]
    now = datetime.fromtimestamp(latest // 1000 + 1, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    for number, node in enumerate(files):
        node |= {"modifiedDate": now, "version": node["version"] + 1, "description": f"changed {number}"}
        if number < _FRESH:
            node |= {"id": f"new{number:019}"}
        elif number < _FRESH + _AWAY:
            node |= {"status": "TRASH"}
    return files


def _table(nodes: Sequence[dict[str, Any]]) -> pa.Table:
    gather = TableBuilder()
    gather.add(page("nodes")(Response(200, {}, json.dumps({"data": nodes, "count": len(nodes)}).encode())).data)
    return gather.table()


class Service:
    """Just enough of a service for a refresh: the root, a count, what changed, and what is in the trash since."""

    def __init__(self, catalogue: Catalogue) -> None:
        file = pq.ParquetFile(catalogue.file)
        changes = json.loads(catalogue.changes.read_text())
        self._count = file.metadata.num_rows
        self._here = [node for node in changes if node["status"] != "TRASH"]
        self._away = [node for node in changes if node["status"] == "TRASH"]
        self._root = {"id": "root", "kind": "FOLDER", "isRoot": True, "ownerId": changes[0]["ownerId"]}

    async def __call__(self, request: web.Request) -> web.Response:
        asked = request.query
        if asked["filters"] == "isRoot:true":
            return _page([self._root], 1)
        if "modifiedDate:" not in asked["filters"]:
            return _page(self._here[:1], self._count)
        nodes = self._away if request.path.endswith("/trash") else self._here
        offset = int(asked.get("offset", 0))
        return _page(nodes[offset : offset + int(asked["limit"])], len(nodes))


def _page(nodes: Sequence[dict[str, Any]], count: int) -> web.Response:
    return web.json_response({"count": count, "data": nodes})
