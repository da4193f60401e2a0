"""How a session is renewed: each way asks for what signs, and has the ``LiveSession`` sign with it.

Each raises ``SessionExpired`` where there is nothing to be had any more, with Amazon's code if it said so of the
refresh token; everything else may pass.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol, TypeVar

from ..auth.cookie_command import CookieCommand, run_command
from ..auth.renewal import Renewal, explain_end, plan_after_answer
from ..auth.saved_session import SavedSession
from ..errors import (
    AmazonPhotosError,
    CredentialsError,
    NetworkError,
    ServiceError,
    SessionExpired,
    Unavailable,
)
from ..model.sign_in import MintedCookie
from ..settings import Settings
from ..wire import session_tokens, sign_in
from ..wire.call import Call
from ..wire.error_response import FRESH_COOKIES
from .live_session import LiveSession

T = TypeVar("T")
_RENEW_TOKEN_BEFORE = 300.0
"""Seconds before the end of an access token."""
_SHORTEST_TOKEN = 60.0
"""Seconds that one is used at least: after less, a 401 says that it has ended."""


class Send(Protocol):
    """Sends a call once, ahead of all that wait."""

    async def __call__(self, call: Call[T], /) -> T: ...


class RenewalWays:
    """Renews a ``LiveSession``. ``token_until``: when an access token that signs is too old, by ``time.monotonic``."""

    def __init__(self, live: LiveSession, settings: Settings, send: Send) -> None:
        self.token_until: float | None = None
        self.cannot_trade = False
        self._live = live
        self._settings = settings
        self._send = send

    def find(self, *, refused: bool) -> Callable[[], Awaitable[None]] | None:
        """Find the way that the policy chooses for a session at its end; None: there is none."""
        ways: dict[Renewal, Callable[[], Awaitable[None]]] = {
            Renewal.MINT: self.mint,
            Renewal.COMMAND: partial(self.run_command, refused=refused),
        }
        if not self.cannot_trade:
            ways[Renewal.TRADE] = self.trade
        return ways.get(plan_after_answer(self._live.saved, SessionExpired("401")))

    @property
    def may_take_token(self) -> bool:
        """Whether an access token may be asked for."""
        return self._settings.access_token_fallback and bool(self._live.saved.refresh_token)

    async def mint(self) -> None:
        """Request fresh cookies with the refresh token."""
        saved = self._live.saved
        try:
            minted = await self._send(_once(sign_in.mint_cookies(saved.region, saved.refresh_token)))
        except SessionExpired as error:
            raise self._refuse(error) from None
        self._take_minted(minted)

    async def take_token(self) -> None:
        """Get an access token with the refresh token, and sign with it."""
        try:
            token = await self._send(_once(sign_in.access_token(self._live.saved.refresh_token)))
        except SessionExpired as error:
            raise self._refuse(error) from None
        self._live.sign_with(token)
        self.token_until = time.monotonic() + max(_SHORTEST_TOKEN, token.seconds - _RENEW_TOKEN_BEFORE)

    async def run_command(self, *, refused: bool) -> None:
        """Run the command that gives the cookies; ``refused``: those that there are sign nobody in any more."""
        saved, generation = self._live.saved, self._live.generation
        command = CookieCommand(saved.command, saved.shell, self._settings.cookie_command_timeout)
        try:
            made = await asyncio.to_thread(run_command, command, tld=saved.marketplace)
        except CredentialsError as error:
            if not refused:
                raise
            raise SessionExpired(f"{error}; {self.explain()}") from None
        self._take_minted([MintedCookie(c.name, c.value, c.expires) for c in made.cookies])
        if refused and generation == self._live.generation:
            raise SessionExpired(f"{command.name} printed the cookies that were refused; {self.explain()}")

    async def trade(self) -> None:
        """Swap the sess-at-… cookie for fresh ones.

        Whatever goes wrong, the session was over before: nobody has shown that this works.
        """
        saved = self._live.saved
        try:
            traded = await self._send(_once(session_tokens.renew(saved.region, _find_token(saved))))
            self._take_minted([MintedCookie(name, value.strip('"')) for name, value in traded.items()])
        except (ServiceError, NetworkError, CredentialsError) as error:
            self.cannot_trade = not error.retryable
            raise SessionExpired("" if self._live.store is None else self.explain()) from None

    def _take_minted(self, cookies: Sequence[MintedCookie]) -> None:
        for cookie in cookies:
            self._live.signer.secrets.add(cookie.value)
        self._live.take(self._live.saved.renew(cookies, _now()))
        self.token_until = None

    def _refuse(self, error: SessionExpired) -> AmazonPhotosError:
        """What a refresh token's end means; a sign-in page in the place of an answer says nothing of the token."""
        if not error.code:
            return Unavailable(str(error), status=error.status, operation=error.operation)
        return SessionExpired(f"{self.explain()} (Amazon says {error.code})", code=error.code)

    def explain(self) -> str:
        """Explain what died, and what mends it."""
        saved, store = self._live.saved, self._live.store
        if store is not None:
            return explain_end(saved.info, store.profile.name, store.profile.login, _now())
        return f"the session is over; {FRESH_COOKIES}"


def _now() -> datetime:
    return datetime.now(UTC)


def _once(call: Call[T]) -> Call[T]:
    """Whoever waits for the renewal owns its attempts."""
    return replace(call, retried_by="caller")


def _find_token(saved: SavedSession) -> str:
    return next(c.value for c in saved.cookies if c.name == f"sess-at-{saved.region.suffix}")
