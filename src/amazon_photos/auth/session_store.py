"""Keeps the session of a profile: in the system's keyring where there is one, else in a file only its owner can read.

``session.json`` is replaced whole, and is what counts::

    {"format": 1, "store": "file",    "info": {…}, "session": {…}}    secrets and all
    {"format": 1, "store": "keyring", "info": {…}, "slot": "a"}       the secrets are in that slot of the keyring

A process that is killed in the middle of anything leaves the old session or the new one. Who writes holds the lock of
the profile; who reads needs none.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

from ..errors import CredentialsError, FileExposed, KeyringFailed, LocalFileError, NotSignedIn
from ..files import private
from ..files.paths import OWN_FOLDER, find_user_folder
from ..model.checks import check_choice
from .profile_lock import LOCK_PATIENCE, hold_profile
from .profiles import Profile
from .same_account import check_same_account
from .saved_session import FORMAT, SavedSession, SessionInfo, decode_as, hash_account
from .system_keyring import PATIENCE, Slot, SystemKeyring

Store = Literal["auto", "keyring", "file"]
"""Where secrets go: "auto" is the keyring where there is one, else a file; a refresh token goes into no file by it."""
_log = logging.getLogger("amazon_photos.auth")


@dataclass(frozen=True, slots=True)
class KeptSession:
    """Where a session is kept, and what may be told of it. No secrets."""

    info: SessionInfo
    store: Literal["keyring", "file"]
    slot: Slot | None
    protected: bool
    """False on a disk that knows no modes: others may be able to read the file."""


@dataclass(frozen=True, slots=True)
class _Written:
    """``session.json``."""

    format: int
    store: Literal["keyring", "file"]
    info: SessionInfo
    slot: Slot | None = None
    session: SavedSession | None = field(default=None, repr=False)


class SessionStore:
    """The session of one profile. Nothing is touched before it is asked for.

    The keyring is given ``seconds`` for each answer.
    """

    def __init__(self, profile: Profile, *, keyring: SystemKeyring | None = None, seconds: float = PATIENCE) -> None:
        self.profile = profile
        self._path = profile.session_path
        self._keyring = keyring or SystemKeyring(_name_service(profile), seconds=seconds)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.profile.name}>"

    def look(self) -> KeptSession | None:
        """Look what is kept, without the secrets and without the keyring; None for nothing.

        Raises ``FileExposed`` when others can read or replace the file, ``CredentialsError`` for one that is damaged.
        """
        found = self._read()
        return None if found is None else found[0]

    def load(self) -> SavedSession:
        """Load the session.

        Raises ``NotSignedIn``, ``KeyringFailed``, and as ``look``.
        """
        kept, session = self._load()
        if session.refresh_token and kept.store == "file" and not kept.protected:
            raise FileExposed(_explain_unprotected(self._path))
        return session

    def look_at_any(self) -> KeptSession | None:
        """Look as ``look`` does, for whoever replaces or deletes it: one that is exposed is no hindrance.

        None also for one that is damaged. Raises nothing.
        """
        try:
            found = self._read(trusted=False)
        except (CredentialsError, LocalFileError):
            return None
        return None if found is None else found[0]

    def load_any(self) -> SavedSession:
        """Load as ``load`` does, to take it back: also one that others can read.

        Raises ``NotSignedIn``, ``KeyringFailed``, and ``CredentialsError`` for one that is damaged.
        """
        return self._load(trusted=False)[1]

    def check_place(self, *, refresh_token: bool, store: Store = "auto") -> None:
        """Check that a session can be kept here, before anybody signs in for it. Raises as ``save``."""
        with self.hold():
            self._choose(refresh_token, check_choice("store", store, Store))

    def save(self, session: SavedSession, *, store: Store = "auto", over: str | None = None) -> KeptSession:
        """Save a new sign-in, in the place of the one before it.

        ``over``: the id of the one that the caller has seen, "" for none; a device that was registered since is not
        replaced, as nobody could take it back then. Raises ``WrongProfile`` for another account or marketplace,
        ``KeyringFailed``, ``FileExposed`` for a refresh token that nothing here can keep, ``CredentialsError`` for one
        that was registered meanwhile, and ``LocalFileError``; the profile is left as it was.
        """
        check_choice("store", store, Store)
        with self.hold():
            before = self.look_at_any()
            if before is not None:
                check_same_account(self.profile, before.info, session.info)
                if over is not None and before.info.way == "registered" and before.info.id not in (over, session.id):
                    raise CredentialsError(
                        f"the profile {self.profile.name!r} was registered by somebody else meanwhile, and that is kept"
                    )
            where, protected = self._choose(bool(session.refresh_token), store)
            return KeptSession(session.info, where, self._write(session, where, before), protected)

    def update(self, session: SavedSession, *, held: bool = False) -> SavedSession | None:
        """Save cookies that were rotated or renewed, merged with what other processes have saved meanwhile.

        Gives what is kept now; None when the profile was signed out or in anew meanwhile, and nothing is written.
        ``held``: the caller is inside ``hold``. Raises as ``save``.
        """
        with contextlib.nullcontext() if held else self.hold():
            kept = self.look()
            if kept is None or kept.info.id != session.id:
                return None
            current = self.load()
            merged = current.merge(session)
            if merged != current:
                self._write(merged, kept.store, kept)
            return merged

    def find_serial(self) -> str:
        """Find the serial number that this machine has registered with in this profile; "" where it has not.

        It is used again: a machine that comes with a new one each time is taken for many.
        """
        try:
            return self.load().serial
        except (CredentialsError, LocalFileError):
            return ""

    def note_account(self, owner_id: str) -> None:
        """Remember whose session it is, by the id that Amazon tells, or check it.

        Raises ``WrongProfile`` if it is another's, and as ``update``.
        """
        kept = self.look()
        if kept is not None and kept.info.account != hash_account(owner_id):
            session = self.load().of_account(owner_id)
            check_same_account(self.profile, kept.info, session.info)
            self.update(session)

    def delete(self) -> None:
        """Delete the session, wherever it is kept, and all that crashes have left of it.

        The catalogue stays, and the empty lock: another process may be waiting for it. Raises ``KeyringFailed`` and
        ``LocalFileError``: then it can be tried again.
        """
        try:
            self.profile.folder.lstat()
        except FileNotFoundError:
            return
        except OSError:  # taking the lock tells why
            pass
        with self.hold():
            kept = self.look_at_any()
            if kept is None or kept.store == "keyring":
                self._wipe_keyring(required=kept is not None)
            private.remove_private(self._path)

    @contextlib.contextmanager
    def hold(self, patience: float = LOCK_PATIENCE) -> Iterator[None]:
        """Keep other processes from writing or renewing this session, until the block ends.

        Whoever renews looks again inside: another process may have done it meanwhile. Raises ``CredentialsError`` when
        another one holds it for longer than ``patience`` seconds, and ``NotWritable``.
        """
        with hold_profile(self.profile, patience):
            yield

    def _load(self, *, trusted: bool = True) -> tuple[KeptSession, SavedSession]:
        while True:
            found = self._read(trusted=trusted)
            if found is None:
                raise explain_nobody(self.profile)
            kept, session = found
            try:
                return kept, self._load_from_keyring(kept) if session is None else session
            except CredentialsError:
                if self._read(trusted=trusted) == found:  # else it is in the other slot now, and this one was wiped
                    raise

    def _read(self, *, trusted: bool = True) -> tuple[KeptSession, SavedSession | None] | None:
        found = private.read_private(self._path, trusted=trusted)
        if found is None:
            return None
        try:
            written = decode_as(found.data, _Written)
        except CredentialsError as error:
            raise CredentialsError(f"{self._path}: {error} ({self.profile.login})") from None
        if (written.session is None) != (written.store == "keyring"):
            raise CredentialsError(f"{self._path}: the session is not where it should be: {self.profile.login}")
        return KeptSession(written.info, written.store, written.slot, found.protected), written.session

    def _load_from_keyring(self, kept: KeptSession) -> SavedSession:
        text = self._keyring.read(kept.slot or "a")
        if text is None:
            raise NotSignedIn(
                f"the keyring no longer holds the session of the profile {self.profile.name!r}: {self.profile.login}"
            )
        try:
            return decode_as(text, SavedSession)
        except CredentialsError as error:
            problem = CredentialsError(f"in the keyring: {error} ({self.profile.login})")
        text = ""  # a traceback may show what stands in here
        raise problem

    def _choose(self, refresh_token: bool, store: Store) -> tuple[Literal["keyring", "file"], bool]:
        """Where it goes, and whether it is protected there. Raises as ``save``."""
        if store != "file":
            if self._keyring.find_backend() is not None:
                return "keyring", True
            if store == "keyring" or refresh_token:
                raise KeyringFailed(_explain_no_keyring(self.profile, refresh_token))
        protected = private.can_protect(self.profile.folder)
        if not protected:
            if refresh_token:
                raise FileExposed(_explain_unprotected(self._path))
            _log.warning("others may be able to read %s: the disk that it is on knows no modes", self._path)
        return "file", protected

    def _write(
        self, session: SavedSession, store: Literal["keyring", "file"], before: KeptSession | None
    ) -> Slot | None:
        """Write it in the place of the one before; gives the slot of the keyring that it is in."""
        slot: Slot | None = None
        if store == "keyring":
            slot = "b" if before is not None and before.slot == "a" else "a"
            self._keyring.write(slot, msgspec.json.encode(session).decode())
        whole = _Written(FORMAT, store, session.info, slot, None if slot else session)
        private.write_private(self._path, msgspec.json.encode(whole))
        for left in private.find_leftovers(self._path):
            with contextlib.suppress(OSError):
                left.unlink()
        if before is not None and before.store == "keyring":
            with contextlib.suppress(KeyringFailed):  # it counts no longer, and the next one to write replaces it
                self._keyring.wipe(before.slot or "a")
        return slot

    def _wipe_keyring(self, *, required: bool) -> None:
        """Both slots: a crash may have left something in the one that is not in use."""
        try:
            if required or self._keyring.find_backend() is not None:
                self._keyring.wipe("a", "b")
        except KeyringFailed:
            if required:
                raise


def _explain_no_keyring(profile: Profile, refresh_token: bool) -> str:
    again = f"{profile.login}{' --register' * refresh_token} --store file"
    return (
        "there is no keyring here to keep the session in (a server or container has none; else: pip install keyring); "
        f"`{again}` keeps it in a file that only you can read"
    )


def explain_nobody(profile: Profile) -> NotSignedIn:
    """Explain that nobody has signed in to a profile, and which command does it."""
    return NotSignedIn(f"nobody has signed in to the profile {profile.name!r}: `{profile.login}`")


def _explain_unprotected(path: Path) -> str:
    return (
        f"nothing can be private in {path.parent}: the disk that it is on knows no modes, and a refresh token opens "
        f"the whole account. Keep it in a keyring (pip install keyring), or name a folder on another disk "
        f"with {OWN_FOLDER}"
    )


def _name_service(profile: Profile) -> str:
    """What a profile's entries in the keyring are called; those of another home folder have other names."""
    home = profile.folder.parent.parent
    if home == find_user_folder(platformdirs.user_state_path, {}):
        return f"amazon-photos/{profile.name}"
    return f"amazon-photos@{hashlib.sha256(str(home).encode()).hexdigest()[:8]}/{profile.name}"
