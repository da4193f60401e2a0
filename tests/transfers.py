"""What the tests of transfers share: clients that lose no time, files on both sides, and what was asked for."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path

from amazon_photos import AsyncAmazonPhotos, Settings
from amazon_photos.transfer.local.scan import restat, scan
from amazon_photos.wire.call import Body
from amazon_photos.wire.content import upload

PASSING = [
    "408", "429", "500", "502", "503", "504", "reset-before", "reset-during", "reset-after", "cut", "wrong-length",
    "wrong-bytes", "captcha",
]  # fmt: skip
"""Faults after which a second attempt helps."""
STORED = ["408-stored", "504-stored"]


def connector(service, tmp_path, monkeypatch):
    """Gives a function that makes a client; each number has a catalogue of its own."""
    monkeypatch.chdir(tmp_path)

    def make(number=0, **settings):
        usual = {"backoff_initial": 0.01, "backoff_max": 0.2, "retry_budget": 20.0, "cache_dir": str(tmp_path / "c")}
        tuned = Settings(endpoint=service.url, catalog=str(tmp_path / f"ap{number}.parquet"), **usual | settings)
        return AsyncAmazonPhotos(service.cookies, settings=tuned, progress=False)

    return make


def scan_files(roots, selection):
    """What a scan finds, one by one."""
    return chain.from_iterable(scan(roots, selection))


def fill(folder, *names, size=2000, start=0):
    """Files of different content."""
    for number, name in enumerate(names, start):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(hashlib.sha256(b"%d" % number).digest() * (size // 32 + 1))
    return folder


def version_of(path):
    """What stays of a file that nobody touches; when it was last read is nobody's business."""
    found = Path(path).stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


@contextmanager
def deep_folder(top, depth):
    """So many folders inside each other, with a file in the last; gone afterwards, for few programs can remove them."""
    made = [str(top)]
    for _ in range(depth):
        made.append(f"{made[-1]}/d")
        Path(made[-1]).mkdir()
    file = Path(made[-1], "a.jpg")
    try:
        file.write_bytes(b"x")
        yield made[-1]
    finally:
        file.unlink(missing_ok=True)
        for folder in reversed(made[1:]):
            Path(folder).rmdir()


def remove_deep(folder):
    """Removes what is too deep for pytest and os.walk."""
    here = folder
    while here.exists():
        below = [path for path in here.iterdir() if path.is_dir()]
        for path in here.iterdir():
            if path.is_file():
                path.unlink()
        if below:
            here = below[0]
        elif here == folder:
            here.rmdir()
            return
        else:
            here.rmdir()
            here = here.parent


def content(number, size=2000):
    """Bytes that differ for each number."""
    return (hashlib.sha256(b"%d" % number).digest() * (size // 32 + 1))[:size]


def md5(content):
    """Of bytes, or of the file at a path."""
    return hashlib.md5(content if isinstance(content, bytes) else Path(content).read_bytes()).hexdigest()


async def pieces(data):
    yield data


async def put(ap, names, *, size=2000, start=0, folder=None):
    """Files of these names in the library; their ids."""
    parent = folder or (await ap.root).id
    ids = []
    for number, name in enumerate(names, start):
        raw = await ap._session.send(upload(name, parent, Body(size, partial(pieces, content(number, size)))))
        ids.append(json.loads(bytes(raw))["id"])
    return ids


def files(folder):
    """``{path: md5}`` of everything below."""
    return {str(p.relative_to(folder)): md5(p.read_bytes()) for p in Path(folder).rglob("*") if p.is_file()}


async def replace(ap, tmp_path, *names, **kwargs):
    """Files in the folder P of the library, and others uploaded over them."""
    await ap.upload(fill(tmp_path / "P", *names), **kwargs)
    return await ap.upload(fill(tmp_path / "P", *names, start=1000), conflict="replace", **kwargs)


async def library(ap):
    """``{path: md5}`` of the files, read afresh; the same path twice is an error of the library."""
    return paths_of(await ap.nodes("kind:(FILE* OR FOLDER*)"))


async def shown(ap):
    """As ``library``, but as ap.parquet shows them."""
    return paths_of(await ap.db)


def paths_of(nodes):
    rows = {row["id"]: row for row in nodes.to_dict("records")}

    def path(row):
        above = rows.get(row["parents"][0]) if len(row["parents"]) else None
        return f"{path(above)}/{row['name']}" if above else row["name"] if len(row["parents"]) else ""

    files = [(path(row).lstrip("/"), row["md5"]) for row in rows.values() if row["kind"] == "FILE"]
    assert len(dict(files)) == len(files)
    return dict(files)


async def last_run(ap):
    """The id of the latest run of the history."""
    return (await ap.history.list()).run[0]


async def folders_of(ap):
    """The names of the library's folders."""
    return sorted((await ap.folders()).name.dropna())


def sent(service):
    return [
        seen for seen in service.requests if seen.method == "POST" and seen.path in ("/cdproxy/nodes", "/v2/upload")
    ]


def asked(service):
    return [seen for seen in service.requests if seen.method == "GET" and seen.path.startswith("/cdproxy/")]


def cut(run, *, before):
    """The journal as a kill leaves it: nothing of it is there from the first line on that has this text."""
    path = Path(f"ap0.parquet.runs/{run}.jsonl")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[: next(n for n, line in enumerate(lines) if before in line)]))


def old_file(path, content):
    """A file that was written long enough ago to be remembered."""
    path.write_bytes(content)
    os.utime(path, (time.time() - 100, time.time() - 100))
    return restat(str(path))
