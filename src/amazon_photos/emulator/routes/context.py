"""A request as the routes see it: parameters, JSON body, the state behind it, and a way into threads."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from aiohttp import web

from ..access import Access, NotSignedIn
from ..exceptions import AccountElsewhere, MalformedRequest, NoSuchNode
from ..library import listing, nodes, shares
from ..library.library import Library
from ..library.node_json import NodeView
from . import hosts
from .error_responses import Host
from .links import TEMPORARY, Links

P = ParamSpec("P")
T = TypeVar("T")

MAX_BODY = 8 * 1024 * 1024
MAX_DEPTH = 32
"""Of JSON; the service's own has three or four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppState:
    """What all requests share."""

    library: Library
    access: Access
    links: Links
    threads: ThreadPoolExecutor


class RequestContext:
    """One request. ``links_are_dead`` is the status that the links in its answer will have, if not 0 (a fault).

    ``refused`` are the nodes that a fault script refuses one by one, each with its status and what is to be said.
    """

    request: web.Request
    state: AppState
    library: Library
    signed_in: bool

    def __init__(self, request: web.Request, state: AppState, host: Host = "site") -> None:
        self.request, self.state, self.host = request, state, host
        self.library = state.library
        self.links_are_dead = 0
        self.refused: dict[str, tuple[int, Mapping[str, Any]]] = {}
        self.signed_in = False
        self._body: dict[str, Any] | None = None

    # --- what is asked -----------------------------------------------------------------------------------------

    def __getitem__(self, part: str) -> str:
        """A part of the path, such as ``node_id``."""
        return self.request.match_info[part]

    def get(self, parameter: str) -> str | None:
        """Get a query parameter; None when missing or empty."""
        return self.request.query.get(parameter) or None

    def flag(self, parameter: str) -> bool:
        return self.request.query.get(parameter, "").lower() == "true"

    def part(self, *, capped: bool) -> listing.Slice:
        """Read which part of a listing is asked for.

        Raises ``MalformedRequest``.
        """
        return listing.Slice.read(
            limit=self.get("limit"),
            offset=self.get("offset"),
            token=self.get("startToken"),
            capped=capped and not self.deviates("offsets-uncapped"),
            most=100 if self.deviates("page-limit-100") else listing.MAX_PER_PAGE,
        )

    async def body(self) -> dict[str, Any]:
        """Read the JSON object that was sent.

        Raises ``MalformedRequest`` for anything else.
        """
        if self._body is None:
            value = await read_json(self.request)
            if not isinstance(value, dict):
                raise MalformedRequest("Request body is not a JSON object")
            self._body = value
        return self._body

    async def ids(self, key: str, *, most: int) -> list[str]:
        """Read the list of ids under ``key`` of the body.

        Raises ``MalformedRequest``, also for more than ``most``.
        """
        return read_ids(await self.body(), key, most=most)

    @property
    def second_version(self) -> bool:
        """Whether the request says ``resourceVersion=V2``, in the query or in the body."""
        body = self._body or {}
        return "V2" in (self.request.query.get("resourceVersion"), body.get("resourceVersion"))

    # --- what is answered --------------------------------------------------------------------------------------

    def view(self, *, whole: bool = False) -> NodeView:
        """Tell how much of a node this caller gets to see; ``whole`` says that the owner is shown anyhow."""
        return NodeView(
            owner=self.library.owner if whole or self.second_version else None,
            temp_link=self.temp_link if self.flag("tempLink") else None,
            with_assets=self.request.query.get("asset") == "ALL" and self.deviates("assets-embedded"),
            deviations=self.library.options.deviations,
        )

    def temp_link(self, node_id: str) -> str:
        """Make a ``tempLink``: one's own needs the cookies (live, 2026), that of a public link does not."""
        if self.signed_in and not self.deviates("temp-link-open"):
            return f"{self.state.links.origin(self.request)}/cdproxy/nodes/{node_id}"
        return self.link(node_id)

    def link(self, node_id: str, *, path: str = TEMPORARY) -> str:
        """Make an address of a node's bytes that needs no cookies."""
        return self.state.links.to(self.request, node_id, now=self.now, path=path, dead=self.links_are_dead)

    # --- the state ---------------------------------------------------------------------------------------------

    @property
    def now(self) -> str:
        return self.library.now

    async def read(self, ask: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``library.read`` in a thread: for what may take a while."""
        return await self.in_thread(lambda: self.library.read(ask, *args, **kwargs))

    async def change(
        self, change: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``library.write`` without keeping anybody waiting; done when it is on the disk."""
        return await asyncio.shield(asyncio.wrap_future(self.library.submit(change, *args, **kwargs)))

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.state.threads, lambda: work(*args, **kwargs))

    # --- signing in --------------------------------------------------------------------------------------------

    def require_signed_in(self, *, header_due: bool) -> None:
        """Raise ``NotSignedIn`` unless the caller is signed in; ``AccountElsewhere`` at another marketplace."""
        headers = self.request.headers
        bearer = headers.get("x-amz-access-token")
        if bearer is not None and not self.deviates("access-token-refused") and hosts.takes_bearer(self.request.host):
            self.state.access.require_bearer(bearer)
            self.signed_in = True
            return
        suffixes = self.state.access.require(
            headers.get("Cookie"), headers.get("x-amzn-sessionid"), header_due=header_due
        )
        if self.library.options.marketplace is not None:
            self._require_at_home(suffixes, self.library.options.marketplace)
        self.signed_in = True

    def _require_at_home(self, suffixes: Sequence[str], marketplace: str) -> None:
        """The content proxy of another zone knows no such session, another marketplace no such account (both live)."""
        site, zone = hosts.is_at_home(self.request.host, suffixes, marketplace)
        named = not hosts.is_loopback(self.request.host)
        if not zone and (named or self.host != "site"):
            raise NotSignedIn(expired=False)
        if not site and (named or self.host == "site"):
            raise AccountElsewhere

    def deviates(self, name: str) -> bool:
        """Tell whether a fact is otherwise than on record (``deviations``)."""
        return name in self.library.options.deviations

    def require_may_see(self, node_id: str, *, header_due: bool = True) -> None:
        """Require signing in, or a public link that shows the node.

        Raises ``NotSignedIn`` and ``NoSuchShare``.
        """
        share_id, token = self.get("shareId"), self.get("groupShareToken")
        if not self.is_of_public_link:
            return self.require_signed_in(header_due=header_due)
        if not self.library.read(_shows, share_id, token, node_id):
            raise NoSuchNode(node_id)

    @property
    def is_of_public_link(self) -> bool:
        """Whether the request comes by a public link, which needs no signing in."""
        return self.get("shareId") is not None or self.get("groupShareToken") is not None

    def require_owner(self, node_id: str) -> None:
        """Raise ``NoSuchNode`` for an ``ownerId`` that is not the account's.

        That it is a 404, and that the parameter may be missing, are guesses.
        """
        if self.get("ownerId") not in (None, self.library.owner):
            raise NoSuchNode(node_id)


