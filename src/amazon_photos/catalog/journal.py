"""What a full listing has brought, on disk while it lasts: one that was interrupted goes on from there.

::

    ap.parquet.part/about.json        whose it is, what was asked for, and when (by the service's clock) it began
    ap.parquet.part/00001.rows …      the nodes of one span of createdDate after the other, and where each span ends

Not only for going on: each span is written sorted (``sorted_rows``), and a first catalogue is merged out of these
files, so that it is never in memory as a whole (``listed_rows``). One that is compared with an earlier one is, and so
are spans where no journal can be kept.

What is ours in the folder, ``own_folder`` says. Where something else has one of these names, the listing is not kept;
it begins again when interrupted.

Since createdDate never changes, a span that was read stays read. What changed meanwhile is asked for afterwards, from
the time the listing began. A span that cannot be read ends what can be used, also one that is found damaged only when
the catalogue is made: then the journal is opened again, and the listing goes on from there. Any refresh that ends well
removes it all. A library that fits into one span (``fetch.SPAN`` nodes: 100 requests, some seconds) leaves no journal:
its listing begins again when it was interrupted. Used under the catalogue's lock only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
import pyarrow as pa

from ..frames.columns import empty
from . import changes
from .listed_rows import LISTED, ListedRows
from .merge import select_with_ids
from .os_errors import translate_os_errors
from .own_folder import OwnFolder
from .placed_rows import PlacedRows, select_loaded
from .schema import VERSION
from .service_clock import time_set_back
from .sorted_rows import PieceDamaged, SortedFile, SortedRows, SortedTable, sort_rows, write_sorted

_SPAN_NAME = re.compile(r"[0-9]{5}\.(rows|parquet|tmp)\Z")
"""Before 1.0 was released spans were Parquet files: those are not used, but removed."""
_MAX_AGE = 86_400_000
"""Milliseconds; ``full=True`` asks how things are now, not how they were last week."""


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
        self._pieces: list[SortedRows] = []
        self._loaded: list[pa.Table] = []
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
            journal.resumed = bool(journal._pieces)
        if not journal.resumed:
            journal.clear()
        return journal

    @property
    def ended(self) -> bool:
        """Whether the last span has been read."""
        return bool(self._pieces) and self.until is None

    @property
    def rows(self) -> int:
        return sum(map(len, self._pieces))

    def keep(self, span: pa.Table, *, until: int | None) -> None:
        """Keep the nodes of the next span, which ends before ``until`` (None: there is no more).

        Of each id only the newest row is kept; a warning says how many nodes have no id, and are left out. Raises
        ``CatalogError`` or ``DiskFull``.
        """
        span = sort_rows(changes.newest(select_with_ids(span)))  # sorted, equals are no longer in the order of coming
        with translate_os_errors("write to", self._folder.path):
            written = self._write(span, until)
            self._add(SortedTable(span) if written is None else written, [span], until)

    def gather(self) -> ListedRows:
        """Return everything so far: of each id the newest row."""
        loaded = pa.concat_tables(self._loaded) if self._loaded else select_loaded(empty(), 0, LISTED)
        return ListedRows(PlacedRows(changes.newest(loaded.unify_dictionaries()), self._pieces))

    def clear(self) -> None:
        """Forget everything, on disk too; what is not ours stays. Raises ``CatalogError``."""
        self._pieces, self._loaded, self.resumed, self.until = [], [], False, None
        with translate_os_errors("remove", self._folder.path):
            self._folder.clear()

    def _write(self, span: pa.Table, until: int | None) -> SortedFile | None:
        """Write a span; None where it stays in memory. Raises ``OSError``."""
        if until is None and not self._pieces:
            return None  # all of it at once: nothing to go on with
        if self._in_memory_only:
            return None
        if self._folder.read_mark() is None and not self._folder.begin(msgspec.json.encode(self.about)):
            self._in_memory_only = True
            return None
        path = self._next()
        self._folder.write(path.name, lambda file: write_sorted(file, span, until=until))
        return SortedFile(path)

    def _add(self, piece: SortedRows, tables: Iterable[pa.Table], until: int | None) -> None:
        """Raises ``PieceDamaged``; then nothing of it was added."""
        begin, loaded = self.rows, []
        for table in tables:
            loaded.append(select_loaded(table, begin, LISTED))
            begin += len(table)
        self._loaded += loaded
        self._pieces.append(piece)
        self.until = until

    def _next(self) -> Path:
        return self._folder.path / f"{len(self._pieces) + 1:05}.rows"

    def _read_spans(self) -> None:
        with suppress(PieceDamaged):  # or no more is there
            while not self.ended:
                piece = SortedFile(self._next())
                self._add(piece, piece.tables(), piece.until)


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
