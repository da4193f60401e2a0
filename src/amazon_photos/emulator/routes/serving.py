"""From a request to its answer: faults, signing in, the route's handler, refusals, latency, the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from amazon_photos.errors import FilterError

from ..access import NotSignedIn, session_token
from ..refusals import Refusal
from . import bodies
from .asked import Asked, Desk, Route
from .links import LinkExpired
from .misbehaving import Cut, Misbehaviour

_MOST_SEEN = 200_000


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that was answered. ``status`` is 0 where the connection was cut instead."""

    method: str
    path: str
    query: dict[str, str]
    status: int


@dataclass(frozen=True, slots=True)
class Counter:
    """Where requests are served; one for each server."""

    desk: Desk
    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)
    seen: list[Seen] = field(default_factory=list)

    def serving(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """What aiohttp calls for the route."""

        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                response = await self._answered(Asked(request, self.desk), route)
            except web.HTTPException as refusal:  # aiohttp's own: a body that is too large
                response = refusal
            except (ConnectionError, web.RequestPayloadError):  # whoever asked is gone
                response = Cut()
            self.note(request, 0 if isinstance(response, Cut) else response.status)
            return response

        return serve

    async def unknown(self, request: web.Request) -> web.StreamResponse:
        """Whatever is no operation of the service."""
        response = bodies.unknown_path()
        self.note(request, response.status)
        return response

    def note(self, request: web.Request, status: int) -> None:
        self.seen.append(Seen(request.method, request.path, dict(request.query), status))
        if len(self.seen) > _MOST_SEEN:
            del self.seen[: _MOST_SEEN // 2]

    async def _answered(self, asked: Asked, route: Route) -> web.StreamResponse:
        response = await self.misbehaviour.answered(asked, route, answer)
        latency = self.desk.library.options.latency
        if latency:
            await asyncio.sleep(latency)
        return response


async def answer(asked: Asked, route: Route) -> web.StreamResponse:
    """What the service says, refusals included."""
    try:
        if route.signed_in:
            asked.require_signed_in(header_due=route.header_due)
        response = await route.handler(asked)
        if asked.library.options.rotate and asked.signed_in:
            response.headers.add("Set-Cookie", f"session-token={session_token()}; Path=/; HttpOnly")
        return response
    except NotSignedIn as denial:
        return bodies.not_signed_in(denial, route.host)
    except (Refusal, FilterError) as refusal:
        return bodies.refused(refusal, route.host)
    except LinkExpired as expired:
        return bodies.link_expired(expired.status)
