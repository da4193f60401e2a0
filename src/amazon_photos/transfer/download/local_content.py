"""Whether a local file has a certain content: read where it must be, remembered where it can."""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ...errors import LocalFileError
from ...files.final_name import Identity
from ...files.os_errors import describe
from ...files.regular import describe_kind, open_unblocked
from ..local.found import LocalFile
from ..local.hash_cache import HashCache
from ..local.hashing import Hasher
from ..local.scan import from_stat, restat

_BLOCK = 1 << 20
_MIN_ZEROS = 512
"""A crash leaves whole sectors of zeros; many a video ends with a few."""


class Standing(NamedTuple):
    """What stands under a name: the ``same`` content, or something else, and ``why`` it is."""

    same: bool
    why: str = ""
    identity: Identity | None = None
    """Of a file that is certainly another one: it may give way."""


SAME = Standing(same=True)


class LocalContent:
    """Answers whether a local file has a certain content; remembers what it read."""

    def __init__(self, cache: HashCache, hasher: Hasher) -> None:
        self._cache = cache
        self._hasher = hasher

    def matches_sync(self, path: Path, size: int, md5: str) -> bool:
        """Tell whether the file holds content of that size and MD5; reads it where it must."""
        found = restat(str(path))
        if found.reason is not None or found.size != size:
            return False
        known = self._cache.look_up([found])[0]
        try:
            return (known or self._hasher.hash(found)) == md5
        except LocalFileError:
            return False

    async def compare(self, path: Path, size: int | None, md5: str | None) -> Standing | None:
        """Compare what stands at ``path`` with content of that size and MD5; None: nothing does.

        Raises ``OSError``.
        """
        try:
            there = path.lstat()  # noqa: ASYNC240 - a hop to a thread takes longer
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(there.st_mode):
            return Standing(False, f"{describe_kind(there.st_mode)} has this name here")
        found = from_stat(str(path), there)
        if size is not None and size != found.size:
            return Standing(
                False, f"a file of {found.size} bytes has this name here, not of {size}", Identity.of(there)
            )
        if md5 is None:
            return Standing(False, "a file has this name here, and Amazon tells no MD5 to compare it by")
        known = self._cache.look_up([found])[0]
        try:
            if (known or await self._hasher.submit(found)) == md5:
                return SAME
            zeros = await asyncio.to_thread(count_zeros_at_end, path)
        except LocalFileError as error:
            return Standing(False, f"what has this name here: {error}")
        return Standing(False, _other_content(found, zeros), Identity.of(there))

    def remember(self, path: Path, md5: str, found: os.stat_result) -> None:
        """Remember the MD5 of a file that was just written."""
        with suppress(OSError):
            self._cache.remember(from_stat(os.fspath(path), found), md5)


def _other_content(found: LocalFile, zeros: int) -> str:
    if zeros >= min(_MIN_ZEROS, found.size):
        return (
            f"a file of the same size has this name here, but its last {zeros} bytes are zeros, as after a crash of "
            "the machine"
        )
    return "a file of the same size and other content has this name here"


def count_zeros_at_end(path: Path) -> int:
    """Count the zero bytes that the file ends with. Raises ``LocalFileError``."""
    try:
        with open_unblocked(os.fspath(path)) as file:  # a pipe may have taken the file's place
            end = size = file.seek(0, os.SEEK_END)
            while end:
                start = max(0, end - _BLOCK)
                file.seek(start)
                block = file.read(end - start)
                if kept := len(block.rstrip(b"\0")):
                    return size - start - kept
                end = start
            return size
    except OSError as error:
        raise LocalFileError(f"cannot be read: {describe(error)}") from error
