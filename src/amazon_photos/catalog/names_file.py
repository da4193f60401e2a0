"""The names of folders, albums and people beside a catalogue, for completion at a shell: read in a few milliseconds.

::

    ap.parquet.names/names      one text, with NUL between: our mark, the version of the catalogue that it is of, and
                                the names, sorted: "aSummer" an album, "fPictures/2019" a folder, "pAda" a person

It is made from the catalogue alone, and can be removed at any time. Reading it loads no pyarrow, which alone takes
longer than a completion may. One that is of another version, too large, or not ours, is none. Names that a command line
cannot hold in one line, because there are control characters in them, are left out; so are the deepest folders of a
library with more than ``MAX_NAMES``. What is not ours is never replaced.
"""

from __future__ import annotations

import contextlib
import os
import stat
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

from ..errors import CatalogError
from ..files.atomic import write_atomically
from .leftovers import find_relations

Kind = Literal["a", "f", "p"]
ALBUMS: Final[Kind] = "a"
FOLDERS: Final[Kind] = "f"
PEOPLE: Final[Kind] = "p"
MAX_NAMES: Final = 50_000
"""Of each kind."""
MAX_BYTES: Final = 16 << 20
_MARK: Final = b"amazon-photos names 1"
_END: Final = b"end"
"""Stands last: what was cut off is not all."""


class Names:
    """The names of a catalogue, sorted as their bytes are."""

    def __init__(self, entries: Iterable[bytes]) -> None:
        self._entries = sorted(entries)

    def start_with(self, kind: Kind, text: str) -> Iterator[str]:
        """List the names of a kind that start with a text."""
        sought = _encode(kind, text)
        for place in range(bisect_left(self._entries, sought), len(self._entries)):
            if not self._entries[place].startswith(sought):
                return
            yield self._entries[place][1:].decode()

    def folders_in(self, text: str) -> Iterator[str]:
        """List the folders whose paths start with a text, without those that are in one of them."""
        sought = _encode(FOLDERS, text)
        place = bisect_left(self._entries, sought)
        while place < len(self._entries) and self._entries[place].startswith(sought):
            name, slash, _ = self._entries[place][len(sought) :].partition(b"/")
            if slash:  # pass over all that is in it; it has an entry of its own
                place = bisect_left(self._entries, sought + name + b"0", place)  # "0" is what follows "/"
            else:
                yield self._entries[place][1:].decode()
                place += 1


def _encode(kind: Kind, text: str) -> bytes:
    return kind.encode() + text.encode("utf-8", "surrogateescape")


def load_names(catalog: Path) -> Names | None:
    """Load the names of a catalogue: those that are kept, or else read of the catalogue, and then kept.

    None where there is no catalogue that can be read. Nothing is asked of Amazon.
    """
    target = Path(os.path.realpath(catalog))
    try:
        version = _find_version(target)
    except OSError:
        return None
    kept = _read(_locate(target), version)
    return kept if kept is not None else keep_names(catalog)


def keep_names(catalog: Path) -> Names | None:
    """Keep the names of a catalogue as it is now, and return them; None where it cannot be read.

    Where they cannot be kept, they are returned all the same.
    """
    target = Path(os.path.realpath(catalog))
    try:
        version = _find_version(target)  # before the reading: what is written meanwhile makes it stale
        entries = sorted(_collect(target))
    except (CatalogError, OSError):
        return None
    path = _locate(target)
    if _is_ours(path):
        with contextlib.suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            with write_atomically(path) as file:
                file.write(b"\0".join((_MARK, version, *entries, _END)))
    return Names(entries)


def _locate(target: Path) -> Path:
    return Path(f"{target}.names") / "names"


def _find_version(target: Path) -> bytes:
    """What tells this version of the catalogue, and of what belongs to what, from the next. Raises ``OSError``."""
    found = [target.stat()]
    with contextlib.suppress(FileNotFoundError):
        found.append(find_relations(target).stat())
    return " ".join(f"{one.st_ino}-{one.st_mtime_ns}-{one.st_size}" for one in found).encode()


def _read(path: Path, version: bytes) -> Names | None:
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or path.stat().st_size > MAX_BYTES:
            return None
        mark, of, *entries, end = path.read_bytes().split(b"\0")
        if (mark, of, end) != (_MARK, version, _END):
            return None
        b"".join(entries).decode()
    except (OSError, ValueError):
        return None
    return Names(entries)


def _is_ours(path: Path) -> bool:
    """Whether nothing is there, or a file that we wrote."""
    try:
        if os.path.islink(path.parent) or not stat.S_ISREG(path.lstat().st_mode):
            return False
        with path.open("rb") as file:
            return file.read(len(_MARK)) == _MARK
    except FileNotFoundError:
        return not os.path.islink(path.parent)
    except OSError:
        return False


def _collect(target: Path) -> Iterator[bytes]:
    """Read the names. Raises as ``Store.read``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..query.constants import to_scalar
    from .index_cache import IndexCache
    from .store import Store

    store = Store(target)
    folders = IndexCache(store).load(folders_only=True).folder_paths().values()
    paths = sorted(folders, key=lambda path: path.count("/"))
    table = store.read(["name", "kind"])
    albums = table.filter(pc.equal(table["kind"].cast(pa.string()), to_scalar("VISUAL_COLLECTION", pa.string())))
    yield from _choose(FOLDERS, paths)
    yield from _choose(ALBUMS, albums["name"].to_pylist())
    header = store.relations.header()
    keys = () if header is None else header.keys
    yield from _choose(PEOPLE, [key.name for key in keys if key.relation == "person"])


def _choose(kind: Kind, names: Iterable[str | None]) -> list[bytes]:
    plain = dict.fromkeys(name for name in names if name and name.isprintable())
    return [kind.encode() + name.encode() for name in list(plain)[:MAX_NAMES]]
