"""When a session is to be renewed, and how. Pure: a session, a clock and an answer in, a decision out.

::

    before a request    cookies older than 20 hours, or about to end              -> renew, if it can be renewed
    after an answer     "signed out" (401, or a sign-in page)                     -> renew once, and send again
                        anything else: throttled, bot check, failed, not found    -> no matter of the session
    renewed             by another process meanwhile                              -> take that, and send again

A bot check is never taken for a dead session: signing in again would make it worse. A session is renewed once for all
requests that wait; one that was signed out again by what it got is dead.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from ..errors import AmazonPhotosError, SessionExpired
from .saved_session import SavedSession, SessionInfo

RENEW_AFTER = timedelta(hours=20)
"""Of 24 that cookies live (live); the rest is for a clock that is wrong, and for transfers under way."""
RENEW_BEFORE = timedelta(hours=2)
"""An end that is known, for the same reasons."""
RETRY_AFTER = timedelta(minutes=5)
"""How long a renewal that failed in a way that may pass is not tried again before the cookies have ended."""


class Renewal(StrEnum):
    """What is to be done about a session."""

    NONE = "none"
    """It is as it should be, or nobody can renew it."""
    MINT = "mint"
    """Ask for cookies with its refresh token."""
    COMMAND = "command"
    """Run the command that gives the cookies."""
    TRADE = "trade"
    """Trade its sess-at-… cookie for fresh ones. Marked code: nobody was seen to do it."""


def plan_before_request(session: SavedSession, now: datetime, *, failed: datetime | None = None) -> Renewal:
    """Decide whether to renew before a request is sent; ``failed`` is when that was last tried in vain.

    Cookies that nobody said anything of (pasted, from a browser) are used until Amazon refuses them.
    """
    if failed is not None and timedelta(0) <= now - failed < RETRY_AFTER:
        return Renewal.NONE
    return _find_way(session) if session.renewable and _is_due(session, now) else Renewal.NONE


def plan_after_answer(session: SavedSession, error: AmazonPhotosError, sent_with: datetime) -> Renewal:
    """Decide whether to renew because of an answer to a request.

    ``sent_with`` is when the cookies that it was sent with were minted: of two requests that were answered so, the
    second one finds that the first has renewed them already, and is only sent again.
    """
    if not isinstance(error, SessionExpired) or session.minted > sent_with:
        return Renewal.NONE
    return _find_way(session)


def is_sent_again(session: SavedSession, error: AmazonPhotosError, sent_with: datetime) -> bool:
    """Tell whether a request that was answered so is to be sent again with the cookies that there are now."""
    return isinstance(error, SessionExpired) and session.minted > sent_with


def explain_end(info: SessionInfo, profile: str, login: str, now: datetime) -> str:
    """Explain what died, since when it lived, and the one command that mends it."""
    kind = {
        "browser": "the cookies out of the browser",
        "pasted": "the cookies that were pasted",
        "command": "the cookies of the command",
        "registered": "the registration of this device",
    }[info.way]
    age = max(timedelta(0), now - (info.made if info.way == "registered" else info.minted))
    lived = f"{age.days} days" if age.days > 1 else f"{age // timedelta(hours=1)} hours"
    option = " --register" if info.way == "registered" else ""
    return f"{kind} of the profile {profile!r} (made {info.made:%Y-%m-%d}, lived {lived}) died: run `{login}{option}`"


def _is_due(session: SavedSession, now: datetime) -> bool:
    """A clock that was set back, to before the cookies were minted, says nothing of their age."""
    if not session.cookies:
        return True
    ends = session.expires
    return now - session.minted >= RENEW_AFTER or (ends is not None and ends - RENEW_BEFORE <= now)


def _find_way(session: SavedSession) -> Renewal:
    if session.refresh_token:
        return Renewal.MINT
    if session.command:
        return Renewal.COMMAND
    has_token = any(cookie.name.startswith("sess-at-") for cookie in session.cookies)
    return Renewal.TRADE if has_token else Renewal.NONE
