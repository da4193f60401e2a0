"""One run on one target at a time: who comes second waits, or is told who runs since when.

::

    <state folder>/amazon-photos/running/       0700; without a home folder <temporary folder>/amazon-photos-<user>/
    ├── <sha256 of the key>.lock                locked by the system as long as the run lives, however it ends
    └── <sha256 of the key>.json                who that is: {"pid", "host", "what", "since"}; only ever shown

The lock alone decides. What the other file says may be left over from a run that was killed, or be anything at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import numbers
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Self

import msgspec
import platformdirs

from ..errors import InvalidInput, LocalFileError, RunInProgress, hide_controls
from .os_errors import explain
from .paths import find_user_folder
from .private import make_private_folder, read_private, write_private

if TYPE_CHECKING:
    from filelock import BaseFileLock

_log = logging.getLogger("amazon_photos.files")
_PAUSE = 0.2
"""Seconds between two looks at a lock that another run has."""
_MAX_SHOWN = 200
_ADVICE = "wait for it with --wait"


class _Holder(msgspec.Struct):
    """Who holds a lock, as a run writes it down."""

    pid: Annotated[int, msgspec.Meta(ge=1, lt=1 << 32)]
    host: Annotated[str, msgspec.Meta(max_length=255)]
    what: Annotated[str, msgspec.Meta(max_length=_MAX_SHOWN)]
    since: datetime


class RunLock:
    """Held while a run works on a target.

    ``key`` says which runs exclude each other: the profile, the direction and the target, in full. ``what`` is how
    people call this one (``upload of profile 'home' to /Pictures``); who comes second is told it. ``problem`` says why
    nothing could be locked, where that is so: the run goes on then, and nobody else is kept from running.
    """

    problem: str | None = None

    def __init__(self, key: str, what: str) -> None:
        self._what = hide_controls(what)[:_MAX_SHOWN]
        self._folder = _find_folder()
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        self._lock_path, self._holder_path = self._folder / f"{name}.lock", self._folder / f"{name}.json"
        self._lock: BaseFileLock | None = None
        self._pid = 0

    def acquire(self, wait: float | bool | None = None, *, on_wait: Callable[[str], object] | None = None) -> Self:
        """Take the lock, for ``with RunLock(key, what).acquire():``.

        ``wait`` is how many seconds to wait for another run that has it; True: as long as it takes; None or False: not
        at all. ``on_wait`` is told once who that is, before it is waited for. Raises ``RunInProgress`` where another
        run has it still, and ``InvalidInput`` for what is no time to wait.
        """
        until = time.monotonic() + _read_wait(wait)
        while not self._take():
            other = self._describe_holder()
            if time.monotonic() >= until:
                raise RunInProgress(f"{other}: {_ADVICE}" if not wait else f"{other}, and was waited for in vain")
            if on_wait is not None:
                on_wait(other)
                on_wait = None
            time.sleep(max(0.0, min(_PAUSE, until - time.monotonic())))
        return self

    def release(self) -> None:
        """Release the lock. A second call does nothing, nor does one in a forked child: it is the parent's."""
        lock, self._lock = self._lock, None
        if lock is None or os.getpid() != self._pid:
            return
        with contextlib.suppress(OSError):
            self._holder_path.unlink(missing_ok=True)
        lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _take(self) -> bool:
        """Whether it is ours now; also where nothing can be locked, which is said."""
        import filelock  # nobody needs it who only reads

        try:
            make_private_folder(self._folder)
            lock = filelock.FileLock(self._lock_path, mode=0o600, thread_local=False)
            lock.acquire(timeout=0)
        except filelock.Timeout:
            return False
        except (OSError, LocalFileError, NotImplementedError) as error:  # a network disk, a full one, a read-only one
            self.problem = f"nothing keeps a second run away: cannot lock {self._lock_path}: {_explain_failure(error)}"
            _log.warning("%s", self.problem)
            return True
        self._lock, self._pid = lock, os.getpid()
        self._write_down()
        return True

    def _write_down(self) -> None:
        holder = _Holder(os.getpid(), platform.node()[:255], self._what, datetime.now(UTC).replace(microsecond=0))
        try:
            write_private(self._holder_path, msgspec.json.encode(holder))
        except LocalFileError as error:  # the lock holds all the same
            _log.debug("who runs cannot be written down: %s", error)

    def _describe_holder(self) -> str:
        holder = self._read_holder()
        if holder is None:
            return f"another {self._what} is running"
        since = holder.since.astimezone(UTC)
        day = "" if since.date() == datetime.now(UTC).date() else f"{since:%Y-%m-%d} "
        where = f"process {holder.pid} on {hide_controls(holder.host)}"
        return f"another {hide_controls(holder.what)} runs since {day}{since:%H:%M} UTC ({where})"

    def _read_holder(self) -> _Holder | None:
        """Who has written down that it runs; None for nobody, for rubbish, and for a run that was killed."""
        try:
            found = read_private(self._holder_path, trusted=False)
            holder = None if found is None else msgspec.json.decode(found.data, type=_Holder)
            here = holder is not None and holder.host == platform.node()[:255]
            if holder is None or (here and not _is_running(holder.pid)):
                return None
            holder.since.astimezone(UTC)  # of the year 1 there is no such time everywhere
        except (LocalFileError, msgspec.MsgspecError, RecursionError, OverflowError, ValueError):
            return None
        return holder


def _find_folder() -> Path:
    folder = find_user_folder(platformdirs.user_state_path)
    if folder is not None:
        return folder / "running"
    user = os.getuid() if sys.platform != "win32" else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"amazon-photos-{user}"


def _read_wait(wait: object) -> float:
    """Seconds. Raises ``InvalidInput``."""
    if wait is True:
        return float("inf")
    if wait is None or wait is False:
        return 0.0
    if not isinstance(wait, numbers.Real) or not float(wait) >= 0:
        raise InvalidInput(f"wait must be seconds from 0 on, True or None, not {wait!r:.80}")
    return float(wait)


def _explain_failure(error: OSError | LocalFileError | NotImplementedError) -> str:
    if isinstance(error, OSError):
        return explain(error)
    return "this disk knows no locks" if isinstance(error, NotImplementedError) else str(error)


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # to ask there, by os.kill, would end it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is another user's
        return True
    return True
