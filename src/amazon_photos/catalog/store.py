"""The file itself. It is replaced whole or not at all, and never used for what it is not.

::

    ap.parquet                                  the catalogue
    ap.parquet.lock                             keeps writers apart (``lock``)
    ap.parquet.<process>-<random>.tmp           being written; left over only by a crash, removed by the next writer
    ap.parquet.changes/                         what made each version of the one before (``history``)
    ap.parquet.part/                            what a full refresh has brought so far (``journal``)
    ap.parquet.runs/                            what was changed in the library, and how to take it back (``plans``)
    ap.parquet.names/                           names for completion at a shell (``names_file``)
    ap.relations.parquet                        albums, people, things, places, family (``relations``)
    ap.parquet.damaged-<time>                   kept aside: cannot be read
    ap.parquet.of-another-account-<time>        kept aside: somebody else's
    ap.parquet.of-a-newer-version-<time>        kept aside: made by a newer version of this package
    ap.parquet.not-a-catalogue-<time>           kept aside: a Parquet file of another program (the predecessor's, say)

Only ``refresh`` keeps a file aside, and only when the one that takes its place is ready to be written: a question, a
query's result and a refresh that fails leave everything as it is. It says so twice: in a warning of the logger
``amazon_photos.catalog`` (which Python prints to stderr unless logging is set up otherwise) and in ``Changes.notes``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from ..errors import CatalogDamaged, CatalogError, CatalogForeign, CatalogTooNew, InvalidInput, NotACatalog
from ..files.atomic import write_atomically
from ..files.durable import keep_renames, replace
from ..files.regular import describe_kind
from ..frames.columns import check_columns
from . import leftovers, schema
from .open_rows import OpenRows
from .os_errors import translate_os_errors
from .parquet_file import INSTEAD, REFRESH, cut_groups, open_parquet, write_parquet
from .schema import Header, Revision

if TYPE_CHECKING:
    from .history import History
    from .lock import Lock
    from .relations.relations_file import RelationsFile

_log = logging.getLogger("amazon_photos.catalog")
MAX_WARM_BYTES = 1 << 30
"""Bytes; some two million nodes."""


class Store:
    """A catalogue at ``path``. Nothing is touched before it is asked for.

    ``patience`` is how many seconds to wait for another writer.
    """

    path: Path

    def __init__(self, path: str | os.PathLike[str], *, patience: float = 60.0) -> None:
        _check_path(path)
        self.path = _absolute(path)
        self._patience = patience
        self._warm: tuple[tuple[int, int, int], pa.Table] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path}>"

    def exists(self) -> bool:
        """Tell whether there is a file. Raises ``CatalogError`` where nobody can, and for what is no file."""
        return self._look() is not None

    def lock(self) -> Lock:
        """Lock it, by ``with`` or ``async with``: nobody else writes meanwhile. Raises ``CatalogLocked``.

        Raises ``CatalogError`` at once for what is no file, before anything is made beside it.
        """
        from .lock import Lock  # it brings asyncio, which nobody needs who only reads

        self._look()
        return Lock(self.path, patience=self._patience)

    @property
    def resume_dir(self) -> Path:
        """The folder for what an interrupted refresh has brought."""
        return Path(f"{self._target}.part")

    @property
    def runs_dir(self) -> Path:
        """The folder for what was changed in the library: not the catalogue's, but kept beside it."""
        return Path(f"{self._target}.runs")

    @property
    def history(self) -> History:
        """What made each version of the file out of the one before."""
        from .history import History

        return History(Path(f"{self._target}.changes"))

    @property
    def relations(self) -> RelationsFile:
        """Which nodes are in which album, and show whom and what, beside the file."""
        from .relations.relations_file import beside

        return beside(self._target)

    def header(self) -> Header | None:
        """Read the header; None when there is no file.

        Raises ``CatalogError``, and ``CatalogDamaged`` for what is not ours.
        """
        return self.require_header() if self.exists() else None

    def read(self, columns: Sequence[str] | None = None, *, warm: bool = False) -> pa.Table:
        """Read the rows, by ``contentDate``; only the columns named, where some are. Raises as ``header``.

        ``warm=True`` keeps the whole table in memory (up to ``MAX_WARM_BYTES``) for the next time, until the file
        changes; whatever is read then comes from there.
        """
        if warm or self.is_warm():
            table = self._read_warm()
            return table if columns is None else table.select(check_columns(columns))
        with self.open() as rows:
            return rows.read(columns)

    @contextlib.contextmanager
    def open(self) -> Iterator[OpenRows]:
        """Open the rows, of which some are read after the others. Raises as ``header``, also in the middle."""
        self._there()
        with open_parquet(self.path) as file:
            yield OpenRows(file)

    def is_warm(self) -> bool:
        """Tell whether the whole table is in memory. Raises as ``version``."""
        return self._warm is not None and self._warm[0] == self.version()

    def count_rows(self) -> int:
        """Count the rows, by the file's footer. Raises as ``require_header``."""
        self._there()
        with open_parquet(self.path) as file:
            schema.header_of(file.schema_arrow)
            return int(file.metadata.num_rows)

    def version(self) -> tuple[int, int, int]:
        """Return what tells one version of the file from the next.

        Raises ``CatalogError`` where there is none.
        """
        found = self._there()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def require_header(self) -> Header:
        """Read the header. Raises as ``header``, and ``CatalogError`` where there is no file."""
        self._there()
        with open_parquet(self.path) as file:
            return schema.header_of(file.schema_arrow)

    def _there(self) -> os.stat_result:
        found = self._look()
        if found is None:
            raise CatalogError(f"there is no catalogue at {self.path} yet: {REFRESH} makes it")
        return found

    def _look(self) -> os.stat_result | None:
        """None where there is nothing. Raises ``CatalogError`` where nobody can tell, and for what is no file.

        Opening a pipe waits for ever, and a device must not be renamed or replaced.
        """
        with translate_os_errors("look at", self.path):
            try:
                found = self.path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        if not stat.S_ISREG(found.st_mode):
            raise CatalogError(f"{self.path} is {describe_kind(found.st_mode)}: the catalogue must be a file")
        return found

    def _read_warm(self) -> pa.Table:
        version, warm = self.version(), self._warm
        if warm is not None and warm[0] == version:
            return warm[1]
        self._warm = None
        table = self.read()
        self._warm = (version, table) if table.nbytes <= MAX_WARM_BYTES else None
        return table

    def write(self, table: pa.Table, header: Header, *, what: pa.Table | None = None) -> None:
        """Replace the file, whole and for good. Only inside ``lock()``.

        ``what`` is how the one that is there differs from it (``Changes.table``); None: nobody knows.
        Raises ``CatalogError`` or ``DiskFull``.
        """
        self.write_groups(cut_groups(table), header, what=what)

    def write_groups(
        self,
        groups: Iterable[pa.Table],
        header: Header,
        *,
        what: pa.Table | None = None,
        make_room: Callable[[], None] | None = None,
    ) -> None:
        """Write as ``write`` does what comes in the catalogue's order, a row group at a time.

        ``make_room`` is called once all of it is written, right before it gets its name.
        """
        self._look()
        target = self._target
        with translate_os_errors("write", self.path), keep_renames(target.parent):
            leftovers.sweep(target)
            history = self.history
            header = dataclasses.replace(header, revision=history.add(self._revision(header.owner), what))
            try:
                with write_atomically(target, beside=leftovers.temporary(target), fsync=True) as file:
                    write_parquet(file, groups, header)
                    if make_room is not None:
                        file.flush()
                        os.fsync(file.fileno())  # a full disk shows before anything makes room
                        make_room()
            except BaseException:
                self._forget_step(header.owner)
                raise
        history.tidy(header.revision or history.add(None, None))

    def _forget_step(self, owner: str) -> None:
        """Remove the step that leads to a file which was not written."""
        with contextlib.suppress(CatalogError):
            now = self._revision(owner)
            if now is not None:
                self.history.tidy(now)

    def _revision(self, owner: str) -> Revision | None:
        """Which one the file is that stands here now; None where it is not the owner's, or knows none."""
        try:
            header = self.header()
        except CatalogDamaged:
            return None
        return header.revision if header is not None and header.owner == owner else None

    @property
    def _target(self) -> Path:
        """The file itself, where the catalogue is a link to it."""
        return Path(os.path.realpath(self.path))

    def header_for(self, owner: str) -> Header | None:
        """Read the header of a catalogue of ``owner``'s; None where there is no file.

        Raises ``CatalogDamaged`` for whatever else stands under the name, each kind as its own error.
        """
        header = self.header()
        if header is not None and header.owner != owner:
            raise CatalogForeign(f"{self.path} belongs to another account: {INSTEAD}")
        return header

    def make_room(self, owner: str, damage: CatalogDamaged | None = None) -> tuple[str, ...]:
        """Keep aside what stands under the name and is no catalogue of ``owner``'s; return what to tell.

        ``damage`` is what was found inside it. Only inside ``lock()``, once the one that takes its place is written.
        """
        try:
            self.header_for(owner)
        except CatalogDamaged as found:
            damage = found
        return () if damage is None else (self.quarantine(damage),)

    def quarantine(self, damage: CatalogDamaged) -> str:
        """Rename the file after what is wrong with it; return what is to be told."""
        kind, why = _fault(damage)
        target = self._target
        aside = leftovers.aside(target, kind)
        with translate_os_errors("rename", self.path):
            replace(target, aside)
        note = f"{self.path} {why}; it was kept as {aside.name}, and another one is built"
        _log.warning(note)
        return note


def _check_path(path: str | os.PathLike[str]) -> None:
    """Raises ``InvalidInput`` for what can be no file's name anywhere."""
    text = os.fspath(path)
    if not isinstance(text, str) or "\0" in text:
        raise InvalidInput(f"the catalogue's path is text without a NUL, not {text!r}")
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise InvalidInput(f"the catalogue's path cannot be written on this machine: {text!r}") from None


def _absolute(path: str | os.PathLike[str]) -> Path:
    """Where the path leads from here. Raises ``CatalogError`` where "here" is a folder that was removed."""
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a link that is yet to be made
    except FileNotFoundError:
        why = "the current folder was removed: go to another, or name the catalogue by its whole path (catalog=…)"
        raise CatalogError(f"no catalogue can be at {os.fspath(path)}: {why}") from None


def _fault(damage: CatalogDamaged) -> tuple[str, str]:
    if isinstance(damage, CatalogForeign):
        return "of-another-account", "belongs to another account"
    if isinstance(damage, CatalogTooNew):
        return "of-a-newer-version", "was made by a newer version of this package"
    if isinstance(damage, NotACatalog):
        return "not-a-catalogue", "is no catalogue of this package"
    return "damaged", "is damaged"
