"""Short-lived addresses of content: where ``contentRedirection`` and ``batchLink`` lead, and ``tempLink`` of a share.

They are sealed: who has one needs no cookies. How long the real ones live was never recorded (guess: 15 minutes).
That ``contentRedirection`` leads to the newer download service is a guess: nothing else is known to give its tokens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from ..clock import shift
from .hosts import is_loopback

LIFETIME = 900.0
TEMPORARY, PRESIGNED, BATCH = "/cdproxy/templink/", "/v2/download/presigned/", "/cdproxy/batchLink/"
_MAX_BATCHES = 1000
"""Lists of up to 1,200 ids that are remembered."""


class LinkExpired(Exception):
    """A link that is over, or that nobody gave. ``status`` is what it answers."""

    def __init__(self, status: int = 403) -> None:
        self.status = status
        super().__init__("Link has expired")


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What a link says: which node, and until when."""

    target: str
    until: str
    dead: int = 0
    """The status it answers whoever follows it; 0 for a good link."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links and opens them. ``url`` is the server's own address."""

    url: str
    secret: bytes = field(repr=False)
    batches: OrderedDict[str, tuple[str, ...]] = field(default_factory=OrderedDict, repr=False)

    def to(self, request: web.Request, target: str, *, now: str, path: str = TEMPORARY, dead: int = 0) -> str:
        """Make a link to a node: to ``TEMPORARY`` or ``PRESIGNED``."""
        return f"{self.origin(request)}{path}{self._unseal(Sealed(target, shift(now, LIFETIME), dead))}"

    def to_batch(self, request: web.Request, node_ids: Sequence[str], *, now: str, dead: int = 0) -> str:
        """Make a link to a zip of nodes. The list itself stays here: an address has no room for it."""
        number = secrets.token_urlsafe(16)
        self.batches[number] = tuple(node_ids)
        while len(self.batches) > _MAX_BATCHES:
            self.batches.popitem(last=False)
        return f"{self.to(request, number, now=now, path=BATCH, dead=dead)}/content"

    def open_batch(self, token: str, *, now: str) -> tuple[str, ...]:
        """List the nodes of a batch.

        Raises ``LinkExpired``.
        """
        found = self.batches.get(self.open(token, now=now).target)
        if found is None:
            raise LinkExpired
        return found

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
