"""A synthetic library: as many files as wanted, with folders, albums, people and things, and no bytes.

::

    Pictures/
      Web/                   was there from the start, and is empty
      2019/
        2019-07/             months
        2019-07 Vacation/    the days away; each such trip is an album too

``count`` is the number of files, the trashed ones included; folders, albums and the movies of live photos come on top.
The same count and seed give the same library, in any process, but for the time since which things are in the trash
(the trash empties itself, so that depends on ``now``). ``synthetic.content`` makes the bytes of a node when somebody
wants them; size and MD5 are those of these bytes, width, height and camera are invented.
"""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime
from functools import cache
from itertools import count as counting
from typing import Any

from ..clock import shift
from ..library import bootstrap, ids, names, nodes, schema
from ..library.database import Stopped
from ..options import Invented, Progress
from . import blocks, catalog_data, generator, large, lifelike, relations, synthetic
from .generator import File

_BATCH = 2000
_MAX_IN_ALBUM = 200
_COLUMNS = (
    "seq", "id", "name", "kind", "status", "created", "modified", "created_by", "version", "favorite", "hidden",
    "parents", "size", "md5", "content_type", "extension", "content_date", "image", "video", "asset_type",
    "has_live_video", "synthetic", "type", "place", "year", "month", "day", "searchable", "searchable_at",
    "trashed_at", "trash_root",
)  # fmt: skip
_INSERTS = {
    "nodes": f"INSERT INTO nodes ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",  # noqa: S608 - our own names
    "placements": "INSERT INTO placements (parent, folded, child) VALUES (?, ?, ?)",
    "things": "INSERT INTO things (word, node) VALUES (?, ?)",
    "faces": "INSERT INTO faces (cluster, node) VALUES (?, ?)",
    "album_items": "INSERT INTO album_items (album, node) VALUES (?, ?)",
}
_BY = "CloudDriveWeb"


def fill(
    db: sqlite3.Connection,
    wanted: Invented,
    *,
    now: str,
    stopping: threading.Event | None = None,
    progress: Progress | None = None,
) -> None:
    """Put the invented files into a library that has nothing yet. Memory stays flat however many.

    ``progress`` is told now and then how many are there. Raises ``Stopped`` once ``stopping`` is set.
    """
    _script(db, schema.drop_indexes())
    filling = _Filling(db, wanted, now)
    files = generator.files(wanted.files, seed=wanted.seed)
    if wanted.sizes == "real":
        files = lifelike.make_lifelike(files, wanted.files, seed=wanted.seed)
    if wanted.relations:
        files = relations.relate(files, wanted)
    for file in files:
        if stopping is not None and stopping.is_set():
            raise Stopped("the emulator stops")
        filling.add(file)
        if progress is not None and file.number % _BATCH == 0:
            progress(file.number)
    filling.finish()
    _script(db, schema.create_indexes())
    if progress is not None:
        progress(wanted.files)


def _script(db: sqlite3.Connection, text: str) -> None:
    """Statement by statement: ``executescript`` would commit the transaction we are in."""
    for statement in text.split(";\n"):
        db.execute(statement)


