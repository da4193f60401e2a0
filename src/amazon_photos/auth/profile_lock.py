"""The lock of a profile: who writes or renews its session holds it; who reads needs none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import CredentialsError, NotWritable
from ..files import private
from ..files.os_errors import explain
from ..files.paths import OWN_FOLDER
from .profiles import Profile

LOCK_PATIENCE = 60.0
"""Seconds to wait for another process that writes or renews the session."""
_ELSEWHERE = f"name a folder where you may write with {OWN_FOLDER}; what is there already is read all the same"


def find_lock(profile: Profile) -> Path:
    """Find the file that is locked, which need not be there."""
    return profile.session_path.with_suffix(".lock")


@contextmanager
def hold_profile(profile: Profile, patience: float = LOCK_PATIENCE) -> Iterator[None]:
    """Hold the lock until the block ends; the folder is made, if it is not there.

    Raises ``CredentialsError`` when another process holds it for longer than ``patience`` seconds, and ``NotWritable``.
    """
    try:
        private.make_private_folder(profile.folder.parent)
        private.make_private_folder(profile.folder)
    except NotWritable as error:
        raise NotWritable(f"{error}; {_ELSEWHERE}") from None
    import filelock  # nobody needs it who only reads

    lock = filelock.FileLock(find_lock(profile), mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=patience)
    except filelock.Timeout:
        raise CredentialsError(
            f"another process has held the session of the profile {profile.name!r} for more than {patience:g} seconds: "
            "wait for it, or end it"
        ) from None
    except (OSError, NotImplementedError) as error:
        if isinstance(error, FileNotFoundError) and not profile.folder.exists():  # somebody has signed out
            with hold_profile(profile, patience):
                yield
            return
        why = explain(error) if isinstance(error, OSError) else "this disk knows no locks"
        raise NotWritable(f"cannot save a session in {profile.folder}: {why}; {_ELSEWHERE}") from None
    try:
        yield
    finally:
        lock.release()
