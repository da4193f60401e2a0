"""The way to Amazon: one harmless request to each host, all at once, and what its clock says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from yarl import URL

from ...auth.credentials import Credentials
from ...auth.hosts import Hosts
from ...auth.saved_session import SavedSession
from ...errors import AmazonPhotosError, NetworkError, RateLimited, ServiceError, SessionExpired, Unavailable
from ...model.findings import Finding, fine, not_checked, wrong
from ...model.regions import Host, Region
from ...net.connection import find_proxies, look_up
from ...net.session import Session
from ...settings import Settings
from ...wire import account as wire_account
from ...wire import sign_in as wire_sign_in
from ...wire.call import Call, Response
from ...wire.reach import reach
from .advice import explain_error
from .patience import run_apart

HOSTS = (Host.DRIVE, Host.CONTENT, Host.THUMBNAILS, Host.MEMORIES, Host.SIGN_IN)
MAX_LOOKUP = 1.0
MAX_ANSWER = 2.0
"""Seconds for finding a host, and for its answer."""
MAX_CLOCK_ERROR = timedelta(minutes=5)
_AMAZONS = re.compile(r"(?:.+\.)?(?:amazon\.[a-z.]+|amazonaws\.com)\Z")


@dataclass(slots=True)
class _Asked:
    """What a host said: a finding, and the text of its ``Date``."""

    finding: Finding
    dates: list[str] = field(default_factory=list)


async def check_hosts(
    settings: Settings, region: Region, credentials: Credentials | None, session: SavedSession | None, login: str
) -> list[Finding]:
    """Check the way to each host, and this machine's clock by theirs. Takes at most some three seconds."""
    quick = settings.replace(
        connect_timeout=MAX_ANSWER / 2,
        read_timeout=MAX_ANSWER,
        answer_timeout=MAX_ANSWER,
        max_attempts=1,
        initial_concurrency=len(HOSTS),
        max_concurrency=max(len(HOSTS), settings.max_concurrency),
    )
    signed = Session(Credentials(region, _choose_cookies(credentials)), quick)
    unsigned = Session(Credentials(region, {}), quick)  # what becomes of the cookies is no matter of the other hosts
    try:
        asked = await asyncio.gather(
            *(
                _ask(
                    signed if host is Host.DRIVE else unsigned,
                    quick,
                    host,
                    Hosts(region, settings),
                    credentials,
                    session,
                    login,
                )
                for host in HOSTS
            )
        )
    finally:
        await signed.close()
        await unsigned.close()
    return [*(each.finding for each in asked), check_clock([date for each in asked for date in each.dates])]


async def _ask(
    sender: Session,
    settings: Settings,
    host: Host,
    hosts: Hosts,
    credentials: Credentials | None,
    session: SavedSession | None,
    login: str,
) -> _Asked:
    check, dates = f"host {host.value}", list[str]()
    try:
        address = hosts.address(host)
        await _look_up(settings, address)
        async with asyncio.timeout(MAX_ANSWER):
            await sender.send(_noting(_choose_call(host, sender, credentials, session), dates))
        seen = f"{_show(address)} answers"
    except TimeoutError:
        to_do = "look after the network: firewall, VPN, proxy, name server"
        return _Asked(wrong(check, f"{_show(address)} did not answer within {MAX_ANSWER:g} seconds", to_do))
    except SessionExpired as error:
        if credentials is not None and not _is_renewed(host, session, error):
            again = " --register" if host is Host.SIGN_IN else ""
            return _Asked(explain_error(check, error, login + again), dates)
        told = "; the next request renews the cookies" if credentials is not None else "; nobody is signed in"
        seen = f"{_show(address)} answers{told if host is Host.DRIVE else ''}"
    except (NetworkError, Unavailable, RateLimited) as error:
        return _Asked(explain_error(check, error, login), dates)
    except ServiceError as error:
        if host is Host.DRIVE and credentials is not None:
            return _Asked(explain_error(check, error, login), dates)
        seen = f"{_show(address)} answers"
    except (AmazonPhotosError, OSError) as error:
        return _Asked(explain_error(check, error, login), dates)
    return _Asked(fine(check, seen), dates)


def _choose_cookies(credentials: Credentials | None) -> dict[str, str]:
    """Those that sign; without the one that could be traded for others, as nothing is to be renewed here."""
    cookies = {} if credentials is None else credentials.cookies
    return {name: value for name, value in cookies.items() if not name.startswith("sess-at-")}


def _choose_call(
    host: Host, sender: Session, credentials: Credentials | None, session: SavedSession | None
) -> Call[Any]:
    """What tells most and does no harm: of the drive whether the session lives, of the other one the registration."""
    if host is Host.DRIVE:
        return replace(wire_account.info(), signed=credentials is not None)
    if host is Host.SIGN_IN and session is not None and session.refresh_token:
        sender.hide(session.refresh_token)
        return wire_sign_in.access_token(session.refresh_token)
    return reach(host)


def _is_renewed(host: Host, session: SavedSession | None, error: SessionExpired) -> bool:
    """Cookies that have ended are no fault of a session that gets others; a registration that has, is."""
    return session is not None and session.renewable and not (host is Host.SIGN_IN and error.code)


def _noting(call: Call[Any], dates: list[str]) -> Call[Any]:
    def decode(reply: Response) -> Any:
        dates.append(reply.headers.get("date", ""))
        return call.decode(reply)

    return replace(call, decode=decode)


async def _look_up(settings: Settings, address: str) -> None:
    """Look up the name of a host, or of the proxy before it. Raises ``NetworkError`` and ``TimeoutError``."""
    url = find_proxies(settings, None).find(address) or URL(address)
    try:
        await run_apart(lambda: look_up(url), MAX_LOOKUP)
    except NetworkError:
        raise NetworkError(f"the name of {_show(str(url))} cannot be looked up") from None


def _show(address: str) -> str:
    """A host's name, if it is Amazon's or this machine; else it may be of nobody's concern."""
    name = URL(address).host or ""
    return name if _AMAZONS.match(name) or name in ("localhost", "127.0.0.1", "::1") else "a host of one's own"


def check_clock(dates: Sequence[str], now: datetime | None = None) -> Finding:
    """Check the clock of this machine against what hosts of the service have said, which has seconds."""
    known = [date for date in map(_to_date, dates) if date is not None]
    if not known:
        return not_checked("clock", "no host of Amazon's has told the time")
    error = (now or datetime.now(UTC)) - max(known)
    seconds = round(error.total_seconds())
    seen = "as the service's" if abs(seconds) <= 1 else f"{abs(seconds):,} s {'ahead' if seconds > 0 else 'behind'}"
    if abs(error) > MAX_CLOCK_ERROR:
        return wrong("clock", seen, "set the clock of this machine, or let it be set from the network")
    return fine("clock", seen)


def _to_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
