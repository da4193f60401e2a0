"""Text that people keep cookies in -> cookies.

::

    header      Cookie: session-id=…; at-main=Atza|…          also without "Cookie:", and as a line for each
    JSON        {"at-main": …}  [{"name": …, "value": …, "domain": …}]  {"cookies": […]}
    Netscape    cookies.txt of browser extensions, curl and wget, with its #HttpOnly_ lines
    table       rows copied out of a browser's developer tools: name, value, domain …, with tabs between
    command     what "Copy as cURL" and "Copy as PowerShell" give (``curl_command``)
    objects     a list of dicts as in JSON; a CookieJar of http.cookiejar, requests, httpx or aiohttp

Names are read in either spelling (``at_main``, ``at-main``) and given with hyphens. When a cookie expires is read where
it is said, in seconds or milliseconds since 1970 or as a date; 0, -1 and "Session" mean: with the browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn, SupportsIndex

from ..errors import CredentialsError
from . import curl_command

_PAIR = re.compile(r"(?i)(?:^|[\s;])(?:session|at|ubid)[-_][a-z]+\s*=")
_EXPIRES = ("expirationDate", "expires", "expiry", "expirationTime")
_MAX_DATE = 1e11
"""Seconds since 1970 until the year 5138: what is more is milliseconds."""
_OF_AMAZON = re.compile(r"(?:^|\.)amazon\.[a-z.]+$")


@dataclass(frozen=True, slots=True)
class Cookie:
    """``domain`` is "" where the text doesn't say."""

    name: str
    value: str = field(repr=False)
    domain: str = ""
    expires: float | None = None
    """Seconds since 1970; None where the text doesn't say, and for one that ends with the browser."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a cookie cannot be pickled or copied")


def is_text(given: str) -> bool:
    """Tell whether this is cookies themselves rather than the name of a file."""
    if curl_command.is_command(given) or given.lstrip()[:1] in ("[", "{"):
        return True
    return "\n" in given or "\t" in given or bool(_PAIR.search(given))


def read(text: str) -> list[Cookie]:
    """Read every cookie of Amazon's, and those of no stated domain, in any of the formats above.

    Raises ``CredentialsError`` for broken JSON.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("[", "{"):
        return clean(_from_json(text))
    if curl_command.is_command(text):
        return clean(Cookie(name, value) for name, value in curl_command.read_pairs(text))
    return clean(_from_rows(text) if "\t" in text else _from_header(text))


def from_mapping(cookies: Mapping[str, str]) -> list[Cookie]:
    """Make cookies of their names and values."""
    return clean(Cookie(name, value) for name, value in cookies.items())


def from_objects(cookies: Iterable[Any]) -> list[Cookie]:
    """Make cookies of dicts as browsers' extensions export them, or of the objects in a jar.

    Raises ``CredentialsError`` for a list of anything else; it shows none of it.
    """
    found = [_from_object(each) for each in cookies]
    if None in found:
        kinds = sorted({type(each).__name__ for each in cookies})
        raise CredentialsError(
            f"a list of cookies has dicts with name and value in it, or the cookies of a jar; not {', '.join(kinds)}"
        )
    return clean(cookie for cookie in found if cookie is not None)


def is_expired(cookie: Cookie, now: float) -> bool:
    """Tell whether a browser would no longer send it; ``now`` in seconds since 1970."""
    return cookie.expires is not None and cookie.expires <= now


def to_seconds(value: object) -> float | None:
    """Read when a cookie expires, as seconds since 1970.

    None for a cookie that ends with the browser, and for nonsense.
    """
    try:
        seconds = float(value)  # type: ignore[arg-type]  # whatever a file holds
    except (TypeError, ValueError):
        return _to_seconds(value) if isinstance(value, str) else None
    if not 0 < seconds < _MAX_DATE * 1000:
        return None
    return seconds / 1000 if seconds > _MAX_DATE else seconds


def clean(cookies: Iterable[Cookie]) -> list[Cookie]:
    """Clean cookies: hyphens in names, nothing around values, nothing empty, nothing of other sites."""
    tidy = (
        Cookie(
            c.name.strip().lower().replace("_", "-"), _bare(c.value), c.domain.strip().lower().lstrip("."), c.expires
        )
        for c in cookies
    )
    return [c for c in tidy if c.value and (not c.domain or _OF_AMAZON.search(c.domain))]


def _bare(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if quoted else value


def _from_header(text: str) -> Iterator[Cookie]:
    for part in re.split(r"[;\n]", re.sub(r"(?i)^\s*cookie:", "", text)):
        name, equals, value = part.partition("=")
        if equals:
            yield Cookie(name.strip().removeprefix("export "), value)


def _from_json(text: str) -> list[Cookie]:
    try:
        found: Any = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep"
        raise CredentialsError(f"these cookies are no JSON ({place})") from None
    if isinstance(found, dict):
        found = found.get("cookies", found)
    if isinstance(found, dict):
        return [Cookie(name, value) for name, value in found.items() if isinstance(value, str)]
    entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
    return [cookie for entry in entries if (cookie := _from_object(entry)) is not None]


def _from_object(given: Any) -> Cookie | None:
    """A dict, a cookie of http.cookiejar, or a Morsel of http.cookies; None for anything else."""
    if isinstance(given, Cookie):
        return given
    if hasattr(given, "coded_value"):  # a Morsel is a dict of its attributes
        name, value, domain, expires = given.key, given.value, given["domain"], given["expires"]
    elif isinstance(given, Mapping):
        name, value, domain = given.get("name"), given.get("value"), given.get("domain") or given.get("host")
        expires = next((given[key] for key in _EXPIRES if given.get(key) is not None), None)
    else:
        name, value = getattr(given, "name", None), getattr(given, "value", None)
        domain, expires = getattr(given, "domain", ""), getattr(given, "expires", None)
    if not isinstance(name, str) or not isinstance(value, str):
        return None
    return Cookie(name, value, str(domain or ""), to_seconds(expires))


def _to_seconds(text: str) -> float | None:
    """Dates as developer tools and HTTP write them."""
    from email.utils import parsedate_to_datetime

    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = parse(text.strip())
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def _from_rows(text: str) -> Iterator[Cookie]:
    for line in text.splitlines():
        parts = line.removeprefix("#HttpOnly_").split("\t")
        if len(parts) >= 7 and parts[1].upper() in ("TRUE", "FALSE"):
            yield Cookie(parts[5], parts[6], parts[0], to_seconds(parts[4]))
        elif len(parts) >= 2 and not line.startswith("#"):
            domain = parts[2] if len(parts) > 2 and "." in parts[2] else ""
            yield Cookie(parts[0], parts[1], domain, to_seconds(parts[4]) if domain and len(parts) > 4 else None)
