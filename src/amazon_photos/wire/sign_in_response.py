"""What Amazon answers about a device and its tokens. None of it is ever shown, not even a part: it is made of secrets.

Source of the shapes: code (alexapy, audible, alexa-cookie2), and live where it says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import msgspec

from ..errors import SessionExpired, SignInRefused, Unavailable, UnexpectedReply
from ..model.sign_in import AccessToken, MintedCookie, Registered
from . import response as read
from .bounds import MAX_COOKIE
from .call import Response

T = TypeVar("T")
_DEAD = frozenset({"invalidgrant", "invalidtoken", "unauthorizedclient"})
"""What Amazon says of a refresh token that it will never take again; everything else means: later. Source: code."""
_COOKIE = re.compile(r"[!#-+\-.0-9A-Z^-z|~]+=[\x20-\x3a\x3c-\x7e]+\Z")
"""A name, and a value of printable characters without the semicolon that would end it."""
_TOKEN = re.compile(r"[\x21-\x7e]+\Z")
_AUTH_TIME = "auth time of the token is expired"
"""Since June 2026, for a token that was used to register anew. Source: live."""


class _Cookie(msgspec.Struct, rename="pascal"):
    name: str
    value: str
    expires: str | float | None = None


class _Bearer(msgspec.Struct):
    refresh_token: str
    access_token: str = ""
    expires_in: str | float = 0


class _Tokens(msgspec.Struct):
    bearer: _Bearer
    website_cookies: list[_Cookie] | None = None


class _Success(msgspec.Struct):
    tokens: _Tokens


class _Registering(msgspec.Struct):
    success: _Success


class _Register(msgspec.Struct):
    response: _Registering


class _Token(msgspec.Struct):
    access_token: str
    expires_in: str | float


class _CookiesByDomain(msgspec.Struct):
    cookies: dict[str, list[_Cookie]]


class _Minting(msgspec.Struct):
    tokens: _CookiesByDomain


class _Mint(msgspec.Struct):
    response: _Minting


def read_registered(reply: Response) -> Registered:
    """Read the tokens of a device. Raises ``SignInRefused`` for a code that Amazon does not take."""
    code, _ = _read_fault(reply)
    if code and reply.status not in (429, *range(500, 600)):
        raise SignInRefused(
            f"Amazon does not take the code of this sign-in ({code}): a code can be used once, within five minutes, by "
            "the sign-in that it came from; begin again",
            status=reply.status,
            code=code,
            operation="register",
        )
    read.check_json(reply, "register")
    tokens = _decode(reply, "register", _Register).response.success.tokens
    bearer = tokens.bearer
    if not bearer.refresh_token:
        raise UnexpectedReply("register: Amazon gave no token", status=reply.status, operation="register")
    fits = _TOKEN.match(bearer.access_token)
    access = AccessToken(bearer.access_token, _to_number(bearer.expires_in)) if fits else None
    return Registered(bearer.refresh_token, _to_cookies(tokens.website_cookies), access)


def read_access_token(reply: Response) -> AccessToken:
    """Read an access token. Raises as ``check``."""
    check(reply, "access_token")
    token = _decode(reply, "access_token", _Token)
    if not _TOKEN.match(token.access_token):
        raise UnexpectedReply(
            "access_token: a token that no header can hold", status=reply.status, operation="access_token"
        )
    return AccessToken(token.access_token, _to_number(token.expires_in))


def read_minted(reply: Response, domain: str, needed: str) -> tuple[MintedCookie, ...]:
    """Read the cookies of ``domain``, the ``needed`` one among them.

    Without that one they renew nothing, and the old ones are no worse. Raises as ``check``, and ``UnexpectedReply``
    where it is missing.
    """
    check(reply, "mint_cookies")
    cookies = _decode(reply, "mint_cookies", _Mint).response.tokens.cookies.get(domain)
    minted = _to_cookies(cookies)
    if any(cookie.name == needed for cookie in minted):
        return minted
    raise UnexpectedReply(
        f"mint_cookies: Amazon gave no {needed if cookies else 'cookies'} of {domain.removeprefix('.')}",
        status=reply.status,
        operation="mint_cookies",
    )


def check(reply: Response, operation: str) -> None:
    """Check what an answer says of the refresh token.

    Raises ``SessionExpired`` for one that is dead for ever, ``Unavailable`` for what may pass.
    """
    code, dead = _read_fault(reply)
    if dead:
        code = code or "InvalidToken"
        raise SessionExpired(
            f"{operation}: Amazon no longer takes the registration of this device ({code}): it was signed out, or the "
            "password was changed; sign in anew",
            status=reply.status,
            code=code,
            operation=operation,
        )
    if code or 400 <= reply.status < 500:
        if reply.status == 429:
            read.check(reply, operation)
        raise Unavailable(
            f"{operation}: Amazon does not renew the session now ({code or f'status {reply.status}'}); it may later",
            status=reply.status,
            code=code,
            operation=operation,
            retry_after=read.retry_after(reply),
        )
    _check_no_page(reply, operation)


def _check_no_page(reply: Response, operation: str) -> None:
    """A page in the place of tokens says nothing of the refresh token, whichever page it is."""
    try:
        read.check(reply, operation)
    except SessionExpired as error:
        raise Unavailable(str(error), status=reply.status, operation=operation) from None
    if read.looks_like_html(reply):
        raise Unavailable(
            f"{operation}: Amazon answered with a web page where tokens were due; it may not later",
            status=reply.status,
            operation=operation,
        )


def _read_fault(reply: Response) -> tuple[str, bool]:
    """The code of an error, in whichever of the recorded places, and whether it says that the token is dead.

    "" for none. The message may repeat what was sent, so it goes no further. Shapes: ``{"error": "invalid_grant",
    "error_description": …}`` and ``{"response": {"error": {"code": …, "message": …}}}``.
    """
    try:
        body = msgspec.json.decode(reply.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", False
    inside = body.get("response")
    found = inside.get("error") if isinstance(inside, Mapping) else None
    found = body.get("error") if found is None else found
    if isinstance(found, Mapping):
        code, message = found.get("code"), found.get("message")
    else:
        code, message = found, body.get("error_description")
    if reply.status == 429 or reply.status >= 500:  # whatever stands between says nothing of the token
        return _to_word(code), False
    dead = isinstance(code, str) and code.lower().replace("_", "") in _DEAD
    return _to_word(code), dead or (isinstance(message, str) and _AUTH_TIME in message.lower())


def _to_word(code: object) -> str:
    """Amazon's word for it, if it is one that may be shown."""
    return (
        code if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) < 50 else "error" * bool(code)
    )


def _decode(reply: Response, operation: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # no sample: it would hold tokens
        raise UnexpectedReply(
            f"{operation}: a reply in an unknown shape", status=reply.status, operation=operation
        ) from None


def _to_cookies(cookies: list[_Cookie] | None) -> tuple[MintedCookie, ...]:
    """Those that can stand in a header."""
    minted = map(_to_minted, cookies or ())
    return tuple(c for c in minted if len(c.value) <= MAX_COOKIE and _COOKIE.match(f"{c.name}={c.value}"))


def _to_minted(cookie: _Cookie) -> MintedCookie:
    """Values come in quotes (live), which are no part of them."""
    return MintedCookie(cookie.name, cookie.value.strip().strip('"'), _to_date(cookie.expires))


def _to_date(text: str | float | None) -> datetime | None:
    """``24 Sep 2042 08:00:00 GMT`` (live), or seconds since 1970; None for anything else."""
    try:
        when = parsedate_to_datetime(text) if isinstance(text, str) else datetime.fromtimestamp(text or 0, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    if not text:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _to_number(text: str | float) -> float:
    """``"3600"`` (live) or 3600; an hour where it is nonsense."""
    try:
        return max(0.0, float(text)) or 3600.0
    except ValueError:
        return 3600.0
