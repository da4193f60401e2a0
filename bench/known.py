"""A service that knows what is on 100,000 photos: people, things, places and albums, 300 of them, 500,000 rows."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from aiohttp import web

from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.frames.builder import TableBuilder
from amazon_photos.wire.call import Response
from amazon_photos.wire.response import page

from . import library

KEYS = 300
ROWS_PER_PHOTO = 5
_WORDS = ("people", "things", "location")
_CATEGORIES = {"allPeople": "people", "people": "people", "things": "things", "location": "location"}


def nodes_of(pages: str | Path, photos: int) -> list[bytes]:
    """So many files of a library's pages, and the albums, as JSON."""
    decode = page("nodes")
    raw = (bytes(node) for body in library.bodies(pages) for node in decode(Response(200, {}, body)).data)
    files = list(islice((node for node in raw if b'"kind":"FILE"' in node.replace(b": ", b":")), photos))
    first = json.loads(files[0])
    album = {"kind": "VISUAL_COLLECTION", "status": "AVAILABLE", "version": 1, "ownerId": first["ownerId"]}
    dates = {name: first[name] for name in ("createdDate", "modifiedDate")}
    return files + [json.dumps({"id": _album(number), "name": f"Album {number}", **album, **dates}).encode()
                    for number in range(KEYS // 6)]  # fmt: skip


def _album(number: int) -> str:
    return f"album{number:017}"


def make_catalogue(pages: str, folder: str, photos: int) -> None:
    """In a child: ap.parquet with these nodes."""
    gather = TableBuilder()
    gather.add(page("nodes")(Response(200, {}, _body(len(pages), nodes_of(pages, photos)))).data)
    table = gather.table()
    latest = pc.max(table["modifiedDate"].cast("int64")).as_py()
    store = Store(Path(folder) / "ap.parquet")
    with store.lock():
        store.write(
            table, Header(owner=table["ownerId"][0].as_py(), complete=True, refreshed_at=latest, lists_movies=True)
        )


class Service:
    """Just enough of a service for a refresh of relations; ``asked`` are the paths of pages of members."""

    def __init__(self, pages: Path, photos: int) -> None:
        self._nodes = nodes_of(pages, photos)
        first = json.loads(self._nodes[0])
        self._root = json.dumps({"id": "root", "kind": "FOLDER", "isRoot": True, "ownerId": first["ownerId"]}).encode()
        self._latest = max(self._nodes[:photos], key=lambda node: json.loads(node)["modifiedDate"])
        self._members = _spread(photos)
        self.asked: list[str] = []

    @property
    def pages(self) -> int:
        """How many pages all members take."""
        return sum(-(-len(members) // 200) for members in self._members.values())

    @property
    def rows(self) -> int:
        return sum(map(len, self._members.values()))

    async def __call__(self, request: web.Request) -> web.Response:
        asked, path = request.query, request.path
        if path.endswith("/aggregation"):
            return web.json_response({"aggregations": self._tell(asked["category"])})
        if path.endswith("/children"):
            return self._page(request, path.split("/")[-2])
        if path.endswith("/search"):
            return self._page(request, asked["filters"])
        if "isRoot" in asked["filters"]:
            return _answer(_body(1, [self._root]))
        nodes = [self._latest] if "modifiedDate:" not in asked["filters"] else []
        return _answer(_body(len(self._nodes) if nodes else 0, nodes))

    def _tell(self, category: str) -> Sequence[Mapping[str, Any]]:
        word = f"{_CATEGORIES.get(category)}:("
        found = ((key, members) for key, members in self._members.items() if key.startswith(word))
        return [{"value": key[len(word) : -1], "count": len(members)} for key, members in found]

    def _page(self, request: web.Request, key: str) -> web.Response:
        self.asked.append(request.path_qs)
        members, start = self._members[key], int(request.query.get("offset", 0))
        some = members[start : start + int(request.query["limit"])]
        return _answer(_body(len(members), [self._nodes[place] for place in some]))


def _spread(photos: int) -> dict[str, list[int]]:
    """Which photos each key has: some keys have many, most have few."""
    luck = random.Random(1)
    keys = [f"{_WORDS[number % 3]}:(key{number})" for number in range(KEYS - KEYS // 6)]
    keys += [_album(number) for number in range(KEYS // 6)]
    shares = [luck.random() ** 3 + 0.01 for _ in keys]
    scale = photos * ROWS_PER_PHOTO / sum(shares)
    return {
        key: luck.sample(range(photos), min(round(share * scale), photos, 9_000))
        for key, share in zip(keys, shares, strict=True)
    }


def _body(count: int, nodes: Sequence[bytes]) -> bytes:
    return b'{"count":%d,"data":[%s]}' % (count, b",".join(nodes))


def _answer(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")
