"""What made each version of the catalogue out of the one before: for programs that follow it by a cursor.

::

    ap.parquet                      its header says which ``Revision`` it is
    ap.parquet.changes/
      <lineage>-00000011-<mark>-<mark before>-<rows>.parquet     what came, changed and went to make revision 11 of 10
      <lineage>-00000012-<mark>-<mark before>-<rows>.parquet

A step is on the disk before the catalogue that it leads to, and counts once that catalogue has its name: whoever reads
begins at the header and goes back from mark to mark. So a step that a crash left over leads nowhere, and is removed by
the next writer; so are those of a catalogue that was put back from a backup. A catalogue that does not come out of the
one before it (the first; one in the place of a file that was kept aside) begins a new lineage, and no cursor of an
earlier one fits. Where the steps cannot be kept, or there are too many, cursors become too old: never wrong.

Only plain files with exactly these names are ever read or removed. Written under the catalogue's lock only.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import CatalogError, UnknownCursor
from ..files.atomic import write_atomically
from ..files.durable import keep_renames
from ..frames.freed_memory import give_back
from . import schema
from .own_folder import is_plain
from .parquet_file import SMALL_PAGES, list_repeating, size_groups
from .schema import Revision

_log = logging.getLogger("amazon_photos.catalog")
MAX_STEPS: Final = 1_000
"""Refreshes that brought something; asked every five minutes, that is three days of steady changes."""
MAX_ROWS: Final = 200_000
"""Of all steps together: some 40 MB."""
_NAME = re.compile(r"([0-9a-f]{16})-([0-9]{8})-([0-9a-f]{8})-([0-9a-f]{8})-([0-9]{1,9})\.parquet\Z")
_NAMED = b"amazon_photos_step"
"""A step knows its own name: one that was renamed, or put in the place of another, is none."""
_TEMPORARY = re.compile(r"[0-9a-f]{16}-[0-9]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9]{1,9}\.tmp\Z")
_READ_ALL = "read all of it with changes() and go on with its cursor"


@dataclass(frozen=True, slots=True)
class _Step:
    """A file of the history, as its name tells."""

    path: Path
    revision: Revision
    before: str
    rows: int


class History:
    """The steps in a folder, which is made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, before: Revision | None, what: pa.Table | None) -> Revision:
        """Keep what is about to happen to the catalogue, and return the revision that it will be then.

        ``what`` is as in ``Changes.table``; None, or no revision ``before``, begins a new lineage. Raises ``OSError``.
        """
        if before is None or what is None:
            return Revision(lineage=secrets.token_hex(8), number=1, mark=secrets.token_hex(4))
        if not len(what):
            return before
        after = Revision(lineage=before.lineage, number=before.number + 1, mark=secrets.token_hex(4))
        if len(what) <= MAX_ROWS and self._is_usable():
            self._write(after, before, what)
        return after

    def tidy(self, now: Revision) -> None:
        """Remove the steps that lead nowhere or are too old. What cannot be removed stays."""
        kept: set[Path] = set()
        rows = 0
        for step in self.walk(now):
            rows += step.rows
            if rows > MAX_ROWS or len(kept) >= MAX_STEPS:
                break
            kept.add(step.path)
        with contextlib.suppress(OSError):
            for path in list(self._folder.iterdir()) if self._is_ours() else ():
                is_ours = _NAME.match(path.name) or _TEMPORARY.match(path.name)
                if is_ours and path not in kept and is_plain(path):
                    path.unlink()

    def walk(self, now: Revision) -> Iterator[_Step]:
        """Yield the steps that led to a revision, the last one first, as far back as there are any."""
        steps = {(step.revision.number, step.revision.mark): step for step in self._list(now.lineage)}
        number, mark = now.number, now.mark
        while (step := steps.get((number, mark))) is not None:
            yield step
            number, mark = number - 1, step.before

    def read_since(self, now: Revision, since: Revision) -> list[pa.Table]:
        """Read what led from one revision to another, in order.

        Raises ``UnknownCursor`` where that is not known, and ``FileNotFoundError`` where a writer came between.
        """
        if since.lineage != now.lineage:
            raise UnknownCursor(f"this cursor is of another catalogue, or of one that was built anew: {_READ_ALL}")
        if since.number > now.number:
            raise UnknownCursor(f"this cursor is of a later state than the catalogue is in: {_READ_ALL}")
        found: list[_Step] = []
        here = (now.number, now.mark)
        for step in self.walk(now):
            if here == (since.number, since.mark) or here[0] <= since.number:
                break
            found.append(step)
            here = (here[0] - 1, step.before)
        if here != (since.number, since.mark):
            raise UnknownCursor(f"this cursor is too old: the changes since then are not kept any more; {_READ_ALL}")
        return [_read(step.path) for step in reversed(found)]

    def _write(self, after: Revision, before: Revision, what: pa.Table) -> None:
        self._folder.mkdir(exist_ok=True)
        name = f"{after.lineage}-{after.number:08}-{after.mark}-{before.mark}-{len(what)}"
        with (
            keep_renames(self._folder),
            write_atomically(self._folder / f"{name}.parquet", beside=self._folder / f"{name}.tmp", fsync=True) as file,
        ):
            told = what.replace_schema_metadata({_NAMED: name.encode()})
            pq.write_table(
                told,
                file,
                compression="zstd",
                use_dictionary=list_repeating(told.schema),
                row_group_size=size_groups(len(what)),
                data_page_size=SMALL_PAGES,
                write_page_checksum=True,
            )
        give_back()

    def _list(self, lineage: str) -> Iterator[_Step]:
        try:
            paths = list(self._folder.iterdir()) if self._is_ours() else []
        except OSError:
            return
        for path in paths:
            if (found := _NAME.match(path.name)) and found[1] == lineage:
                revision = Revision(lineage=lineage, number=int(found[2]), mark=found[3])
                yield _Step(path, revision, found[4], int(found[5]))

    def _is_ours(self) -> bool:
        return os.path.isdir(self._folder) and not os.path.islink(self._folder)

    def _is_usable(self) -> bool:
        """Whether steps can be kept there; a warning tells of what stands in the way."""
        if self._is_ours() or not os.path.lexists(self._folder):
            return True
        _log.warning("%s is not ours and is left alone: cursors of this catalogue become too old", self._folder)
        return False


def _read(path: Path) -> pa.Table:
    """A step, with exactly the columns of today. Raises ``UnknownCursor`` for one that cannot be read."""
    try:
        table = pq.read_table(path, memory_map=False, page_checksum_verification=True)
        if (table.schema.metadata or {})[_NAMED] != path.stem.encode():
            raise ValueError("the step of another revision")
        words = table.column("change").cast(pa.string())
        return schema.conform(table.drop_columns(["change"])).add_column(0, "change", words)
    except FileNotFoundError:
        raise
    except (OSError, KeyError, ValueError, pa.ArrowException, CatalogError):
        raise UnknownCursor(f"the changes since this cursor cannot be read ({path.name}): {_READ_ALL}") from None
