"""Registered devices, and what they were given: the state behind signing in for months.

::

    authorization code   5 minutes, used once            (from the sign-in page)
    refresh token        until the device is deregistered or signed out
      access token       one hour
      cookies            24 hours: ``at-…`` and ``sess-at-…`` of one marketplace

One serial is one device: registering it again takes the place of what was there, and with it goes whatever that was
given (guess). Where a lifetime is over by the service's clock, the row stays: it is told from one that never was.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..clock import shift
from ..exceptions import ServiceRefusal

CODE_SECONDS = 300.0
ACCESS_SECONDS = 3600.0
COOKIE_SECONDS = 86_400.0
_PAGE_SECONDS = 3600.0
_KEPT_SECONDS = 30 * 86_400.0
"""How long what has ended is told from what never was."""


class CodeRefused(ServiceRefusal):
    """The authorization code is unknown, used, old or another device's, or the verifier is not the challenge's."""


class DeadToken(ServiceRefusal):
    """The refresh token is nobody's, or was taken back."""

    def __init__(self) -> None:
        super().__init__("The request has an invalid grant parameter : source_token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    serial: str
    device_type: str
    name: str
    app_name: str

    @property
    def client_id(self) -> str:
        return f"device:{f'{self.serial}#{self.device_type}'.encode().hex()}"


@dataclass(frozen=True, slots=True, repr=False)
class WebSession:
    """Cookies of one marketplace, given to a device."""

    at: str
    suffix: str
    session_id: str
    ubid: str
    sess_at: str
    serial: str
    issued: str

    @property
    def ends(self) -> str:
        return shift(self.issued, COOKIE_SECONDS)


# --- the pages -------------------------------------------------------------------------------------------------


def begin_sign_in(db: sqlite3.Connection, asked: Mapping[str, str], *, now: str) -> str:
    """Remember what a sign-in page was asked for; the ticket that its form carries."""
    db.execute("DELETE FROM sign_ins WHERE begun < ?", (shift(now, -_PAGE_SECONDS),))
    ticket = secrets.token_urlsafe(24)
    db.execute("INSERT INTO sign_ins (ticket, asked, begun) VALUES (?, ?, ?)", (ticket, json.dumps(asked), now))
    return ticket


def find_sign_in(db: sqlite3.Connection, ticket: str, *, knows_password: bool = False) -> dict[str, str] | None:
    """Find what the page was asked for; None unless somebody is that far."""
    row = db.execute(
        "SELECT asked FROM sign_ins WHERE ticket = ? AND knows_password >= ?", (ticket, int(knows_password))
    ).fetchone()
    return None if row is None else json.loads(row[0])


def note_password(db: sqlite3.Connection, ticket: str) -> None:
    db.execute("UPDATE sign_ins SET knows_password = 1 WHERE ticket = ?", (ticket,))


def finish_sign_in(db: sqlite3.Connection, ticket: str, *, client_id: str, challenge: str, now: str) -> str:
    """Give the code that the browser takes to where it came from; the ticket is worth nothing then."""
    db.execute("DELETE FROM sign_ins WHERE ticket = ?", (ticket,))
    code = _give(db, "ANxx" + secrets.token_urlsafe(16), "authorization_code", now)
    values = (code, client_id, challenge, now)
    db.execute("INSERT INTO codes (code, client_id, challenge, issued) VALUES (?, ?, ?, ?)", values)
    return code


# --- devices ---------------------------------------------------------------------------------------------------


def register(db: sqlite3.Connection, device: Device, *, code: str, verifier: str, now: str) -> str:
    """Register a device for a code; its refresh token.

    Raises ``CodeRefused``.
    """
    row = db.execute("SELECT client_id, challenge, issued, used FROM codes WHERE code = ?", (code,)).fetchone()
    if row is None:
        raise CodeRefused("The authorization code is invalid")
    client_id, challenge, issued, used = row
    if used:
        raise CodeRefused("The authorization code was used already")
    if shift(issued, CODE_SECONDS) < now:
        raise CodeRefused("The authorization code is expired")
    if client_id != device.client_id:
        raise CodeRefused("The authorization code is for another client_id")
    if challenge != make_challenge(verifier):
        raise CodeRefused("The code_verifier does not match the code_challenge")
    db.execute("UPDATE codes SET used = 1 WHERE code = ?", (code,))
    forget(db, device.serial)
    refresh = _give(db, "Atnr|EwICI" + secrets.token_urlsafe(150), "refresh_token", now)
    db.execute(
        "INSERT INTO devices (serial, device_type, name, app_name, registered, refresh) VALUES (?, ?, ?, ?, ?, ?)",
        (device.serial, device.device_type, device.name, device.app_name, now, refresh),
    )
    return refresh


def make_challenge(verifier: str) -> str:
    """Return the S256 challenge of a code verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def serial_of(db: sqlite3.Connection, refresh: str) -> str:
    """Tell whose a refresh token is.

    Raises ``DeadToken``.
    """
    row = db.execute("SELECT serial FROM devices WHERE refresh = ? AND NOT dead", (refresh,)).fetchone()
    if row is None:
        raise DeadToken
    return str(row[0])


def give_access_token(db: sqlite3.Connection, refresh: str, *, now: str) -> str:
    """Give an access token for a refresh token.

    Raises ``DeadToken``.
    """
    serial = serial_of(db, refresh)
    db.execute("DELETE FROM access_tokens WHERE issued < ?", (shift(now, -_KEPT_SECONDS),))
    token = _give(db, "Atna|EwICI" + secrets.token_urlsafe(96), "access_token", now)
    db.execute("INSERT INTO access_tokens (token, serial, issued) VALUES (?, ?, ?)", (token, serial, now))
    return token


def find_bearer(db: sqlite3.Connection, token: str, *, now: str) -> str | None:
    """Tell whose a living access token is; None for any other."""
    row = db.execute("SELECT serial, issued FROM access_tokens WHERE token = ?", (token,)).fetchone()
    return str(row[0]) if row is not None and now <= shift(row[1], ACCESS_SECONDS) else None


def give_cookies(db: sqlite3.Connection, serial: str, *, suffix: str, now: str) -> WebSession:
    """Give a device cookies of one marketplace."""
    db.execute("DELETE FROM web_sessions WHERE issued < ?", (shift(now, -_KEPT_SECONDS),))
    at, sess_at = ("Atza|IwEBI" + secrets.token_urlsafe(96) for _ in range(2))
    found = WebSession(at, suffix, _number("26"), _number("25"), sess_at, serial, now)
    db.execute("INSERT INTO web_sessions VALUES (?, ?, ?, ?, ?, ?, ?)", tuple(getattr(found, n) for n in _SESSION))
    for kind in ("at", "sess_at", "session_id", "ubid"):
        _give(db, getattr(found, kind), kind, now)
    return found


def give_session_id(db: sqlite3.Connection, session: WebSession, *, now: str) -> WebSession:
    """Give a session another ``session-id``; the one before goes on beside it (guess)."""
    found = replace(session, session_id=_give(db, _number("26"), "session_id", now))
    db.execute("INSERT INTO web_sessions VALUES (?, ?, ?, ?, ?, ?, ?)", tuple(getattr(found, n) for n in _SESSION))
    return found


_SESSION = ("at", "suffix", "session_id", "ubid", "sess_at", "serial", "issued")


def list_sessions(db: sqlite3.Connection) -> list[WebSession]:
    return [WebSession(*row) for row in db.execute("SELECT * FROM web_sessions")]


def list_devices(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """List the registered devices, as the account's device page would."""
    query = "SELECT serial, device_type, name, app_name, registered, NOT dead FROM devices ORDER BY registered, serial"
    names = ("serial", "deviceType", "name", "appName", "registered", "renewable")
    return [{**dict(zip(names, row, strict=True)), "renewable": bool(row[-1])} for row in db.execute(query)]


def forget(db: sqlite3.Connection, serial: str | None = None) -> None:
    """Sign a device out for good (None: every device): its tokens and cookies are nobody's then."""
    for table in ("devices", "access_tokens", "web_sessions"):
        if serial is None:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        else:
            db.execute(f"DELETE FROM {table} WHERE serial = ?", (serial,))  # noqa: S608 - our own names


def kill_refresh_tokens(db: sqlite3.Connection) -> None:
    """Make every refresh token a dead one: the devices stay in the list, and so do cookies that live."""
    db.execute("UPDATE devices SET dead = 1")


def expire_sessions(db: sqlite3.Connection, *, now: str) -> None:
    """End all cookies that were given to devices, as if their day were over; access tokens, too."""
    db.execute("UPDATE web_sessions SET issued = ?", (shift(now, -COOKIE_SECONDS - 1),))
    db.execute("UPDATE access_tokens SET issued = ?", (shift(now, -ACCESS_SECONDS - 1),))


def list_secrets(db: sqlite3.Connection) -> list[dict[str, str]]:
    """List every secret that was ever given, in the order it was."""
    rows = db.execute("SELECT token, kind, given FROM given_tokens ORDER BY given, kind")
    return [{"token": token, "kind": kind, "given": given} for token, kind, given in rows]


def start_over(db: sqlite3.Connection) -> None:
    """Forget everything, what was given too."""
    forget(db)
    for table in ("sign_ins", "codes", "given_tokens"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def give_secret(db: sqlite3.Connection, kind: str, *, now: str, start: str = "") -> str:
    """Give something that opens nothing here, and that nobody may leave lying about all the same."""
    return _give(db, start + secrets.token_urlsafe(48), kind, now)


def _give(db: sqlite3.Connection, token: str, kind: str, now: str) -> str:
    db.execute("INSERT INTO given_tokens (token, kind, given) VALUES (?, ?, ?)", (token, kind, now))
    return token


def _number(start: str) -> str:
    return f"{start}{secrets.randbelow(10)}-{secrets.randbelow(10**7):07}-{secrets.randbelow(10**7):07}"
