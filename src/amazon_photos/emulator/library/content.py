"""The bytes of files, by MD5, beside the database.

::

    content/ab/ab34…        one file per distinct content, however many nodes hold it; folders are made when needed
    incoming/…              uploads on their way; emptied at start

A file appears under its final name only when it is complete and, if the store is ``durable``, on the disk. It is put
there and taken away by the database's one writer, so a purge cannot take what a new upload has just come to rely on.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import secrets
import shutil
from collections.abc import Container
from pathlib import Path

from amazon_photos.files.durable import sync_folder

from ..exceptions import QuotaExceeded

KEPT_FREE = 64 * 1024 * 1024
"""Bytes of this machine's disk that nothing here takes."""


_FOLDER = re.compile(r"[0-9a-f]{2}")
_OURS = re.compile(r"[0-9a-f]{32}")
"""An MD5, or a name of ``ContentStore.scratch``: whatever else somebody put here is not ours to remove."""


class Incoming:
    """A file on its way in: bytes are written, counted and hashed as they come."""

    size: int

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        self.size = 0
        self._durable = durable
        self._hash = hashlib.md5(usedforsecurity=False)
        self._file = path.open("xb", buffering=0)

    @property
    def md5(self) -> str:
        return self._hash.hexdigest()

    def add(self, data: bytes | bytearray) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    def finish(self) -> None:
        """Close the file after its last byte; return when all is on the disk."""
        if self._durable:
            os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Leave nothing behind. Harmless after ``ContentStore.keep``."""
        self._file.close()
        self.path.unlink(missing_ok=True)


class ContentStore:
    """``content/`` and ``incoming/`` below the data folder; without ``durable`` nothing waits for the disk."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self._durable = durable
        self._kept = data / "content"
        self._incoming = data / "incoming"
        self._kept.mkdir(parents=True, exist_ok=True)
        self._incoming.mkdir(exist_ok=True)
        for left_over in self._incoming.iterdir():
            if _OURS.fullmatch(left_over.name) and not os.path.isdir(left_over):
                left_over.unlink()

    def path(self, md5: str) -> Path:
        """Say where the content is, if it is there."""
        return self._kept / md5[:2] / md5

    def require_room(self, size: int) -> None:
        """Raise ``QuotaExceeded`` if so many bytes more would fill this machine's disk."""
        if shutil.disk_usage(self._incoming).free < size + KEPT_FREE:
            raise QuotaExceeded

    def receive(self) -> Incoming:
        return Incoming(self.scratch(), durable=self._durable)

    def scratch(self) -> Path:
        """Choose a new name in the folder that is emptied at start."""
        return self._incoming / secrets.token_hex(16)

    def keep(self, incoming: Incoming) -> Path:
        """Put finished bytes under their final name; the same content twice is one file."""
        target = self.path(incoming.md5)
        if not os.path.isdir(target.parent):
            target.parent.mkdir()
            self._sync(self._kept)
        incoming.path.replace(target)
        self._sync(target.parent)
        return target

    def _sync(self, folder: Path) -> None:
        if self._durable:
            sync_folder(folder)

    def drop(self, md5: str) -> None:
        self.path(md5).unlink(missing_ok=True)

    def sweep(self, wanted: Container[str]) -> int:
        """Remove content that no node holds, as after an upload that was cut; return how much there was."""
        gone = 0
        folders = [entry for entry in os.scandir(self._kept) if _FOLDER.fullmatch(entry.name) and entry.is_dir()]
        for entry in itertools.chain.from_iterable(map(os.scandir, folders)):
            if _OURS.fullmatch(entry.name) and entry.name not in wanted and entry.is_file(follow_symlinks=False):
                Path(entry.path).unlink()
                gone += 1
        return gone
