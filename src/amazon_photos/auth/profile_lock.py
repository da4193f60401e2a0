"""The lock of a profile: who writes or renews its session holds it; who reads needs none.

Its file is made with the folder and stays there, also when the session is deleted: whoever removed it, or the folder,
would pull it from under those who are about to lock it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import CredentialsError, NotWritable
from ..files import private
from ..files.os_errors import explain
from ..files.paths import OWN_FOLDER
from .profiles import Profile

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_PATIENCE = 60.0
"""Seconds to wait for another process that writes or renews the session."""
_ELSEWHERE = f"name a folder where you may write with {OWN_FOLDER}; what is there already is read all the same"


@contextmanager
def hold_profile(profile: Profile, patience: float = LOCK_PATIENCE) -> Iterator[None]:
    """Hold the lock until the block ends; the folder is made, if it is not there.

    Raises ``CredentialsError`` when another process holds it for longer than ``patience`` seconds, and ``NotWritable``.
    """
    lock = _acquire(profile, patience)
    try:
        yield
    finally:
        lock.release()


def _acquire(profile: Profile, patience: float) -> BaseFileLock:
    try:
        private.make_private_folder(profile.folder.parent)
        private.make_private_folder(profile.folder)
    except NotWritable as error:
        raise NotWritable(f"{error}; {_ELSEWHERE}") from None
    import filelock  # nobody needs it who only reads

    lock = filelock.FileLock(profile.session_path.with_suffix(".lock"), mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=patience)
    except filelock.Timeout:
        raise CredentialsError(
            f"another process has held the session of the profile {profile.name!r} for more than {patience:g} seconds: "
            "wait for it, or end it"
        ) from None
    except OSError as error:
        raise _explain(profile, explain(error)) from None
    except NotImplementedError:
        raise _explain(profile, "this disk knows no locks") from None
    return lock


def _explain(profile: Profile, why: str) -> NotWritable:
    return NotWritable(f"cannot save a session in {profile.folder}: {why}; {_ELSEWHERE}")
