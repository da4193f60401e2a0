"""What a refresh of relations has brought, on disk while it lasts: one that was interrupted goes on from there.

::

    ap.relations.parquet.part/about.json      whose it is, and of which revision of the catalogue
    ap.relations.parquet.part/<hash>.json …   a key, and the ids that listing it has brought; <hash> is of the key

An answer that cannot be read is none: its key is listed again. What is ours in the folder, ``own_folder`` says. Used
under the catalogue's lock only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec
import pyarrow as pa

from ...query.constants import to_array
from ..os_errors import translate_os_errors
from ..own_folder import OwnFolder, is_plain
from ..schema import Revision
from .known import KeyId
from .relations_file import RelationKey
from .rows import Answer

_VERSION = 1
_NAME = re.compile(r"[0-9a-f]{32}\.(json|tmp)\Z")
MAX_AGE = 86_400_000
"""Milliseconds; an answer that was given longer ago is asked for again."""


class _About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    owner: str
    relations_of: Revision | None
    version: int = _VERSION


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    key: RelationKey
    ids: list[str]


_read_about = msgspec.json.Decoder(_About).decode
_read_kept = msgspec.json.Decoder(_Kept).decode


class Journal:
    """The answers so far of a refresh that ``owner``'s catalogue is having.

    ``revision`` is that of the catalogue when they were given; None where there are none.
    """

    revision: Revision | None

    def __init__(self, folder: Path, owner: str) -> None:
        self._folder = OwnFolder(folder, _NAME, _is_mark)
        self._owner = owner
        self._in_memory_only = False
        self.revision = None

    def load(self) -> dict[KeyId, Answer]:
        """Load what an interrupted refresh has left of this owner's; anything else of ours is removed.

        Raises ``CatalogError``.
        """
        with translate_os_errors("read", self._folder.path):
            mark = self._folder.read_mark()
            about = None if mark is None else _read_about(mark)
            if about is None or about.owner != self._owner or about.version != _VERSION:
                self._folder.clear()
                return {}
            self.revision = about.relations_of
            return {(kept.key.relation, kept.key.key): _answer(kept) for kept in self._list()}

    def begin(self, revision: Revision | None, dropped: Collection[KeyId] = ()) -> None:
        """Begin at this revision of the catalogue, without the answers that it makes doubtful.

        Raises ``CatalogError`` or ``DiskFull``.
        """
        with translate_os_errors("write to", self._folder.path):
            for id_ in dropped:
                (self._folder.path / _file_name(id_)).unlink(missing_ok=True)
            mark = msgspec.json.encode(_About(owner=self._owner, relations_of=revision))
            if self._folder.read_mark() is not None:
                self._folder.mark(mark)
            elif not self._folder.begin(mark):
                self._in_memory_only = True
        self.revision = revision

    def keep(self, answer: Answer) -> None:
        """Keep what listing a key has brought. Raises ``CatalogError`` or ``DiskFull``."""
        if self._in_memory_only:
            return
        kept = msgspec.json.encode(_Kept(key=answer.key, ids=answer.ids.to_pylist()))
        with translate_os_errors("write to", self._folder.path):
            self._folder.write(_file_name((answer.key.relation, answer.key.key)), lambda file: file.write(kept))

    def clear(self) -> None:
        """Forget everything; what is not ours stays. Raises ``CatalogError``."""
        with translate_os_errors("remove", self._folder.path):
            self._folder.clear()

    def _list(self) -> Iterator[_Kept]:
        for path in sorted(self._folder.path.glob("*.json")):
            if not _NAME.match(path.name) or not is_plain(path):
                continue
            try:
                kept = _read_kept(path.read_bytes())
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            if _file_name((kept.key.relation, kept.key.key)) == path.name:
                yield kept


def _answer(kept: _Kept) -> Answer:
    return Answer(kept.key, to_array(kept.ids, pa.string()))


def _file_name(id_: KeyId) -> str:
    return hashlib.md5("\0".join(id_).encode(), usedforsecurity=False).hexdigest() + ".json"


def _is_mark(text: bytes) -> bool:
    try:
        return bool(_read_about(text))
    except msgspec.DecodeError:
        return False
