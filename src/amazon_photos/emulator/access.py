"""Signing in: who may ask, and what the cookies are worth.

A session is ``session-id`` with ``ubid-…`` and ``at-…`` of one marketplace (any: one port serves them all). The
header ``x-amzn-sessionid`` repeats ``session-id``. Names are compared as they stand: underscores are nobody's cookies,
and neither is a value that a client's cookie jar has put into quotes.

Besides those that the emulator shows there are the sessions of registered devices (``library.devices``): of one
marketplace each, for 24 hours. ``x-amz-access-token`` with an access token of theirs signs in, too.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .clock import shift
from .library import devices, settings_store
from .library.library import Library

_SUFFIX = re.compile(r"at-(main|acb[a-z]{2})")
_MAX_SESSIONS = 20


class NotSignedIn(Exception):
    """``expired``: the cookies were good once."""

    def __init__(self, *, expired: bool) -> None:
        self.expired = expired
        super().__init__("Token has expired" if expired else "No Auth Method Provided")


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The values of the cookies. ``issued`` holds every ``at`` value given out and when."""

    session_id: str
    ubid: str
    refresh: str
    issued: Mapping[str, str]

    @property
    def newest(self) -> str:
        return list(self.issued)[-1]


class Access:
    """The account's sessions; kept in the library's settings, so that a restart signs nobody out."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._secrets = library.write(_open, library.now)
        self._signed_out = library.database.read(_is_signed_out)
        self._given: Mapping[tuple[str, str], devices.WebSession] = {}
        self._given_at: frozenset[str] = frozenset()
        self._rotating: set[str] = set()
        self.look_again()

    def look_again(self) -> None:
        """Read again what sessions devices have: whoever changes them calls this."""
        sessions = self._library.database.read(devices.list_sessions)
        self._given = {(session.at, session.session_id): session for session in sessions}
        self._given_at = frozenset(session.at for session in sessions)

    def require(self, cookie: str | None, session_header: str | None, *, header_due: bool) -> list[str]:
        """Return the suffixes of the marketplaces that these headers are signed in at.

        Raises ``NotSignedIn`` unless they are those of a living session.

        Without ``header_due`` the session header may be missing (an ``<img>`` cannot send one), but not wrong.
        """
        jar = _read(cookie or "")
        if self._signed_out or any(at in self._given_at for _, at, _ in _pairs(jar)):
            return self._require_given(jar, session_header, header_due)
        known = self._secrets
        repeated = session_header if header_due or session_header else known.session_id
        if not jar.get("session-id") == repeated == known.session_id:
            raise NotSignedIn(expired=False)
        issued = {
            suffix: known.issued[at] for suffix, at, ubid in _pairs(jar) if ubid == known.ubid and at in known.issued
        }
        if not issued:
            raise NotSignedIn(expired=False)
        living = [suffix for suffix, moment in issued.items() if self._lives(moment)]
        if not living:
            raise NotSignedIn(expired=True)
        return living

    def _require_given(self, jar: Mapping[str, str], session_header: str | None, header_due: bool) -> list[str]:
        """``require``, of cookies that were given to a device: they are of one session and one marketplace."""
        for suffix, at, ubid in _pairs(jar):
            found = self._given.get((at, jar.get("session-id", "")))
            if found is None or (suffix, ubid) != (found.suffix, found.ubid):
                continue
            if (header_due or session_header) and session_header != found.session_id:
                continue
            if self._library.now > found.ends:
                raise NotSignedIn(expired=True)
            return [suffix]
        raise NotSignedIn(expired=False)

    def rotate(self) -> None:
        """Give each session of a device another ``session-id`` with its next answer."""
        self._rotating = set(self._given_at)

    def take_rotation(self, cookie: str | None) -> devices.WebSession | None:
        """Take the session that has to be given another ``session-id`` now; None for nearly every request."""
        if not self._rotating:
            return None
        jar = _read(cookie or "")
        for _, at, _ in _pairs(jar):
            if at in self._rotating and (found := self._given.get((at, jar.get("session-id", "")))):
                self._rotating.discard(at)
                return found
        return None

    def require_bearer(self, token: str) -> None:
        """Raise ``NotSignedIn`` unless it is an access token that lives."""
        if self._library.read(devices.find_bearer, token, now=self._library.now) is None:
            raise NotSignedIn(expired=self._library.read(_was_access_token, token))

    def sign_out(self) -> None:
        """End the cookies that the emulator shows, until ``sign_in_again``."""
        self._library.write(_note_signed_out, "yes")
        self._signed_out = True

    def cookies(self, region: str) -> dict[str, str]:
        """Return what a browser would hold, by the names on the wire."""
        known = self._secrets
        return {"session-id": known.session_id, f"ubid-{region}": known.ubid, f"at-{region}": known.newest}

    def useful_extra(self, region: str) -> dict[str, str]:
        """Return the cookie that ``/ap/exchangetoken/refresh`` trades in."""
        return {f"sess-at-{region}": self._secrets.refresh}

    def refresh(self, token: str) -> dict[str, str] | None:
        """Return fresh cookies for a ``sess-at`` cookie that lives; None if it isn't one."""
        for session in self._given.values():
            if secrets.compare_digest(token.encode(), session.sess_at.encode()):
                return self._refresh_given(session)
        if self._signed_out or not secrets.compare_digest(token.encode(), self._secrets.refresh.encode()):
            return None
        self._secrets = self._library.write(_issue, self._library.now)
        return self.cookies(self._library.options.region)

    def _refresh_given(self, session: devices.WebSession) -> dict[str, str] | None:
        now = self._library.now
        if now > session.ends:
            return None
        fresh = self._library.write(devices.give_cookies, session.serial, suffix=session.suffix, now=now)
        self.look_again()
        return {"session-id": fresh.session_id, f"ubid-{fresh.suffix}": fresh.ubid, f"at-{fresh.suffix}": fresh.at}

    def list_secrets(self) -> list[dict[str, str]]:
        """List the secrets of the cookies that the emulator shows, as ``devices.list_secrets`` does."""
        known = self._secrets
        values = [(at, "at", issued) for at, issued in known.issued.items()]
        values += [(known.session_id, "session_id", ""), (known.ubid, "ubid", ""), (known.refresh, "sess_at", "")]
        return [{"token": token, "kind": kind, "given": given} for token, kind, given in values]

    def sign_in_again(self) -> None:
        """Make the newest cookies as good as new (a reset does this)."""
        self._secrets = self._library.write(_open, self._library.now)
        if self._signed_out:
            self._library.write(_note_signed_out, "no")
            self._signed_out = False

    def _lives(self, issued: str) -> bool:
        lifetime = self._library.options.session_lifetime
        return lifetime is None or self._library.now <= shift(issued, lifetime)


