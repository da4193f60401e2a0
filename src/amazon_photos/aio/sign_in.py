"""Signing in and out: what Amazon is asked before a session is kept, and before one is let go.

::

    sign_in              cookies  ->  whose are they?  ->  an earlier registration is taken back  ->  kept
    register_device      code  ->  tokens  ->  cookies  ->  whose are they?  ->  kept, or taken back at once
    renew_registration   refresh token  ->  cookies  ->  kept, in the place of the old ones
    sign_out             an access token  ->  the device is off the account  ->  deleted here, in any case

A registration that nothing keeps would stay on the account without anybody's knowing: whatever goes wrong after it was
made, it is kept or taken back.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from ..auth.credentials import Credentials
from ..auth.precedence import SignedIn
from ..auth.profiles import Profile
from ..auth.registration import Registration, make_registered_session, name_device
from ..auth.same_account import check_same_account
from ..auth.saved_session import SavedSession
from ..auth.session_store import KeptSession, SessionStore, Store
from ..errors import (
    AmazonPhotosError,
    CredentialsError,
    KeyringFailed,
    NetworkError,
    NotSignedIn,
    RateLimited,
    ServiceError,
    SessionExpired,
    Unavailable,
    UnexpectedReply,
)
from ..model.regions import Region
from ..model.sign_in import AccessToken, Registered
from ..net.session import Session
from ..settings import Settings
from ..wire import folders as wire_folders
from ..wire import sign_in as wire
from ..wire.call import Call

_MAY_PASS = (NetworkError, Unavailable, RateLimited)
MAX_DEREGISTER = 20.0
"""Seconds for taking a registration back: whoever signs out waits for it."""
_LIST = "Amazon > Account > Content & Devices > Devices"


@dataclass(frozen=True, slots=True)
class SignInReport:
    """What became of a sign-in."""

    kept: KeptSession
    how: Literal["new", "renewed", "replaced"] = "new"
    """"replaced": an earlier registration of this device was taken back for it."""
    unasked: str = ""
    """Why Amazon could not say whose session it is; "" if it did."""


@dataclass(frozen=True, slots=True)
class SignOutReport:
    """What became of a session: ``found`` says whether there was one."""

    found: bool
    registered: bool = False
    ended: bool = False
    """Whether Amazon had ended the registration before, so that it could not be asked to take the device off."""
    remains: str = ""
    """Why the device may still be on the account; "" if it is not."""


async def sign_in(
    store: SessionStore, session: SavedSession, settings: Settings, *, where: Store = "auto"
) -> SignInReport:
    """Sign a profile in with cookies: ask Amazon whose they are, and keep them.

    A device that is registered in this profile is taken off the account first, as nobody could do it later. Raises
    ``SessionExpired`` and other errors of the service, ``WrongProfile``, and as ``SessionStore.save``: then nothing is
    changed.
    """
    asked = await ask_account(session, settings)
    before = await asyncio.to_thread(store.look_at_any)
    if before is not None:
        check_same_account(store.profile, before.info, asked.info)
    await asyncio.to_thread(store.check_place, refresh_token=False, store=where)
    registered = before is not None and before.info.way == "registered"
    if registered:
        await _take_back_kept(store, settings)
    kept = await asyncio.to_thread(store.save, asked, store=where, over=_id_of(before))
    return SignInReport(kept, "replaced" if registered else "new")


async def ask_account(session: SavedSession, settings: Settings) -> SavedSession:
    """Ask Photos whose session this is; gives it with the hash of the account's id.

    Cookies that Amazon replaces on the way are in it. Raises as every request does: ``AccountNotFound`` for an account
    of another marketplace.
    """
    photos = Session(SignedIn(session, session.credentials()), settings)
    try:
        root = await photos.send(wire_folders.root())
    finally:
        await photos.close()
    return photos.saved.of_account(root.owner_id) if root.owner_id else photos.saved


async def register_device(
    store: SessionStore, registration: Registration, code: str, settings: Settings, *, where: Store = "auto"
) -> SignInReport:
    """Register this device by the code of a sign-in, and keep what it gives.

    Where Amazon cannot say now whose session it is, it is kept without that, if the profile is nobody's yet. What
    cannot be kept is taken back. Raises ``SignInRefused`` for the code, and as ``sign_in``.
    """
    before = _id_of(await asyncio.to_thread(store.look_at_any))
    async with _open_unsigned(registration.region, settings, code, registration.verifier) as unsigned:
        call = wire.register(
            registration.region,
            code=code,
            verifier=registration.verifier,
            serial=registration.serial,
            device_name=name_device(store.profile.name),
        )
        code = ""  # a traceback may show what stands in here
        registered = await _send_register(unsigned, call, store.profile)
        try:
            session = make_registered_session(registration, registered, datetime.now(UTC))
            session, unasked = await _complete(unsigned, session, settings)
            kept = await asyncio.to_thread(store.save, session, store=where, over=before)
            return SignInReport(kept, unasked=unasked)
        except BaseException:
            await _take_back(unsigned, registered, store.profile)
            raise


async def renew_registration(store: SessionStore, settings: Settings, *, where: Store = "auto") -> SignInReport | None:
    """Get new cookies for a registered device, in the place of registering it once more.

    None: Amazon has ended it. Raises ``Unavailable`` and ``NetworkError`` where nobody can tell, and as
    ``SessionStore.load``.
    """
    session = await asyncio.to_thread(store.load)
    async with _open_unsigned(session.region, settings, session.refresh_token) as unsigned:
        try:
            minted = await unsigned.send(wire.mint_cookies(session.region, session.refresh_token))
        except SessionExpired as error:
            if error.code:
                return None
            raise Unavailable(str(error), status=error.status, operation=error.operation) from None
    renewed = await ask_account(session.renew(minted, datetime.now(UTC)), settings)
    kept = await asyncio.to_thread(_keep_renewed, store, renewed, where)
    return SignInReport(kept, "renewed")


async def sign_out(store: SessionStore, settings: Settings) -> SignOutReport:
    """Sign a profile out: take a registered device off the account, and delete what is kept.

    It is deleted in any case; what Amazon does not hear of now, the report says. Raises ``KeyringFailed`` and
    ``LocalFileError`` for what cannot be read or deleted: then it can be tried again.
    """
    kept = await asyncio.to_thread(store.look_at_any)
    registered = kept is not None and kept.info.way == "registered"
    ended, remains = False, ""
    if registered:
        try:
            ended = not await _take_back_kept(store, settings)
        except (ServiceError, NetworkError) as error:
            remains = str(error)
        except KeyringFailed:
            raise
        except CredentialsError as error:  # its token is lost, or damaged
            remains = str(error)
    found = kept is not None or await asyncio.to_thread(os.path.exists, store.profile.session_path)
    await asyncio.to_thread(store.delete)
    return SignOutReport(found, registered, ended, remains)


async def _send_register(unsigned: Session, call: Call[Registered], profile: Profile) -> Registered:
    """Register, and wait for the answer also when this is stopped: only who has the token can take it back."""
    registering = asyncio.ensure_future(unsigned.send(call))
    try:
        registered = await asyncio.shield(registering)
    except asyncio.CancelledError:
        registered = await registering
        await _take_back(unsigned, registered, profile)
        raise
    except UnexpectedReply as error:  # nobody has its token
        raise UnexpectedReply(
            f"{error}; this device, {name_device(profile.name)!r}, may be on the account all the same: look at {_LIST}",
            status=error.status,
            operation=error.operation,
        ) from None
    unsigned.hide(registered.refresh_token)
    return registered


async def _complete(unsigned: Session, session: SavedSession, settings: Settings) -> tuple[SavedSession, str]:
    """The session with cookies, and whose it is; or why that cannot be asked now, which does no harm to what it is."""
    try:
        if not session.cookies:
            minted = await unsigned.send(wire.mint_cookies(session.region, session.refresh_token))
            session = session.renew(minted, datetime.now(UTC))
        return await ask_account(session, settings), ""
    except _MAY_PASS as error:
        return session, str(error)


def _id_of(kept: KeptSession | None) -> str:
    return "" if kept is None else kept.info.id


def _keep_renewed(store: SessionStore, renewed: SavedSession, where: Store) -> KeptSession:
    current = store.update(renewed)
    kept = store.look()
    if current is None or kept is None:
        raise NotSignedIn(f"the profile {store.profile.name!r} was signed out meanwhile: {store.profile.login}")
    return kept if where in ("auto", kept.store) else store.save(current, store=where)


async def _take_back_kept(store: SessionStore, settings: Settings) -> bool:
    """Deregister the device of a profile; False for one that Amazon has ended by itself, which opens nothing more."""
    session = await asyncio.to_thread(store.load_any)
    if not session.refresh_token:
        return False
    async with _open_unsigned(session.region, settings, session.refresh_token) as unsigned:
        return await _deregister(unsigned, wire.access_token(session.refresh_token))


async def _take_back(unsigned: Session, registered: Registered, profile: Profile) -> None:
    """Deregister a device that could not be kept. An error that is on its way is more than that this fails."""
    try:
        asking = wire.access_token(registered.refresh_token)
        await asyncio.shield(asyncio.ensure_future(_deregister(unsigned, asking, registered.access_token)))
    except (AmazonPhotosError, TimeoutError) as error:
        raise CredentialsError(
            f"the session could not be kept, and this device, {name_device(profile.name)!r}, could not be taken off "
            f"the account again ({error}): do it at {_LIST}"
        ) from None


async def _deregister(unsigned: Session, asking: Call[AccessToken], access: AccessToken | None = None) -> bool:
    """Take a device off the account; False where Amazon takes its token no more.

    No token is a variable of its own: a traceback may show those.
    """
    try:
        async with asyncio.timeout(MAX_DEREGISTER):
            token = access if access is not None else await unsigned.send(asking)
            unsigned.hide(token.value)
            await unsigned.send(wire.deregister(token.value))
    except TimeoutError:
        raise Unavailable(f"Amazon did not answer within {MAX_DEREGISTER:g} seconds", operation="deregister") from None
    except SessionExpired as error:
        if not error.code:  # a sign-in page where an answer was due says nothing of the token
            raise Unavailable(str(error), status=error.status, operation=error.operation) from None
        return False
    return True


@asynccontextmanager
async def _open_unsigned(region: Region, settings: Settings, *secrets: str) -> AsyncIterator[Session]:
    """A session without cookies, which knows what must be seen nowhere."""
    unsigned = Session(Credentials(region, {}), replace(settings, max_attempts=min(2, settings.max_attempts)))
    unsigned.hide(*secrets)
    try:
        yield unsigned
    finally:
        await unsigned.close()
