"""What a full listing has brought, on disk while it lasts: one that was interrupted goes on from there.

::

    ap.parquet.part/about.json        whose it is, what was asked for, and when (by the service's clock) it began
    ap.parquet.part/00001.parquet …   the nodes of one span of createdDate after the other, and where each span ends

What is ours in the folder, ``own_folder`` says. Where something else has one of these names, the listing is not kept;
it begins again when interrupted.

Since createdDate never changes, a span that was read stays read. What changed meanwhile is asked for afterwards, from
the time the listing began. A span that cannot be read ends what can be used, and any refresh that ends well removes it
all. A library that fits into one span (``fetch.SPAN`` nodes: 100 requests, some seconds) leaves no journal: its listing
begins again when it was interrupted. Used under the catalogue's lock only.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ..frames import columns
from .os_errors import is_of_the_machine, translate_os_errors
from .own_folder import OwnFolder
from .parquet_file import list_repeating
from .schema import VERSION
from .service_clock import time_set_back

_SPAN_NAME = re.compile(r"[0-9]{5}\.(parquet|tmp)\Z")
_MAX_AGE = 86_400_000
"""Milliseconds; ``full=True`` asks how things are now, not how they were last week."""
_UNTIL = b"until"


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``began`` is the service's time, in milliseconds, up to which the listing surely knows of changes.

    ``ahead`` is as in ``Header``.
    """

    owner: str
    filters: str
    began: int | None
    ahead: int | None = None
    version: int = VERSION


class Journal:
    """The spans that were read so far, the earliest first.

    ``resumed`` says whether an earlier listing left some; ``until`` where the last one ends, in milliseconds (None: it
    has not begun, or it has come to the end: see ``ended``).
    """

    resumed: bool

    def __init__(self, folder: Path, about: About) -> None:
        self.about = about
        self.resumed = False
        self.until: int | None = None
        self._folder = OwnFolder(folder, _SPAN_NAME, _is_mark)
        self._tables: list[pa.Table] = []
        self._in_memory_only = False

    @classmethod
    def open(cls, folder: Path, about: About) -> Journal:
        """Open the one that is there if it is of the same listing, or else begin one.

        Raises ``CatalogError``.
        """
        journal = cls(folder, about)
        earlier = _decode_about(journal._folder.read_mark() or b"")
        if earlier is not None and _goes_on(earlier, about):
            journal.about = earlier
            with translate_os_errors("read", folder):
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
        """Keep the nodes of the next span, which ends before ``until`` (None: there is no more).

        Raises ``CatalogError`` or ``DiskFull``.
        """
        self._tables.append(span)
        self.until = until
        if until is None and len(self._tables) == 1:
            return  # all of it at once: nothing to go on with
        if self._in_memory_only:
            return
        with translate_os_errors("write to", self._folder.path):
            if self._folder.read_mark() is None and not self._folder.begin(msgspec.json.encode(self.about)):
                self._in_memory_only = True
                return
            told = span.replace_schema_metadata({_UNTIL: msgspec.json.encode(until)})
            name = self._span(len(self._tables)).name
            self._folder.write(name, lambda file: _write_span(told, file))

    def table(self) -> pa.Table:
        """Return everything so far."""
        return pa.concat_tables(self._tables).unify_dictionaries() if self._tables else columns.empty()

    def clear(self) -> None:
        """Forget everything, on disk too; what is not ours stays. Raises ``CatalogError``."""
        self._tables, self.resumed, self.until = [], False, None
        with translate_os_errors("remove", self._folder.path):
            self._folder.clear()

    def _span(self, number: int) -> Path:
        return self._folder.path / f"{number:05}.parquet"

    def _read_spans(self) -> None:
        while not self.ended and (path := self._span(len(self._tables) + 1)).exists():
            try:
                table = pq.read_table(path, memory_map=False)
                until = msgspec.json.decode(table.schema.metadata[_UNTIL], type=int | None)
                self._tables.append(table.replace_schema_metadata(None).cast(columns.schema()))
            except (OSError, KeyError, TypeError, ValueError, MemoryError, pa.ArrowException) as error:
                if is_of_the_machine(error) and getattr(error, "errno", None) != errno.EIO:
                    raise  # too little memory: what was read is still there, and worth keeping
                return
            self.until = until


def _write_span(span: pa.Table, file: IO[bytes]) -> None:
    """Nobody searches in it: no statistics, and dictionaries only where values repeat."""
    repeating = list_repeating(span.schema)
    pq.write_table(span, file, compression="zstd", use_dictionary=repeating, write_statistics=False)


def _goes_on(earlier: About, now: About) -> bool:
    same = (earlier.owner, earlier.filters, earlier.version) == (now.owner, now.filters, now.version)
    if not same or earlier.began is None or now.began is None or time_set_back(earlier.ahead, now.ahead):
        return False
    return now.began - earlier.began < _MAX_AGE


def _is_mark(text: bytes) -> bool:
    return _decode_about(text) is not None


def _decode_about(text: bytes) -> About | None:
    try:
        return msgspec.json.decode(text, type=About)
    except msgspec.DecodeError:
        return None
