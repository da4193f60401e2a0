"""The questions of a reading run that come after the listings: some small files, and the whole of a small library."""

from __future__ import annotations

import hashlib
import io
from functools import partial
from pathlib import Path

from PIL import Image

from amazon_photos import Catalog

from .checks import Check, LeftOut, Live
from .gate import MAX_FILES

DOWNLOADS = MAX_FILES - 1
"""One more is read in part."""
MAX_BYTES = 20 << 20
"""Of all downloads together."""
WIDTH, HEIGHT = 120, 90


def list_checks() -> list[tuple[str, Check]]:
    """List the checks of some files, in their order."""
    return [("downloads", downloads), ("a range of a file", part_of_a_file), ("a thumbnail", thumbnail)]


def list_library_checks() -> list[tuple[str, Check]]:
    """List the checks of what is listed whole, or not at all."""
    return [
        ("folders", partial(small_listing, "kind:FOLDER")),
        ("albums", partial(small_listing, "kind:VISUAL_COLLECTION")),
        ("the whole library", whole_library),
    ]


def downloads(live: Live) -> None:
    """The smallest files of the sample come whole: their MD5 is the node's."""
    if live.sample is None:
        raise LeftOut("there are no files")
    whole = live.sample[(live.sample.status == "AVAILABLE") & live.sample.md5.notna() & (live.sample["size"] > 0)]
    whole = whole[~whole.contentType.fillna("").str.startswith("text/")]  # a web page would look like a refusal
    wanted = whole.sort_values("size").head(DOWNLOADS)
    wanted = wanted[wanted["size"].cumsum() <= MAX_BYTES]
    if wanted.empty:
        raise LeftOut(f"no file of the sample is smaller than {MAX_BYTES >> 20} MB")
    came = live.ap.download(wanted, out=live.work / "downloads")
    live.expect((came.outcome == "downloaded").all(), "a download failed", came.reason.dropna().tolist())
    for row in came[came.outcome == "downloaded"].to_dict("records"):
        live.expect(md5_of(row["path"]) == row["md5"], "a file's MD5 is not its node's", row)
        live.found["downloaded file"] = row


def part_of_a_file(live: Live) -> None:
    """The middle of a file is the middle of what was downloaded."""
    row = live.value("downloaded file")
    start, end = row["size"] // 3, row["size"] // 3 + 100
    came = live.ap.read_range(live.ap.node(row["id"]), start, end)
    live.expect(came == Path(row["path"]).read_bytes()[start:end], "a range holds other bytes than the file", row)


def thumbnail(live: Live) -> None:
    """A small picture comes for a photo, no larger than asked for."""
    photos = live.ap.search("type:(PHOTOS)", limit=1).frame()
    if photos.empty:
        raise LeftOut("the account has no photos")
    came = live.ap.thumbnails.get(photos.iloc[0], width=WIDTH, height=HEIGHT)
    with Image.open(io.BytesIO(came)) as picture:
        live.expect(picture.format == "JPEG", "a thumbnail is no JPEG", picture.format)
        live.expect(picture.width <= WIDTH and picture.height <= HEIGHT, "a thumbnail is too large", picture.size)


def md5_of(path: str | Path) -> str:
    """Hash a file of this machine."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def small_listing(filters: str, live: Live) -> None:
    """As many come as were counted, where few enough are there to be listed whole."""
    there = live.ap.search_nodes(filters).count()
    if _rows(live, there) > live.gate.nodes_left:
        raise LeftOut("more than are left of the nodes that may be asked for")
    found = live.ap.folders() if filters == "kind:FOLDER" else live.ap.nodes(filters)
    live.expect(len(found) == there, f"{filters}: not as many as were counted", (len(found), there))
    live.expect(found.kind.nunique() <= 1, f"{filters} also gave other kinds", found.kind)


def whole_library(live: Live) -> None:
    """The catalogue holds what listings say, and its tree what folders say."""
    there = live.ap.search_nodes("kind:(FILE* OR FOLDER* OR VISUAL_COLLECTION*)").count()
    if 2 * _rows(live, there) > live.gate.nodes_left:
        raise LeftOut("more than are left of the nodes that may be asked for")
    live.ap.refresh()
    catalog = Catalog.open(live.ap.catalog.path)
    live.expect(catalog.complete, "after a refresh the catalogue is not complete")
    folders = catalog.find("kind:FOLDER", columns=["id"])
    tree = {folder.id for folder in live.ap.tree.walk()}
    live.expect(tree <= set(folders.id), "the tree has folders that the catalogue has not", tree - set(folders.id))
    for folder in list(live.ap.tree.walk())[:10]:
        found = live.ap.find_path(folder.path) if folder.path else live.ap.tree
        live.expect(found is not None and found.id == folder.id, "a folder is not found by its path", folder.path)


def _rows(live: Live, there: int) -> int:
    """How many a listing of so many asks for: whole pages."""
    size = live.ap.settings.page_size
    return (there // size + 1) * size
