"""Short-lived addresses of content (``tempLink``, and where ``contentRedirection`` and ``batchLink`` lead).

They are sealed: who has one needs no cookies. How long the real ones live was never recorded (guess: 15 minutes).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from ..clock import shift
from .hosts import is_loopback

LIFETIME = 900.0


class LinkExpired(Exception):
    """A link that is over, or that nobody gave. ``status`` is what it answers."""

    def __init__(self, status: int = 403) -> None:
        self.status = status
        super().__init__("Link has expired")


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What a link says: which node (or file of ours), until when, and whether a browser is to save it."""

    target: str
    until: str
    download: bool = False
    dead: int = 0
    """The status it answers whoever follows it; 0 for a good link."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links and opens them. ``url`` is the server's own address."""

    url: str
    secret: bytes = field(repr=False)

    def to(self, request: web.Request, target: str, *, now: str, download: bool = False, dead: int = 0) -> str:
        said = Sealed(target, shift(now, LIFETIME), download, dead)
        return f"{self.origin(request)}/cdproxy/templink/{self._unseal(said)}"

    def open(self, token: str, *, now: str) -> Sealed:
        """Open a link.

        Raises ``LinkExpired``.
        """
        text, _, seal = token.rpartition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(text).encode()):
            raise LinkExpired
        said = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Sealed)
        if said.until < now:
            raise LinkExpired
        if said.dead:
            raise LinkExpired(said.dead)
        return said

    def origin(self, request: web.Request) -> str:
        """Return our own address in the caller's words.

        It may be another name of this machine, or a forwarded port.
        """
        host = request.headers.get("Host", "")
        return f"http://{host}" if is_loopback(host) else self.url

    def _unseal(self, said: Sealed) -> str:
        text = base64.urlsafe_b64encode(msgspec.json.encode(said)).decode().rstrip("=")
        return f"{text}.{self._seal(text)}"

    def _seal(self, text: str) -> str:
        return hashlib.blake2s(text.encode(), key=self.secret, digest_size=12).hexdigest()
