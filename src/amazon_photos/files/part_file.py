"""A download on its way: a hidden file beside its target, which only takes the target's name when it is right.

::

    media/
      .CxAMPle0000000000000A.6df23dc0….1.part     id, expected MD5 and version of the content, in its name
      .CxAMPle0000000000000B.unknown.1.part       one that nobody goes on with: small, or of unknown MD5
      IMG_1.jpg                                   complete, its size and MD5 as they should be

What the name says is all that a later run needs to go on where this one stopped. A part belongs to one run at a time
(``claim``), and what is verified is the file: each of its bytes went through the owner's descriptor, or was read
from it, and in the end it has that many bytes, one name, and nobody else's lock.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from ..errors import ContentMismatch, InvalidInput, LocalFileError
from ..model.checks import is_md5, is_node_id
from . import claim
from .durable import sync_folder
from .final_name import Identity, rename_new, replace_aside
from .folders import make_folder
from .whole_write import write_all

MAX_NAMES = 8
"""How many names are tried, where the first ones lead to what is not ours."""
_MAX_ID = 64
_UTIME_BY_DESCRIPTOR = os.utime in os.supports_fd


class Arrived(NamedTuple):
    """A file that has its final name."""

    found: os.stat_result
    aside: Path | None
    """Where that is now which had the name before."""


def part_name(node_id: str, md5: str | None, version: int | None, tag: str = "") -> str:
    """Name a part; ``tag`` makes it another one. Raises ``InvalidInput`` for what would lead elsewhere."""
    if not is_node_id(node_id):
        raise InvalidInput(f"not a node id: {node_id!r:.80}")
    if md5 is not None and not is_md5(md5):
        raise InvalidInput(f"not an MD5: {md5!r:.80}")
    if len(node_id) > _MAX_ID:
        node_id = hashlib.blake2b(node_id.encode(), digest_size=16).hexdigest()
    return f".{node_id}{tag}.{md5 or 'unknown'}.{max(version or 0, 0):d}.part"


class PartFile:
    """The hidden file for one attempt at one node's content; ``whole``: nobody goes on with half of it."""

    path: Path
    size: int

    def __init__(
        self, target: Path, *, node_id: str, md5: str | None, version: int | None, whole: bool = False
    ) -> None:
        self.target = target
        self._resumable = md5 is not None and not whole
        self._node_id, self._version, self._md5 = node_id, version, md5 if self._resumable else None
        self._usual = self.path = target.with_name(part_name(node_id, self._md5, version))
        self._file = -1
        self._lock = threading.Lock()  # a thread may still be writing when a cancelled task closes
        self._over = self._unwanted = False
        self._digest = hashlib.md5(usedforsecurity=False)
        self.size = 0

    @property
    def md5(self) -> str:
        """Of what has been written."""
        return self._digest.hexdigest()

    def open(self, *, most: int | None = None, fsync: bool = False) -> int:
        """Open the part, and say how many bytes an earlier run left in it; they are read again for their MD5.

        Raises ``FileInUse`` while another run is writing it.
        """
        with self._in_use(opening=True):
            self._claim(fsync=fsync)
            if most is not None and os.fstat(self._file).st_size > most:
                self._forget()
        while block := self._next():
            self._digest.update(block)
            self.size += len(block)
        return self.size

    def restart(self) -> None:
        """Forget what is there."""
        with self._in_use():
            self._forget()

    def write(self, blocks: Sequence[bytes]) -> None:
        with self._in_use():
            for block in blocks:
                write_all(self._file, block)
                self._digest.update(block)
                self.size += len(block)

    def finish(self, *, mtime_ns: int | None, fsync: bool, old: Identity | None = None) -> Arrived:
        """Give the file its name; ``old`` is what may have it now, and is moved aside.

        Raises ``TargetExists`` rather than overwrite anything, and ``ContentMismatch`` if another process changed it.
        """
        with self._in_use():
            return self._finish(mtime_ns, fsync, old)

    def write_whole(self, data: bytes, *, mtime_ns: int | None, fsync: bool, old: Identity | None = None) -> Arrived:
        """Write a small file at one go; its size and MD5 are known to be right."""
        try:
            with self._in_use(opening=True):
                self._claim(fsync=fsync)
                write_all(self._file, data)
                self.size = len(data)
                return self._finish(mtime_ns, fsync, old)
        except BaseException:
            self.discard()
            raise
        finally:
            self.close()

    def close(self) -> None:
        """Let go of it, as soon as no thread is at work on it; another run may go on with it then."""
        self._over = True
        if self._lock.acquire(blocking=False):
            try:
                self._shut()
            finally:
                self._lock.release()

    def discard(self) -> None:
        """Leave nothing behind."""
        self._unwanted = True
        self.close()
        self.size = 0

    def sweep(self) -> None:
        """Remove what a killed run left, once the target is there; not what one that lives is writing."""
        for path in self._paths():
            if not os.path.lexists(path):
                return
            with suppress(claim.ForeignFile, claim.NoLocks, LocalFileError, OSError):
                claim.let_go(claim.claim(path, anew=True), path)
                return

    # --- parts -------------------------------------------------------------------------------------------

    def _paths(self) -> Iterator[Path]:
        """The names it may have, the usual one first."""
        yield self._usual
        for number in range(2, MAX_NAMES + 1):
            yield self.target.with_name(part_name(self._node_id, self._md5, self._version, f"-{number}"))

    def _claim(self, *, anew: bool = False, fsync: bool = False) -> None:
        anew = anew or not self._resumable
        for path in self._paths():
            self.path = path
            try:
                self._file = _claim_in_folder(path, anew=anew, fsync=fsync)
            except claim.ForeignFile:
                continue
            except claim.NoLocks:
                self._claim_for_once()
            return
        raise LocalFileError(
            f"{self.path} and the other names for it are taken by files that no download left there: remove them"
        )

    def _claim_for_once(self) -> None:
        """Without locks nobody can tell whether the owner of a part lives: a new one that nobody goes on with."""
        self._resumable = False
        tag = f"-{secrets.token_hex(8)}"
        self.path = self.target.with_name(part_name(self._node_id, None, self._version, tag))
        self._unwanted = True
        self._file = claim.open_new(self.path)

    def _next(self) -> bytes:
        with self._in_use():
            return os.read(self._file, 1 << 20)

    def _forget(self) -> None:
        file, self._file = self._file, -1
        claim.let_go(file, self.path)  # and not cut: a backup may have linked the file a moment ago
        self._claim(anew=True)
        if self._resumable and not claim.owns(self._file, self.path):  # taken over before it was locked
            raise claim.in_use(self.path)
        self._digest, self.size = hashlib.md5(usedforsecurity=False), 0

    def _finish(self, mtime_ns: int | None, fsync: bool, old: Identity | None) -> Arrived:
        self._check()
        if mtime_ns is not None:
            with suppress(OSError, OverflowError):  # some file systems know fewer years than cameras do
                os.utime(self._file if _UTIME_BY_DESCRIPTOR else self.path, ns=(mtime_ns, mtime_ns))
        if fsync:
            os.fsync(self._file)
        aside = self._rename(old)
        self._unwanted = False
        if fsync:
            sync_folder(self.target.parent)
        found = os.fstat(self._file) if self._file >= 0 else self.target.stat()
        self._let_go()
        return Arrived(found, aside)

    def _rename(self, old: Identity | None) -> Path | None:
        if os.name == "nt":  # Windows renames nothing that is open: not this file, nor one that another run has now
            self._let_go()
        try:
            if old is not None:
                return replace_aside(self.path, self.target, old)
            rename_new(self.path, self.target)
        except BaseException:
            if os.name == "nt":
                with suppress(OSError):
                    self.path.unlink()
            raise
        return None

    def _check(self) -> None:
        """The file that gets the name is the one that was written and verified, and nobody else has it."""
        found = os.fstat(self._file)
        whole = stat.S_ISREG(found.st_mode) and found.st_nlink <= 1 and found.st_size == self.size
        look = self._resumable or found.st_nlink != 1  # of no link at all, or on a file system that doesn't count them
        if not whole or (look and not claim.owns(self._file, self.path)):
            self._unwanted = True
            raise ContentMismatch(f"another process changed {self.path.name} while it was being written")

    @contextmanager
    def _in_use(self, *, opening: bool = False) -> Iterator[None]:
        try:
            with self._lock:
                if self._over or (self._file < 0 and not opening):
                    raise LocalFileError(f"{self.target.name} was given up")
                yield
        finally:
            if self._over:
                self.close()

    def _let_go(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            claim.release(file)

    def _shut(self) -> None:
        if self._file >= 0 and (self._unwanted or not os.fstat(self._file).st_size):
            file, self._file = self._file, -1
            claim.let_go(file, self.path)
        self._let_go()


def _claim_in_folder(path: Path, *, anew: bool, fsync: bool) -> int:
    try:
        return claim.claim(path, anew=anew)
    except FileNotFoundError:
        make_folder(path.parent, fsync=fsync)
        return claim.claim(path, anew=anew)