def session_token() -> str:
    """Make a value for the cookie that rotates; it looks as awkward as the real one's."""
    return secrets.token_urlsafe(48) + "/+="


def _open(db: sqlite3.Connection, now: str) -> Secrets:
    """The sessions, made at the very first start; starting counts as signing in with the newest one."""
    issued = json.loads(settings_store.value(db, "issued", lambda: json.dumps({_new_at(): now})))
    issued[list(issued)[-1]] = now
    settings_store.put(db, "issued", json.dumps(issued))
    return _secrets(db, issued)


def _issue(db: sqlite3.Connection, now: str) -> Secrets:
    issued = json.loads(settings_store.value(db, "issued", lambda: "{}"))
    issued[_new_at()] = now
    newest = dict(list(issued.items())[-_MAX_SESSIONS:])
    settings_store.put(db, "issued", json.dumps(newest))
    return _secrets(db, newest)


def _secrets(db: sqlite3.Connection, issued: Mapping[str, str]) -> Secrets:
    session_id = settings_store.value(db, "session-id", lambda: _number("14"))
    ubid = settings_store.value(db, "ubid", lambda: _number("13"))
    return Secrets(session_id, ubid, settings_store.value(db, "sess-at", _new_at), issued)


def _is_signed_out(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM settings WHERE key = 'signed-out' AND value = 'yes'").fetchone() is not None


def _note_signed_out(db: sqlite3.Connection, value: str) -> None:
    settings_store.put(db, "signed-out", value)


def _was_access_token(db: sqlite3.Connection, token: str) -> bool:
    return db.execute("SELECT 1 FROM access_tokens WHERE token = ?", (token,)).fetchone() is not None


def _new_at() -> str:
    return "Atza|IwEBI" + secrets.token_urlsafe(96)


def _number(start: str) -> str:
    """Such as ``142-1234567-7654321``."""
    return f"{start}{secrets.randbelow(10)}-{secrets.randbelow(10**7):07}-{secrets.randbelow(10**7):07}"


@lru_cache(maxsize=256)
def _read(header: str) -> Mapping[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs if name}


def _pairs(jar: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """``(suffix, at, ubid)`` of every marketplace that has both."""
    found = [(match[1], value) for name, value in jar.items() if (match := _SUFFIX.fullmatch(name))]
    return [(suffix, at, jar[f"ubid-{suffix}"]) for suffix, at in found if f"ubid-{suffix}" in jar]
