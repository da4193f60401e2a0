"""From a request to its answer: faults, signing in, the route's handler, refusals, latency, the log."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from amazon_photos.errors import FilterError

from ..access import NotSignedIn, session_token
from ..database import Stopped
from ..refusals import Refusal, StorageFull
from . import bodies
from .asked import Asked, Desk, Route
from .links import LinkExpired
from .misbehaving import Cut, Misbehaviour, wait

MAX_SEEN = 100_000
MAX_SEEN_TEXT = 64 * 1024 * 1024
"""Characters of all remembered paths and queries together."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that was answered. ``status`` is 0 where the connection was cut instead."""

    method: str
    path: str
    query: dict[str, str]
    status: int


class RequestLog(list[Seen]):
    """The requests that were answered, in order. When there are too many, the older half is forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self._text = 0

    def clear(self) -> None:
        super().clear()
        self._text = 0

    def add(self, seen: Seen) -> None:
        self.append(seen)
        self._text += _length(seen)
        while len(self) > MAX_SEEN or (self._text > MAX_SEEN_TEXT and len(self) > 1):
            del self[: (len(self) + 1) // 2]
            self._text = sum(map(_length, self))


def _length(seen: Seen) -> int:
    return len(seen.path) + sum(len(name) + len(value) for name, value in seen.query.items())


@dataclass(frozen=True, slots=True)
class Counter:
    """Where requests are served; one for each server."""

    desk: Desk = field(repr=False)
    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)
    seen: RequestLog = field(default_factory=RequestLog, repr=False)

    def serving(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """What aiohttp calls for the route."""

        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                response = await self._answer(Asked(request, self.desk), route)
            except web.HTTPException as refusal:  # aiohttp's own: a body that is too large
                response = bodies.reply({"message": refusal.reason}, status=refusal.status)
            except (ConnectionError, web.RequestPayloadError):  # whoever asked is gone
                response = Cut()
            except Stopped:
                response = Cut()
            except RuntimeError as error:
                if "cannot schedule new futures" not in str(error):  # Python ends, and this emulator with it
                    raise
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
        self.seen.add(Seen(request.method, request.path, dict(request.query), status))

    async def _answer(self, asked: Asked, route: Route) -> web.StreamResponse:
        response = await self.misbehaviour.respond(asked, route, answer)
        latency = self.desk.library.options.latency
        if latency:
            await wait(asked.request, latency)
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
    except (OSError, sqlite3.OperationalError) as error:
        if not _is_disk_full(error):
            raise
        return bodies.refused(StorageFull(), route.host)


def _is_disk_full(error: OSError | sqlite3.OperationalError) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return error.sqlite_errorcode == sqlite3.SQLITE_FULL
