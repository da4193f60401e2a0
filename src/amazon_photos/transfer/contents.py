"""Whether a local file has a certain content: read where it must be, remembered where it can."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ..errors import LocalFileError
from .hashing import HashCache, Hasher
from .scan import found_by, refound


class Contents:
    """Answers whether a local file has a certain content; remembers what it read."""

    def __init__(self, cache: HashCache, hasher: Hasher) -> None:
        self._cache = cache
        self._hasher = hasher

    def is_same(self, path: Path, size: int, md5: str) -> bool:
        """Reads the file where it must."""
        found = refound(str(path))
        if found.reason is not None or found.size != size:
            return False
        known = self._cache.look_up([found])[0]
        return (known or self._hasher.hash(found)) == md5

    async def same(self, path: Path, size: int | None, md5: str | None) -> bool:
        """The same, without holding anybody up. An unknown size or MD5 is the same as none."""
        found = refound(str(path))
        if found.reason is not None or size not in (found.size, None) or md5 is None:
            return False
        known = self._cache.look_up([found])[0]
        try:
            return (known or await self._hasher.submit(found)) == md5
        except LocalFileError:
            return False

    def remember(self, path: Path, md5: str) -> None:
        """A file that was just written."""
        with suppress(OSError):
            self._cache.remember(found_by(os.fspath(path), path.stat()), md5)
