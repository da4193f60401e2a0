"""A program that somebody else might write, with the main calls of both clients: nothing runs it.

``mypy --strict`` reads it in ``make check``, and pyright's strict mode in ``make types``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from amazon_photos import (
    AmazonPhotos,
    AsyncAmazonPhotos,
    AsyncSearch,
    BytesTransferred,
    Catalog,
    Event,
    F,
    FileFinished,
    FileResult,
    Filters,
    Folder,
    Ids,
    ImageProperties,
    Node,
    NodeOutcome,
    PlanUpdated,
    Search,
    Settings,
    Sort,
    UploadOutcome,
    errors,
)

LARGEST_FIRST: Sort = ["-size", "name"]
BEACHES: Filters = F.type("PHOTOS") & F.things("beach") & ~F.favorite


class Album:
    """A photo frame's pictures: typed nodes, and nothing of pandas."""

    def __init__(self, ap: AmazonPhotos, filters: Filters) -> None:
        self.ap = ap
        self.search: Search = ap.search(filters, sort="-contentDate", limit=40)

    def __iter__(self) -> Iterator[tuple[str, datetime | None]]:
        for node in self.search:
            yield node.name, node.taken

    def camera(self, node: Node) -> str:
        image: ImageProperties | None = node.content_properties.image if node.content_properties else None
        lens = f"{node.focal_length:.0f} mm f/{node.f_number}" if node.focal_length and node.f_number else ""
        return f"{node.make or ''} {node.model or ''} {lens} {image.flash if image else ''}".strip()

    def place(self, node: Node) -> tuple[float, float] | None:
        if node.latitude is None or node.longitude is None:
            return None
        return node.latitude, node.longitude

    def to_json(self) -> str:
        return json.dumps([node.to_dict() for node in self.search.nodes()])


def watch(event: Event) -> None:
    match event:
        case PlanUpdated(files=files, bytes=size):
            print(files, size)
        case BytesTransferred(bytes=size):
            print(size)
        case FileFinished(result=result):
            report(result)


def report(result: FileResult) -> None:
    if result.outcome is UploadOutcome.FAILED:
        print(result.path, result.reason)


def tidy(ap: AmazonPhotos, nodes: Ids) -> pd.DataFrame:
    done = ap.trash(nodes)
    failed = done[done["outcome"] == NodeOutcome.FAILED.value]
    ap.restore(done["id"])
    return failed


def back_up(ap: AmazonPhotos, folder: Path) -> list[dict[str, Any]]:
    plan = ap.plan_upload(folder, only=("img", "vid"))
    up = ap.upload(plan=plan, on_event=watch)
    safe = ap.backed_up(folder)["backed_up"].all()
    ap.check(folder, of="Pictures")
    return ap.records(up, json=True) if safe else []


def library(ap: AmazonPhotos) -> None:
    folder: Folder | None = ap.find_path("Pictures/2023")
    if folder is not None:
        names = [one.path for one in folder.walk()]
        ap.download(folder, out="backup", layout="tree", on_event=watch)
        ap.children(folder, filters="kind:FILE", sort=LARGEST_FIRST)
        print(names, ap.root.owner_id, ap.tree.id)
    ap.create_folders("Pictures/2024/Porto")
    made: Node = ap.create_album("Best of", node_ids=ap.db["id"].head(3))
    ap.albums.add(made, ["x"])
    ap.albums.list()
    ap.favorite(made)
    ap.refresh()
    ap.find(F.size > 1_000, sort=LARGEST_FIRST)
    for page in ap.search_nodes("kind:FILE").pages():
        print(len(page))
    for row in ap.catalog.rows(columns=["name", "size"]):
        print(row["name"])
    with ap.open(made) as file:
        file.read(16)


def offline() -> int:
    catalog = Catalog.open("ap.parquet")
    return len(catalog.find("type:(PHOTOS)", sort="-size", limit=10, columns=["name"]))


async def with_await() -> int:
    settings = Settings.load(bwlimit="2M")
    async with AsyncAmazonPhotos(tld="ca", settings=settings) as ap:
        found: AsyncSearch = ap.search(BEACHES)
        names = [node.name async for node in found]
        photos, usage = await asyncio.gather(ap.photos(limit=3), ap.usage())
        root: Node = await ap.root
        folder = await ap.find_path("Pictures")
        await ap.upload("pictures", to=folder, on_event=watch)
        await ap.albums.list()
        await ap.catalog.refresh()
        async with ap.open(root) as reader:
            await reader.read(16)
        return len(names) + len(photos) + len(usage) + len(ap.records(photos)) + len(await ap.db)


def main() -> None:
    try:
        with AmazonPhotos(tld="ca", dtype_backend="pyarrow") as ap:
            print(list(Album(ap, BEACHES)), tidy(ap, ap.query(BEACHES, limit=3)), back_up(ap, Path("pictures")))
            library(ap)
    except errors.SessionExpired as error:
        print(error.status, error)
    except errors.FilterError as error:
        print(error.hint, error.position)
    print(offline(), asyncio.run(with_await()))
