"""When a session is to be renewed, and how. Pure: a session, a clock and an answer in, a decision out.

::

    before a request    cookies older than 20 hours, or about to end              -> renew, if it can be renewed
    after an answer     "signed out" (401, or a sign-in page)                     -> renew once, and send again
                        anything else: throttled, bot check, failed, not found    -> no matter of the session
    renewed             by another request or process meanwhile                   -> take that, and send again

Cookies are renewed once for all requests that wait. A bot check is never taken for a dead session: signing in again
would make it worse. One that is signed out again by what it got is dead.
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
"""How long a renewal that failed in a way that may pass is not tried again before the cookies have ended, and cookies
that nobody has taken since they were renewed are not renewed again."""
_YOUNG = timedelta(hours=1)
"""Cookies that are younger are used to their end, whatever end they have: what gives them has no others."""


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


def plan_after_answer(session: SavedSession, error: AmazonPhotosError) -> Renewal:
    """Decide whether to renew because of an answer to a request.

    It was sent with the cookies that there are now: one that was sent with others is only sent again.
    """
    return _find_way(session) if isinstance(error, SessionExpired) else Renewal.NONE


def explain_end(info: SessionInfo, profile: str, login: str, now: datetime) -> str:
    """Explain what died, since when it lived, and the one command that mends it."""
    kind = {
        "browser": "the cookies out of the browser",
        "pasted": "the cookies that were pasted",
        "command": "the cookies of the command",
        "registered": "the registration of this device",
    }[info.way]
    age = max(timedelta(0), now - (info.made if info.way == "registered" else info.minted))
    hours = age // timedelta(hours=1)
    lived = f"{age.days} days" if age.days > 1 else f"{hours} hours" if hours > 1 else "less than two hours"
    option = " --register" if info.way == "registered" else ""
    which = f"the session of the profile {profile!r} ({kind}, made {info.made:%Y-%m-%d}, lived {lived})"
    return f"{which} died: run `{login}{option}`"


def _is_due(session: SavedSession, now: datetime) -> bool:
    """A clock that was set back, to before the cookies were minted, says nothing of their age, nor does an end that
    had passed when they were: else they were minted for every request."""
    if not session.cookies:
        return True
    age, ends = now - session.minted, session.expires
    known = ends is not None and ends > session.minted and age >= _YOUNG
    return age >= RENEW_AFTER or (known and ends is not None and ends - RENEW_BEFORE <= now)


def _find_way(session: SavedSession) -> Renewal:
    if session.refresh_token:
        return Renewal.MINT
    if session.command:
        return Renewal.COMMAND
    has_token = any(cookie.name.startswith("sess-at-") for cookie in session.cookies)
    return Renewal.TRADE if has_token else Renewal.NONE