class _Filling:
    """A library on its way in: rows wait here until there are enough of them for one ``executemany``."""

    def __init__(self, db: sqlite3.Connection, wanted: Invented, now: str) -> None:
        self._db = db
        self._key = (wanted.files, wanted.seed)
        self._max_in_album = lifelike.MAX_IN_ALBUM if wanted.sizes == "real" else _MAX_IN_ALBUM
        if wanted.relations:
            self._max_in_album = wanted.files
        self._count = wanted.files
        self._file_id = ids.derive_from("file", *self._key)
        self._live_video_id = ids.derive_from("live video", *self._key)
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INSERTS}
        self._trash_times = [shift(now, -3600.0 * hours) for hours in range(0, 28 * 24, 5)]
        self._folders = self._take_over()
        self._seqs = counting(max(seq for seq, _ in self._folders.values()) + 1)
        self._albums: dict[str, tuple[int, int]] = {}
        self._heroes: dict[int, str] = {}

    def _take_over(self) -> dict[tuple[str, ...], tuple[int, str]]:
        """Give what every library begins with the ids of this one; its folders, by path."""
        root = nodes.root(self._db).seq
        taken: dict[tuple[str, ...], tuple[int, str]] = {(): (root, ids.derive_id("root", *self._key))}
        self._db.execute("UPDATE nodes SET id = ? WHERE seq = ?", (taken[()][1], root))
        moved_in = _text(generator.MOVED_IN)
        for depth in range(1, len(bootstrap.FIRST_FOLDERS) + 1):
            path = bootstrap.FIRST_FOLDERS[:depth]
            parent_seq, parent_id = taken[path[:-1]]
            (seq,) = self._db.execute("SELECT child FROM placements WHERE parent = ?", (parent_seq,)).fetchone()
            node_id = ids.derive_id("folder", *self._key, *path)
            self._db.execute(
                "UPDATE nodes SET id = ?, parents = ?, created = ?, modified = ? WHERE seq = ?",
                (node_id, f'["{parent_id}"]', moved_in, moved_in, seq),
            )
            taken[path] = (seq, node_id)
        return taken

    def add(self, file: File) -> None:
        seq, node_id = next(self._seqs), self._file_id(file.number)
        folder_seq, folder_id = self._folder(file.folder, file)
        self._rows["nodes"].append(self._node(file, seq, node_id, folder_id))
        self._rows["placements"].append((folder_seq, names.fold(file.name), seq))
        self._rows["things"] += [(word, seq) for word in file.things]
        for person in file.people:
            self._heroes.setdefault(person, node_id)
            self._rows["faces"].append((self._cluster(person), seq))
        if file.live:
            self._add_live_video(file, seq, node_id)
        if file.trip and not file.trashed:
            self._collect(file.trip, seq, file)
        if file.album:
            self._collect(file.album, seq, file)
        if len(self._rows["nodes"]) >= _BATCH:
            self._flush()

    def finish(self) -> None:
        self._flush()
        self._db.executemany(
            "INSERT INTO clusters (id, name, hero) VALUES (?, ?, ?)",
            [(self._cluster(person), relations.name_person(person), hero) for person, hero in self._heroes.items()],
        )

    def _node(self, file: File, seq: int, node_id: str, folder_id: str) -> tuple[Any, ...]:
        size, md5 = _content(file.number, file.size, video=file.video)
        extension = file.camera.video_extension if file.video else file.camera.extension
        created, taken = _text(file.created), _text(file.taken)
        undated = file.flaw in ("no date", "no exif")
        day = (None, None, None) if undated else (file.taken.year, file.taken.month, file.taken.day)
        trashed = self._trash_times[file.number % len(self._trash_times)] if file.trashed else None
        return (
            seq, node_id, file.name, "FILE", "TRASH" if trashed else "AVAILABLE", created,
            trashed or _text(file.modified), file.camera.uploader, 2 if trashed else 1, int(file.favorite),
            int(file.hidden),
            f'["{folder_id}"]', size, md5, catalog_data.CONTENT_TYPES[extension], extension,
            None if undated else _capture_time(file, taken),
            None if file.video else blocks.image(file, taken), blocks.video(file, taken) if file.video else None, None,
            int(file.live), file.number, "VIDEOS" if file.video else "PHOTOS", file.spot.place if file.spot else None,
            *day, 1, created, trashed, seq if trashed else None,
        )  # fmt: skip

    def _add_live_video(self, file: File, photo: int, photo_id: str) -> None:
        """The movie of a live photo: a child of the picture, which no search lists."""
        seq, number = next(self._seqs), self._count + file.number
        wanted = None if file.size is None else large.choose_size(number, file.number % 8 / 64, video=True)
        size, md5 = _content(number, wanted, video=True)
        created, taken = _text(file.created), _text(file.taken)
        name = f"{file.name.rpartition('.')[0]}.MOV"
        trashed = self._trash_times[file.number % len(self._trash_times)] if file.trashed else None
        self._rows["nodes"].append((
            seq, self._live_video_id(file.number), name, "ASSET",
            "TRASH" if trashed else "AVAILABLE", created, trashed or created, _BY, 2 if trashed else 1, 0, 0,
            f'["{photo_id}"]', size, md5, "video/quicktime", "mov", taken, None,
            blocks.video(file, taken), "LIVE_VIDEO", 0, number, None, None, file.taken.year, file.taken.month,
            file.taken.day, 0, None, trashed, photo if trashed else None,
        ))  # fmt: skip
        self._rows["placements"].append((photo, names.fold(name), seq))

    def _folder(self, path: tuple[str, ...], first: File) -> tuple[int, str]:
        """The folder, made with those above it for the first file in it."""
        if path not in self._folders:
            parent_seq, parent_id = self._folder(path[:-1], first)
            seq, node_id = next(self._seqs), ids.derive_id("folder", *self._key, *path)
            self._plain(first, seq, node_id, name=path[-1], kind="FOLDER", parents=f'["{parent_id}"]')
            self._rows["placements"].append((parent_seq, names.fold(path[-1]), seq))
            self._folders[path] = (seq, node_id)
        return self._folders[path]

    def _collect(self, album: str, node: int, first: File) -> None:
        """Into the album, unless it is full."""
        if album not in self._albums:
            seq = next(self._seqs)
            node_id = ids.derive_id("album", *self._key, album)
            self._plain(first, seq, node_id, name=album, kind="VISUAL_COLLECTION", type="ALBUMS", searchable=1)
            self._albums[album] = (seq, 0)
        seq, items = self._albums[album]
        if items < self._max_in_album:
            self._rows["album_items"].append((seq, node))
            self._albums[album] = (seq, items + 1)

    def _plain(self, first: File, seq: int, node_id: str, **columns: str | int) -> None:
        """A node without content, made along with the first file in it."""
        created = _text(first.created)
        row: dict[str, Any] = dict.fromkeys(_COLUMNS) | {
            "favorite": 0,
            "hidden": 0,
            "has_live_video": 0,
            "searchable": 0,
        }
        row |= {"seq": seq, "id": node_id, "status": "AVAILABLE", "parents": "[]", "version": 1, "created_by": _BY}
        self._rows["nodes"].append(tuple((row | {"created": created, "modified": created} | columns).values()))

    def _cluster(self, person: int) -> str:
        return _cluster(person, *self._key)

    def _flush(self) -> None:
        for table, rows in self._rows.items():
            self._db.executemany(_INSERTS[table], rows)
            rows.clear()


@cache
def _cluster(person: int, *key: int) -> str:
    return ids.derive_id("person", *key, person)


def _content(number: int, size: int | None, *, video: bool) -> tuple[int, str]:
    """Size and MD5 of what ``routes.downloads`` makes when it is asked for."""
    if size is not None:
        return size, large.LargeContent(number, size, video=video).md5()
    content = synthetic.content(number, video=video)
    return len(content), synthetic.md5(content)


def _capture_time(file: File, taken: str) -> str:
    """The time that a picture's EXIF says, with the fraction that stands beside it."""
    return taken if file.video else f"{taken[:-5]}.{blocks.sub_seconds(file):0>3}Z"


def _text(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')}Z"
