"""Where a request goes, and where an answer sends it on.

What a server names as the next address is only followed if it is one: reading only, to a host whose name can be looked
up, never from a secure connection to an open one. It may be signed, so it is sent exactly as it came, and neither it
nor its path ever stands in a message or in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from ..errors import SessionExpired, UnexpectedReply
from ..model.regions import is_address
from ..wire.bounds import MAX_ADDRESS
from ..wire.call import Call
from ..wire.response import FRESH_COOKIES

MAX_REDIRECTS = 4
"""Redirects of one request; Amazon needs one (live)."""
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes; ``params`` is None for a redirect's address, which has its own."""

    url: str = field(repr=False)
    params: Mapping[str, str | int] | None = field(repr=False)

    @property
    def redirected(self) -> bool:
        """Whether a server named it."""
        return self.params is None

    @property
    def sealed(self) -> bool:
        """Whether the address must be sent exactly as it came: a redirect's may be signed."""
        return self.redirected and self.url.isascii() and " " not in self.url

    @property
    def shown(self) -> str:
        """What a log may say of it: the path, or of a redirect's address the host."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}" if self.redirected else parts.path


def follow_redirect(call: Call[Any], before: Target, status: int, location: str) -> Target:
    """Decide where to go next.

    Raises ``SessionExpired`` for a sign-in page, which means that the session is over, and
    ``UnexpectedReply`` for what is not followed.
    """
    url = _join(before.url, location)
    if url and "/ap/signin" in urlsplit(url).path:
        raise SessionExpired(
            f"{call.operation}: Amazon asks to sign in: the session is over; {FRESH_COOKIES}",
            status=status,
            operation=call.operation,
        )
    if call.method != "GET" or not url or not _as_safe(before.url, url):
        raise UnexpectedReply(
            f"{call.operation}: a redirect that cannot be followed", status=status, operation=call.operation
        )
    return Target(url, None)


def _join(base: str, location: str) -> str:
    """The whole address; "" for one that is none."""
    if not location or len(location) > MAX_ADDRESS or not location.isprintable():
        return ""
    try:
        url = urljoin(base, location)
    except ValueError:
        return ""
    return url if is_address(url) else ""


def _as_safe(before: str, after: str) -> bool:
    """Whether a redirect does not lead from https to http."""
    scheme = urlsplit(after).scheme
    return scheme == "https" or (scheme == "http" and urlsplit(before).scheme == "http")
