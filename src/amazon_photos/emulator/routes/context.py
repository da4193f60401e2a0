"""A request as the routes see it: parameters, JSON body, the state behind it, and a way into threads."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from aiohttp import web

from ..access import Access
from ..exceptions import MalformedRequest, NoSuchNode
from ..library import listing, nodes, shares
from ..library.library import Library
from .error_responses import Host
from .links import Links

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
    """One request. ``links_are_dead`` is the status that the links in its answer will have, if not 0 (a fault)."""

    def __init__(self, request: web.Request, state: AppState) -> None:
        self.request, self.state = request, state
        self.library = state.library
        self.links_are_dead = 0
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
            limit=self.get("limit"), offset=self.get("offset"), token=self.get("startToken"), capped=capped
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

    def shape(self) -> nodes.NodeView:
        """Tell how much of a node this caller gets to see."""
        return nodes.NodeView(
            owner=self.library.owner if self.second_version else None,
            temp_link=self.temp_link if self.flag("tempLink") else None,
        )

    def temp_link(self, node_id: str, *, download: bool = False) -> str:
        return self.state.links.to(self.request, node_id, now=self.now, download=download, dead=self.links_are_dead)

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
        """Raise ``NotSignedIn`` unless the caller is signed in."""
        headers = self.request.headers
        self.state.access.require(headers.get("Cookie"), headers.get("x-amzn-sessionid"), header_due=header_due)
        self.signed_in = True

    def require_may_see(self, node_id: str, *, header_due: bool = True) -> None:
        """Require signing in, or a public link that shows the node.

        Raises ``NotSignedIn`` and ``NoSuchShare``.
        """
        share_id, token = self.get("shareId"), self.get("groupShareToken")
        if share_id is None and token is None:
            return self.require_signed_in(header_due=header_due)
        if not self.library.read(_shows, share_id, token, node_id):
            raise NoSuchNode(node_id)


async def read_json(request: web.Request, *, default: bytes = b"") -> Any:
    """Read what was sent as JSON, or ``default`` for an empty body.

    Raises ``MalformedRequest``, also for what is nested deep.
    """
    try:
        value = msgspec.json.decode(await request.read() or default)
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

    Raises ``MalformedRequest``, also for more than ``most``.
    """
    value = body.get(key)
    if not isinstance(value, list) or not value:
        raise MalformedRequest(f"{key} must be a list of ids")
    if len(value) > most:
        raise MalformedRequest(f"{key} cannot have more than {most} elements")
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
