"""What the types of both clients promise: mypy --strict reads this file, nothing runs it."""

from __future__ import annotations

from io import BufferedReader
from pathlib import Path
from typing import assert_type

import pandas as pd

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, CatalogChanges, ContentReader, F, Folder, Node, Search


def made() -> None:
    assert_type(AmazonPhotos({"session-id": "1"}, tld="ca", dtype_backend="pyarrow"), AmazonPhotos)
    assert_type(AsyncAmazonPhotos(tld="ca"), AsyncAmazonPhotos)
    AmazonPhotos(dtype_backend="polars")  # type: ignore[arg-type]  # an error, or --strict complains of this comment
    AmazonPhotos(tdl="ca")  # type: ignore[call-arg]


def blocking(ap: AmazonPhotos) -> None:
    assert_type(ap.usage(), pd.DataFrame)
    assert_type(ap.query("type:(PHOTOS)", limit=10), pd.DataFrame)
    assert_type(ap.query(F.type("PHOTOS") & (F.timeYear == 2023) & ~F.favorite), pd.DataFrame)
    assert_type(ap.photos(limit=3, save=False), pd.DataFrame)
    assert_type(ap.db, pd.DataFrame)
    assert_type(ap.albums.list(), pd.DataFrame)
    assert_type(ap.albums.create("x", node_ids=["y"]), pd.DataFrame)
    assert_type(ap.catalog.find("kind:FILE", sort=["-size"]), pd.DataFrame)
    assert_type(ap.catalog.path, Path)
    ap.catalog.find(srot="size")  # type: ignore[call-arg]
    assert_type(ap.root, Node)
    assert_type(ap.tree, Folder)
    assert_type(ap.find_path("Pictures"), Folder | None)
    assert_type(ap.node("x"), Node)
    assert_type(ap.upload("folder"), pd.DataFrame)
    assert_type(ap.download(["x"]), pd.DataFrame)
    assert_type(ap.open(node="x"), BufferedReader)
    assert_type(ap.read_range(ap.root, 0, 10), bytes)
    assert_type(ap.thumbnails.get({"id": "x"}, width=100), bytes)
    assert_type(ap.read("x", max_bytes=None), bytes)
    for piece in ap.stream("x", chunk_size=1 << 20):
        assert_type(piece, bytes)
    assert_type(ap.catalog.changes(since="x"), CatalogChanges)
    for changes in ap.catalog.watch(every=60):
        assert_type(changes.cursor, str)
    with ap.timeout(30):
        ap.usage()
    ap.open(7)  # type: ignore[arg-type]
    for page in ap.search().pages():
        assert_type(page, pd.DataFrame)
    assert_type(ap.search().count(), int)
    assert_type(ap.search_nodes(sort="-size"), Search)
    for node in ap.search_nodes():
        assert_type(node, Node)
    ap.nodes("kind:FILE", "name")  # type: ignore[call-arg]
    with ap as same:
        assert_type(same, AmazonPhotos)


async def with_await(ap: AsyncAmazonPhotos) -> None:
    assert_type(await ap.usage(), pd.DataFrame)
    assert_type(await ap.db, pd.DataFrame)
    assert_type(await ap.tree, Folder)
    assert_type(await ap.albums.list(), pd.DataFrame)
    assert_type(await ap.catalog.find("kind:FILE"), pd.DataFrame)
    assert_type(await ap.search().count(), int)
    assert_type(await ap.open("x"), ContentReader)
    assert_type(await ap.read("x"), bytes)
    async for piece in ap.stream("x", start=7):
        assert_type(piece, bytes)
    assert_type(await ap.thumbnails.get("x"), bytes)
    async for changes in ap.catalog.watch():
        assert_type(changes.frame, pd.DataFrame)
    async with ap.timeout(30):
        await ap.usage()
    async with ap.open("x") as reader:
        assert_type(reader, ContentReader)
        assert_type(await reader.read(), bytes)
    async for node in ap.search().nodes():
        assert_type(node, Node)
    async for node in ap.search_nodes():
        assert_type(node, Node)
