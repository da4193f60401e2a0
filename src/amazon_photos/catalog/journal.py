"""What a full listing has brought, on disk while it lasts: one that was interrupted goes on from there.

::

    ap.parquet.part/about.json        whose it is, what was asked for, and when (by the service's clock) it began
    ap.parquet.part/00001.parquet …   the nodes of one span of createdDate after the other, and where each span ends

Since createdDate never changes, a span that was read stays read. What changed meanwhile is asked for afterwards, from
the time the listing began. A span that cannot be read ends what can be used, and any refresh that ends well removes it
all. A library that fits into one span (``fetch.SPAN`` nodes: 100 requests, some seconds) leaves no journal: its listing
begins again when it was interrupted. Used under the catalogue's lock only.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from .. import frames
from .schema import VERSION
from .trouble import explained

_OLDEST = 86_400_000
"""Milliseconds; ``full=True`` asks how things are now, not how they were last week."""
_UNTIL = b"until"


class About(msgspec.Struct, frozen=True, kw_only=True):
    """``began`` is the service's time, in milliseconds, up to which the listing surely knows of changes."""

    owner: str
    filters: str
    began: int | None
    version: int = VERSION


class Journal:
    """The spans that were read so far, the earliest first.

    ``resumed`` says whether an earlier listing left some; ``until`` where the last one ends, in milliseconds (None: it
    has not begun, or it has come to the end: see ``ended``).
    """

    def __init__(self, folder: Path, about: About) -> None:
        self.about = about
        self.resumed = False
        self.until: int | None = None
        self._folder = folder
        self._tables: list[pa.Table] = []

    @classmethod
    def opened(cls, folder: Path, about: About) -> Journal:
        """The one that is there if it is of the same listing, or else a new one. Raises ``CatalogError``."""
        journal = cls(folder, about)
        earlier = _read_about(folder / "about.json")
        if earlier is not None and _goes_on(earlier, about):
            journal.about = earlier
            journal._read_spans()
            journal.resumed = bool(journal._tables)
        if not journal.resumed:
            journal.clear()
        return journal

    @property
    def ended(self) -> bool:
        """Whether the last span has been read."""
        return bool(self._tables) and self.until is None

    @property
    def rows(self) -> int:
        return sum(len(table) for table in self._tables)

    def keep(self, span: pa.Table, *, until: int | None) -> None:
        """The nodes of the next span, which ends before ``until`` (None: there is no more).

        Raises ``CatalogError`` or ``DiskFull``.
        """
        self._tables.append(span)
        self.until = until
        if until is None and len(self._tables) == 1:
            return  # all of it at once: nothing to go on with
        with explained("write to", self._folder):
            self._folder.mkdir(exist_ok=True)
            if not (self._folder / "about.json").exists():
                _write(self._folder / "about.json", lambda file: file.write(msgspec.json.encode(self.about)))
            told = span.replace_schema_metadata({_UNTIL: msgspec.json.encode(until)})
            _write(self._span(len(self._tables)), lambda file: pq.write_table(told, file, compression="zstd"))

    def table(self) -> pa.Table:
        """Everything so far."""
        return pa.concat_tables(self._tables).unify_dictionaries() if self._tables else frames.empty()

    def clear(self) -> None:
        """Forgets everything, on disk too. Raises ``CatalogError``."""
        self._tables, self.resumed, self.until = [], False, None
        with explained("remove", self._folder):
            if self._folder.is_dir():  # a file of that name is somebody else's
                shutil.rmtree(self._folder)

    def _span(self, number: int) -> Path:
        return self._folder / f"{number:05}.parquet"

    def _read_spans(self) -> None:
        while not self.ended and (path := self._span(len(self._tables) + 1)).exists():
            try:
                table = pq.read_table(path, memory_map=False)
                until = msgspec.json.decode(table.schema.metadata[_UNTIL], type=int | None)
                self._tables.append(table.replace_schema_metadata(None).cast(frames.schema()))
            except (OSError, KeyError, TypeError, ValueError, pa.ArrowException):
                return
            self.until = until


def _goes_on(earlier: About, now: About) -> bool:
    same = (earlier.owner, earlier.filters, earlier.version) == (now.owner, now.filters, now.version)
    return same and earlier.began is not None and now.began is not None and now.began - earlier.began < _OLDEST


def _read_about(path: Path) -> About | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=About)
    except (OSError, msgspec.DecodeError):
        return None


def _write(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Whole or not at all."""
    being_written = path.with_suffix(".tmp")
    try:
        with being_written.open("wb") as file:
            write(file)
        being_written.replace(path)
    finally:
        being_written.unlink(missing_ok=True)
