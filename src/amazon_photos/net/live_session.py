"""The session that signs requests now, and the one that is kept: what changes here is saved there, and back again.

Nothing of the disk or the keyring is touched in the event loop. A session that cannot be saved is used all the same, as
long as the process lives, and that is said once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

from ..auth.cookie_auth import CookieAuth
from ..auth.precedence import SignedIn
from ..auth.profile_lock import LOCK_PATIENCE
from ..auth.saved_session import SavedSession, hash_account
from ..auth.session_store import SessionStore
from ..errors import CredentialsError, LocalFileError, NotSignedIn, WrongProfile
from ..model.sign_in import AccessToken
from ..settings import Settings

T = TypeVar("T")
SAVE_PAUSE = 5.0
"""Seconds between two writes of cookies that are rotated one by one; what comes meanwhile is written together."""
_LAST_PATIENCE = 2.0
"""Seconds that closing waits for another process that writes the session."""
_LOOK_AGAIN = 0.05
"""Seconds until the lock of a session is tried again."""
_log = logging.getLogger("amazon_photos.net")


class LiveSession:
    """``generation`` counts what has signed requests: it is another one after each renewal."""

    def __init__(self, signed_in: SignedIn, settings: Settings) -> None:
        self.saved = signed_in.session
        self.store = signed_in.store
        self.signer = CookieAuth(signed_in.credentials, settings)
        self.signer.secrets.add(self.saved.refresh_token, instead_of="")
        self.generation = 1
        self._unsaved = False
        self._saving: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._told = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.saved.way} {self.generation}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} holds cookies: it cannot be pickled or copied")

    @property
    def can_sign(self) -> bool:
        """False for a device that was registered and has no cookies yet."""
        return bool(self.saved.cookies)

    # --- what signs --------------------------------------------------------------------------------------

    def take(self, session: SavedSession) -> bool:
        """Sign with ``session`` from now on; tell whether it has other cookies than there were.

        Of the same sign-in the newer of each cookie is taken. Raises ``CredentialsError`` for one that cannot sign.
        """
        self._collect()
        merged = session.merge(self.saved) if session.id == self.saved.id else session
        before = {cookie.name: cookie.value for cookie in self.saved.cookies}
        anew = {cookie.name: cookie.value for cookie in merged.cookies} != before
        if anew:
            self.signer.take(merged.credentials())
            self.signer.secrets.add(merged.refresh_token, instead_of=self.saved.refresh_token)
            self.generation += 1
        self.saved = merged
        return anew

    def sign_with(self, token: AccessToken) -> None:
        """Sign with an access token from now on, until other cookies are taken."""
        self.signer.take_token(token)
        self.generation += 1

    def note_rotated(self) -> None:
        """Save the cookies that an answer has set anew, if it has, soon. In the event loop."""
        self._collect()
        self._save_soon()

    def _collect(self) -> None:
        rotated = self.signer.take_rotated()
        self.saved = self.saved.rotate(rotated, datetime.now(UTC))
        self._unsaved = self._unsaved or (bool(rotated) and self.store is not None)

    def _save_soon(self) -> None:
        if self._unsaved and (self._saving is None or self._saving.done()):
            self._saving = asyncio.create_task(self._save_rotated())

    # --- what is kept ------------------------------------------------------------------------------------

    @asynccontextmanager
    async def hold(self, patience: float = LOCK_PATIENCE) -> AsyncIterator[None]:
        """Keep other processes from renewing this session, as far as they can be.

        Raises ``CredentialsError`` when another one does for longer than ``patience`` seconds.
        """
        held = None if self.store is None else await self._lock(self.store, patience)
        try:
            yield
        finally:
            if held is not None:
                held.__exit__(None, None, None)

    async def _lock(self, store: SessionStore, patience: float) -> AbstractContextManager[None] | None:
        until = time.monotonic() + patience
        while True:
            lock = store.hold(patience=0)
            entering = asyncio.ensure_future(_off_loop(lock.__enter__))
            try:
                await asyncio.shield(entering)
            except asyncio.CancelledError:
                if not (await asyncio.gather(entering, return_exceptions=True))[0]:
                    lock.__exit__(None, None, None)
                raise
            except LocalFileError as error:
                self._warn_unsaved(error)
                return None
            except CredentialsError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(_LOOK_AGAIN)
            else:
                return lock

    async def take_kept(self) -> bool:
        """Look what is kept, and sign with it; tell whether it has other cookies than there were.

        Raises ``NotSignedIn`` when the profile was signed out, and ``WrongProfile`` when it was signed in anew and
        nobody knows that it is the same account.
        """
        if self.store is None:
            return False
        try:
            kept = await _off_loop(self.store.load)
        except NotSignedIn:
            raise
        except (CredentialsError, LocalFileError) as error:
            self._warn_unsaved(error)
            return False
        if kept.id != self.saved.id and not self._is_of_same_account(kept):
            raise WrongProfile(
                f"somebody has signed in anew to the profile {self.store.profile.name!r}, perhaps to another account: "
                "make a new client"
            )
        return bool(kept.cookies) and self.take(kept)

    def _is_of_same_account(self, kept: SavedSession) -> bool:
        ours = self.saved.account, self.saved.marketplace
        return bool(kept.account) and (kept.account, kept.marketplace) == ours

    async def save(self) -> None:
        """Save what there is, merged with what other processes have saved. Inside ``hold``."""
        if self.store is None:
            return
        self._unsaved = False
        store, session = self.store, self.saved
        try:
            kept = await _off_loop(lambda: store.update(session, held=True))
            if kept is not None:
                self.take(kept)
        except (CredentialsError, LocalFileError) as error:
            self._warn_unsaved(error)

    async def note_account(self, owner_id: str) -> None:
        """Remember whose session it is, or check it.

        Raises ``WrongProfile`` if it is another's than the profile's.
        """
        if not owner_id or self.saved.account == hash_account(owner_id):
            return
        if self.store is not None:
            store = self.store
            try:
                await _off_loop(lambda: store.note_account(owner_id))
            except WrongProfile:
                raise
            except (CredentialsError, LocalFileError) as error:
                self._warn_unsaved(error)
        self.saved = self.saved.of_account(owner_id)

    async def close(self) -> None:
        """Save what has not been saved."""
        self._closing.set()
        self._save_soon()
        if self._saving is not None and self._saving.get_loop() is asyncio.get_running_loop():
            await asyncio.wait([self._saving])

    async def _save_rotated(self) -> None:
        while self._unsaved:
            last = self._closing.is_set()  # before it is written: what comes meanwhile is written once more
            try:
                async with self.hold(_LAST_PATIENCE if last else LOCK_PATIENCE):
                    await self.save()
            except CredentialsError as error:
                self._warn_unsaved(error)
            if last:
                return
            try:
                async with asyncio.timeout(SAVE_PAUSE):
                    await self._closing.wait()
            except TimeoutError:
                pass

    def _warn_unsaved(self, error: Exception) -> None:
        if not self._told:
            _log.warning("the session cannot be saved, its new cookies live as long as this process: %s", error)
        self._told = True


async def _off_loop(work: Callable[[], T]) -> T:
    """In a thread; at the end of Python, when there are none any more, here."""
    try:
        working = asyncio.get_running_loop().run_in_executor(None, work)
    except RuntimeError:
        return work()
    return await working
