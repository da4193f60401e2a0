"""An answer that is an error -> an error of ours. Pure: it sees status, headers and body, and nothing else.

Every shape of the section "Errors and limits" of docs/api.md is read here, and only here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from ..errors import (
    AccountNotFound,
    BadRequest,
    Conflict,
    FilterRejected,
    Forbidden,
    NotFound,
    QuotaExceeded,
    RangeNotSatisfiable,
    RateLimited,
    ServiceError,
    SessionExpired,
    Unavailable,
    UnexpectedReply,
    hide_controls,
)
from ..model.checks import is_node_id
from ..model.documented import BAD_REQUESTS, ERROR_CODES, ERROR_STATUSES
from ..model.surprises import describe_shape, show_word
from .body import UNREADABLE, read_body
from .call import Response

_MAX_RETRY_AFTER = 86_400.0
"""Seconds; a client sends nothing for so long, and a wrong date would end it for good."""

_BARE = r"""
    (?i:At[a-z]{2}(?:\||%(?:25)*7C)(?:\\.|[^\s"',;&\\])*)                 # Atza|…, Atna%7C…: what signs a request
    | \b\d{3}-\d{7}-\d{7}\b                                             # session-id and ubid
    """
_NAMED = r"""((?i:(?:token|cookie|secret|session-?id))["']?\s*[:=]\s*)["']?[^\s"',;&}]+"""
_KEPT_SECRETS = re.compile(_BARE, re.VERBOSE)
_SECRETS = re.compile(rf"{_BARE} | {_NAMED}", re.VERBOSE)
_SIGN_IN = re.compile(rb"/ap/signin", re.IGNORECASE)
_BOT_CHECK = re.compile(rb"captcha|robot|automated access", re.IGNORECASE)
_CONFLICTING = re.compile(r"conflicting NodeId:\s*([A-Za-z0-9_-]+)")
_SAMPLE = 200
LOOKED_AT = 1 << 13
"""Characters of a text of which ``_SAMPLE`` are shown: enough that a secret which is shown in part is found whole."""

OTHER_ZONE = "; if all else works, the account's files are in another zone: Settings(zone=…) names it"
"""Source: live, another zone's content host answers 401 as well."""
FRESH_COOKIES = (
    "sign in to Amazon Photos in a browser and copy session-id, ubid-… and at-… again "
    "(developer tools > Application or Storage > Cookies)"
)


def check(reply: Response, operation: str) -> None:
    """Raise the error that the answer is; return for an answer that is what was asked for."""
    if reply.status < 300:
        return
    said = _ErrorBody(reply)
    if not _is_documented(reply, said):
        code = f" {show_word(said.code)}" if said.code else ""
        reply.note("error", f"{reply.status}{code}", describe_shape(said.body))
    _RAISE.get(reply.status, _raise_other)(reply, said, operation)


def _is_documented(reply: Response, said: _ErrorBody) -> bool:
    if reply.status not in ERROR_STATUSES or said.code not in ERROR_CODES:
        return False
    return reply.status != 400 or said.code != "" or not said.message or _find_bad_request(said.message) != ""


def _find_bad_request(message: str) -> str:
    """The one of ``BAD_REQUESTS`` that a message is; "" for another."""
    lowered = message.lower()
    return next((text for text in BAD_REQUESTS if text in lowered), "")


def check_json(reply: Response, operation: str) -> None:
    """Check an answer that is data: a web page in its place is a sign-in page or a bot check."""
    check(reply, operation)
    if looks_like_html(reply):
        _raise_html(reply, operation)


def check_bytes(reply: Response, operation: str) -> None:
    """Check an answer that is a file's bytes: a web page in their place is no file."""
    check(reply, operation)
    if is_html(reply):
        _raise_html(reply, operation)


def looks_like_html(reply: Response) -> bool:
    """Tell whether a web page came where JSON was due."""
    return is_html(reply) or reply.body[:64].lstrip()[:1] == b"<"


def is_html(reply: Response) -> bool:
    """Tell whether the headers are a web page's.

    Files may be web pages too, but Amazon names those it hands out.
    """
    return announces_html(reply.headers)


def announces_html(headers: Mapping[str, str]) -> bool:
    """Tell by the headers alone whether an answer is a web page; their names are in lower case."""
    kind = headers.get("content-type", "")
    if kind == "application/json":  # nearly every answer
        return False
    page = kind.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")
    return page and "content-disposition" not in headers


def _raise_html(reply: Response, operation: str) -> NoReturn:
    """A sign-in page has scripts that speak of captchas too; a bot check has no way to sign in."""
    if _BOT_CHECK.search(reply.body) and not _SIGN_IN.search(reply.body):
        raise Unavailable(
            f"{operation}: Amazon answered with a bot check instead of data; wait, or go slower",
            status=reply.status,
            operation=operation,
        )
    raise SessionExpired(
        f"{operation}: Amazon answered with a web page where data was due: the session is over; {FRESH_COOKIES}",
        status=reply.status,
        operation=operation,
    )


class _ErrorBody:
    """What an error body says, in whichever of the recorded shapes."""

    def __init__(self, reply: Response) -> None:
        self.body = _as_mapping(reply.body)
        self.code = _first_text(reply, self.body, "code", "errorCode")
        self.message = _first_text(reply, self.body, "message", "Message")

    def existing_id(self) -> str | None:
        """Source: live. It may stand in any of three places, and in the text."""
        info, details = self.body.get("info"), self.body.get("errorDetails")
        conflicting = details.get("conflictNodeIds") if isinstance(details, Mapping) else None
        candidates = [
            self.body.get("id"),
            info.get("nodeId") if isinstance(info, Mapping) else None,
            conflicting[0] if isinstance(conflicting, list) and conflicting else None,
            found[1] if (found := _CONFLICTING.search(self.message)) else None,
        ]
        return next((c for c in candidates if is_node_id(c)), None)


def _as_mapping(body: bytes) -> Mapping[str, Any]:
    try:
        return read_body(body, dict[str, Any])[0]
    except UNREADABLE:
        return {}


def _first_text(reply: Response, body: Mapping[str, Any], *names: str) -> str:
    return next((redact(body[name], reply) for name in names if isinstance(body.get(name), str) and body[name]), "")


def redact(text: str, reply: Response | None = None) -> str:
    """Return ``text``, of ``reply``, in short and fit to be shown.

    It is in one line, without anything that is one of the session's cookies or looks like a secret.
    """
    text = text[:LOOKED_AT]
    known = reply.hide(text) if reply else text
    return hide_controls(_SECRETS.sub(lambda found: f"{found[1] or ''}…", known)[:_SAMPLE])


def without_secrets(reply: Response) -> bytes:
    """Return a reply's body as it may be kept: whole, but for the cookies in it."""
    text = reply.hide(reply.body.decode("utf-8", "surrogateescape"))
    return _KEPT_SECRETS.sub("…", text).encode("utf-8", "surrogateescape")


def _arguments(reply: Response, said: _ErrorBody, operation: str) -> dict[str, Any]:
    return {"status": reply.status, "code": said.code, "reply": said.message, "operation": operation}


_BAD_REQUEST_HINTS: Mapping[str, str] = {
    "offset + limit cannot be greater than": "by offset there is no more: list by token, or in parts of createdDate",
    "one of the parentid doesn't exist": "the folder that it should go into is not there, or not any more",
    "next token is expired": "a listing's tokens live ten minutes: begin it again",
    "length less than or equal to": "that is too many at once",
    "validation error": "Amazon wants that parameter otherwise than we send it; ap.surprises() tells what is new",
}
"""What those of ``BAD_REQUESTS`` mean that are about no filter. Source: live; the lengths code."""


def _raise_bad_request(reply: Response, said: _ErrorBody, operation: str) -> NoReturn:
    if said.message.startswith(("Invalid filter", "Invalid fieldName")):
        hint = "check the words and brackets; at most 8 parameters; quote values with spaces"
        raise FilterRejected(f'Amazon says "{said.message}": {hint}', **_arguments(reply, said, operation))
    known = _find_bad_request(said.message)
    hint = f" ({_BAD_REQUEST_HINTS[known]})" if known in _BAD_REQUEST_HINTS else ""
    raise BadRequest(
        f"{operation}: {said.message or 'Amazon finds this malformed'}{hint}", **_arguments(reply, said, operation)
    )


def _raise_session_expired(reply: Response, said: _ErrorBody, operation: str) -> NoReturn:
    why = said.message or "401"
    zone = OTHER_ZONE if operation in ("upload", "download") else ""
    raise SessionExpired(
        f"{operation}: the session is over or the cookies are wrong ({why}); {FRESH_COOKIES}{zone}",
        **_arguments(reply, said, operation),
    )


def _raise_forbidden(reply: Response, said: _ErrorBody, operation: str) -> NoReturn:
    arguments = _arguments(reply, said, operation)
    if "account not found" in f"{said.code} {said.message}".lower() or b"Account Not Found" in reply.body:
        raise AccountNotFound(f"{operation}: {_of_another_country(reply)}", **arguments)
    if said.code == "InsufficientStorage":
        message = f"{operation}: the account's storage is full (with Prime, photos are free but videos count)"
        raise QuotaExceeded(message, **arguments)
    why = _FORBIDDEN.get(said.code, "the account may not do this")
    raise Forbidden(f"{operation}: {why} ({said.code or said.message or '403'})", **arguments)


_FORBIDDEN = {
    "NoActiveSubscriptionFound": "the account has neither Prime nor a storage plan that allows this",
    "ForbiddenAccess": "the account may not do this to that node: it is another's, or one that cannot be changed",
}
"""By Amazon's code. Source: code."""


def _of_another_country(reply: Response) -> str:
    known = f"by its cookies it seems to be that of {' or '.join(reply.elsewhere)}"
    unknown = "which one, nothing in the cookies says"
    likely = reply.elsewhere[0].partition(" ")[0].removeprefix("amazon.") if reply.elsewhere else "ca"
    return (
        "this marketplace knows no such account (Account Not Found): it is one of another country's Amazon; "
        f"{known if reply.elsewhere else unknown}. Sign in to Amazon Photos there, copy the cookies again, and give "
        f"its tld=, such as tld={likely!r}"
    )


def _raise_not_found(reply: Response, said: _ErrorBody, operation: str) -> NoReturn:
    why = said.message or ("no such call" if b"UnknownOperation" in reply.body else "there is no such node or share")
    raise NotFound(f"{operation}: {why}", **_arguments(reply, said, operation))


def _raise_conflict(reply: Response, said: _ErrorBody, operation: str) -> NoReturn:
    message = said.message or "it is there already"
    raise Conflict(f"{operation}: {message}", existing_id=said.existing_id(), **_arguments(reply, said, operation))


def _raise_out_of_range(reply: Response, said: _ErrorBody, operation: str) -> NoReturn:
    raise RangeNotSatisfiable(f"{operation}: the content is shorter than that", **_arguments(reply, said, operation))


def _raise_rate_limited(reply: Response, said: _ErrorBody, operation: str) -> NoReturn:
    raise RateLimited(
        f"{operation}: Amazon asks to slow down", retry_after=retry_after(reply), **_arguments(reply, said, operation)
    )


def _raise_other(reply: Response, said: _ErrorBody, operation: str) -> NoReturn:
    if reply.status >= 500 or reply.status == 408:
        why = "a bot check" if _BOT_CHECK.search(reply.body) else said.message or f"status {reply.status}"
        raise Unavailable(
            f"{operation}: Amazon failed ({why})", retry_after=retry_after(reply), **_arguments(reply, said, operation)
        )
    if 300 <= reply.status < 400:
        raise UnexpectedReply(f"{operation}: an unexpected redirect", **_arguments(reply, said, operation))
    message = f"{operation}: Amazon answered {reply.status} {said.message}".rstrip()
    raise ServiceError(message, **_arguments(reply, said, operation))


_RAISE: Mapping[int, Callable[[Response, _ErrorBody, str], NoReturn]] = {
    400: _raise_bad_request,
    401: _raise_session_expired,
    403: _raise_forbidden,
    404: _raise_not_found,
    409: _raise_conflict,
    416: _raise_out_of_range,
    429: _raise_rate_limited,
}


def retry_after(reply: Response) -> float | None:
    """Read Retry-After in seconds, from a number or a date; None if Amazon says nothing or nonsense.

    More than a day is nonsense.
    """
    seconds = _read_seconds(reply.headers.get("retry-after", "").strip())
    return max(0.0, seconds) if seconds <= _MAX_RETRY_AFTER else None  # so that NaN is nonsense, too


def _read_seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return math.nan
