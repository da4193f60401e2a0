"""What a full listing has brought, on disk while it lasts: one that was interrupted goes on from there.

::

    ap.parquet.part/about.json        whose it is, what was asked for, and when (by the service's clock) it began
    ap.parquet.part/00001.parquet …   the nodes of one span of createdDate after the other, and where each span ends

Since createdDate never changes, a span that was read stays read. What changed meanwhile is asked for afterwards, from
the time the listing began. A span that cannot be read ends what can be used. Used under the catalogue's lock only.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from .. import frames
from ..errors import CatalogError
from .schema import VERSION

_OLDEST = 7 * 86_400_000
"""Milliseconds; what is older is not worth going on with."""
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
        """The nodes of the next span, which ends before ``until`` (None: there is no more). Raises ``CatalogError``."""
        self._tables.append(span)
        self.until = until
        if until is None and len(self._tables) == 1:
            return  # all of it at once: nothing to go on with
        try:
            self._folder.mkdir(exist_ok=True)
            if not (self._folder / "about.json").exists():
                _write(self._folder / "about.json", msgspec.json.encode(self.about))
            told = span.replace_schema_metadata({_UNTIL: msgspec.json.encode(until)})
            path = self._span(len(self._tables))
            pq.write_table(told, path.with_suffix(".tmp"), compression="zstd")
            path.with_suffix(".tmp").replace(path)
        except OSError as error:
            raise CatalogError(f"cannot write to {self._folder}: {error.strerror or error}") from None

    def table(self) -> pa.Table:
        """Everything so far."""
        return pa.concat_tables(self._tables).unify_dictionaries() if self._tables else frames.empty()

    def clear(self) -> None:
        """Forgets everything, on disk too. Raises ``CatalogError``."""
        self._tables, self.resumed, self.until = [], False, None
        try:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(self._folder)
        except OSError as error:
            raise CatalogError(f"cannot remove {self._folder}: {error.strerror or error}") from None

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


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
