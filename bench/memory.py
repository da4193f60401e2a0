"""How much memory transfers take: of ten times as many files, and of the commands as whole processes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from aiohttp import web

from . import children, nginx, sink, transfers
from .clients import COOKIES, PARALLEL
from .figure import Figure, NotRun, Reading, Row, at_most
from .served import served
from .transfers import Kind, small_files
from .workshop import Workshop

_TIMES = 10


# --- ten times as many -----------------------------------------------------------------------------------------------


def many(workshop: Workshop, way: str) -> Mapping[str, Reading]:
    kind = small_files(workshop)
    few, more = (_WAYS[way](workshop, some) for some in (kind, replace(kind, count=kind.count * _TIMES)))
    return {f"many-{way}-memory": Reading(more - few, few)}


def down(workshop: Workshop, kind: Kind) -> float:
    """The peak of a process that downloads them."""
    with workshop.scratch() as folder:
        frame = transfers.described(folder, transfers.as_nodes(transfers.made(folder / "content", kind)))
        with nginx.serving(folder / "content", folder) as url, workshop.scratch() as out:
            return children.call(transfers.downloaded, url=url, frame=frame, folder=out).peak


def up(workshop: Workshop, kind: Kind) -> float:
    """The peak of a process that uploads them."""
    with workshop.scratch() as folder, workshop.scratch() as own:
        transfers.made(folder / "Pictures", kind)
        with sink.listening(folder) as url:
            return children.call(transfers.uploaded, url=url, pictures=folder / "Pictures", folder=own).peak


_WAYS = {"down": down, "up": up}


# --- commands --------------------------------------------------------------------------------------------------------


def command(workshop: Workshop, name: str) -> Mapping[str, Reading]:
    children.run([*_PROGRAM, name, "--help"])  # says so where there is no such command
    found = _COMMANDS[name](workshop, small_files(workshop))
    return {f"command-{name}-memory": Reading(found)}


_PROGRAM = (sys.executable, "-m", "amazon_photos")


def command_up(workshop: Workshop, kind: Kind) -> float:
    """The peak of ``amazon-photos upload``, in a home of its own."""
    with workshop.scratch() as folder, workshop.scratch() as home:
        transfers.made(folder / "Pictures", kind)
        with sink.listening(folder) as url:
            return children.run([*_PROGRAM, "upload", str(folder / "Pictures")], _environ(home, url)).peak


def command_down(workshop: Workshop, kind: Kind) -> float:
    """The peak of ``amazon-photos download`` of everything, in a home of its own."""
    with workshop.scratch() as folder, workshop.scratch() as home:
        frame = transfers.described(folder, transfers.as_nodes(transfers.made(folder / "content", kind)))
        service = Service(_nodes(frame))
        with served(service) as url, nginx.serving(folder / "content", folder) as content:
            environ = _environ(home, url) | {"AMAZON_PHOTOS_CONTENT_ENDPOINT": content}
            children.run([*_PROGRAM, "refresh"], environ)
            out = home / "media"
            peak = children.run([*_PROGRAM, "download", "/", "--out", str(out)], environ).peak
            if len(list(out.glob("*.jpg"))) != kind.count:
                raise NotRun("not every file was downloaded")
            return peak


def _environ(home: Path, url: str) -> dict[str, str]:
    """As ``clients.client``, for a process."""
    cookies = {name.replace("-", "_"): value for name, value in COOKIES.items()}
    settings = {
        "ENDPOINT": url,
        "CATALOG": str(home / "ap.parquet"),
        "CACHE_DIR": str(home / "cache"),
        "MAX_CONCURRENCY": str(PARALLEL),
    }
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    return (
        {"HOME": str(home)} | folders | cookies | {f"AMAZON_PHOTOS_{name}": value for name, value in settings.items()}
    )


class Service:
    """Just enough of a service for a refresh, and for another that finds nothing new."""

    def __init__(self, nodes: list[dict[str, object]]) -> None:
        self._nodes = nodes

    async def __call__(self, request: web.Request) -> web.Response:
        asked = request.query.get("filters", "")
        if "isRoot" in asked:
            return _page([_ROOT], 1)
        if "modifiedDate:" in asked or request.path.endswith("/trash"):
            return _page([], 0)
        offset = int(request.query.get("offset", 0))
        return _page(self._nodes[offset : offset + int(request.query["limit"])], len(self._nodes))


_WHEN = {"createdDate": "2024-01-01T00:00:00.000Z", "modifiedDate": "2024-01-01T00:00:00.000Z"}
_KNOWN = {"status": "AVAILABLE", "version": 1, "ownerId": "BENCH", **_WHEN}
_ROOT_ID = "root000000000000000000"  # as long as ids of Amazon are: anything else is looked up as a name
_ROOT: dict[str, object] = {"id": _ROOT_ID, "kind": "FOLDER", "isRoot": True, "parents": [], **_KNOWN}


def _nodes(frame: Path) -> list[dict[str, object]]:
    rows = transfers.read_description(frame).select(["id", "name", "size", "md5"]).to_pylist()
    return [_ROOT, *map(_as_told, rows)]


def _as_told(row: Mapping[str, object]) -> dict[str, object]:
    content = {"size": row["size"], "md5": row["md5"], "contentType": "image/jpeg", "extension": "jpg", "version": 1}
    known = {"id": row["id"], "name": row["name"], "kind": "FILE", "parents": [_ROOT_ID], **_KNOWN}
    return known | {"contentProperties": content}


def _page(nodes: list[dict[str, object]], count: int) -> web.Response:
    return web.json_response({"count": count, "data": nodes})


_COMMANDS = {"download": command_down, "upload": command_up}


def _many_figure(way: str, needs: tuple[str, ...]) -> Figure:
    row = Row(
        name=f"many-{way}-memory",
        what=f"20,000 × 200 KB {way}: peak memory beyond that of 2,000",
        yardstick="2,000",
        bar=at_most(25e6),
        unit="bytes",
    )
    return Figure(rows=(row,), measure=partial(many, way=way), needs=needs)


def _command_figure(name: str, needs: tuple[str, ...]) -> Figure:
    row = Row(
        name=f"command-{name}-memory",
        what=f"amazon-photos {name} of 2,000 × 200 KB: peak memory",
        bar=at_most(110e6),
        unit="bytes",
    )
    return Figure(rows=(row,), measure=partial(command, name=name), needs=needs)


FIGURES = (
    _many_figure("down", ("nginx",)),
    _many_figure("up", ("gcc",)),
    _command_figure("download", ("nginx",)),
    _command_figure("upload", ("gcc",)),
)