async def read_json(request: web.Request, *, default: bytes = b"") -> Any:
    """Read what was sent as JSON, or ``default`` for an empty body.

    Raises ``MalformedRequest``, also for what is nested deep.
    """
    return decode_json(await request.read() or default)


def decode_json(text: bytes) -> Any:
    """Read JSON.

    Raises ``MalformedRequest``, also for what is nested deep.
    """
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):  # ValueError: UTF-8, and a number of thousands of digits
        raise MalformedRequest("Request body is not JSON") from None
    _require_shallow(value, MAX_DEPTH)
    return value


def _require_shallow(value: object, left: int) -> None:
    if isinstance(value, dict | list):
        if not left:
            raise MalformedRequest(f"Request body is nested more than {MAX_DEPTH} deep")
        for part in value.values() if isinstance(value, dict) else value:
            _require_shallow(part, left - 1)


def read_ids(body: Mapping[str, Any], key: str, *, most: int) -> list[str]:
    """Read the list of ids under ``key``.

    Raises ``MalformedRequest``, also for more than ``most``; then in the words that a purge has (code).
    """
    value = body.get(key)
    if not isinstance(value, list) or not value:
        raise MalformedRequest(f"{key} must be a list of ids")
    if len(value) > most:
        raise MalformedRequest(
            f"1 validation error detected: Value at '{key}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {most}"
        )
    return [nodes.require_id(node_id) for node_id in value]


def _shows(db: sqlite3.Connection, share_id: str | None, token: str | None, node_id: str) -> bool:
    share = shares.by_token(db, token) if token else shares.by_id(db, share_id or "")
    return shares.covers(db, share, node_id)


Handler = Callable[[RequestContext], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation: what it is called in fault scripts, where it is, who answers."""

    operation: str
    method: str
    path: str
    handler: Handler
    host: Host = "site"
    signed_in: bool = True
    header_due: bool = True
