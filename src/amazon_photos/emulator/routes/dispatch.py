"""From a request to its answer: faults, signing in, the route's handler, refusals, latency, the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from amazon_photos.errors import FilterError
from amazon_photos.files.os_errors import is_disk_full

from ..access import NotSignedIn, session_token
from ..exceptions import NoSuchNode, QuotaExceeded, ServiceRefusal
from ..library import devices
from ..library.database import Stopped
from ..marketplaces import TLDS
from . import error_responses, hosts
from .context import AppState, RequestContext, Route
from .fault_injection import Cut, FaultInjector, wait
from .links import LinkExpired

MAX_SEEN = 100_000
MAX_SEEN_TEXT = 64 * 1024 * 1024
"""Characters of all remembered paths and queries together."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request that was answered. ``status`` is 0 where the connection was cut instead."""

    method: str
    path: str
    query: dict[str, str]
    status: int


class RequestLog(list[RecordedRequest]):
    """The requests that were answered, in order. When there are too many, the older half is forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self._text = 0

    def clear(self) -> None:
        super().clear()
        self._text = 0

    def add(self, seen: RecordedRequest) -> None:
        self.append(seen)
        self._text += _length(seen)
        while len(self) > MAX_SEEN or (self._text > MAX_SEEN_TEXT and len(self) > 1):
            del self[: (len(self) + 1) // 2]
            self._text = sum(map(_length, self))


def _length(seen: RecordedRequest) -> int:
    return len(seen.path) + sum(len(name) + len(value) for name, value in seen.query.items())


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Where requests are served; one for each server."""

    state: AppState = field(repr=False)
    injector: FaultInjector = field(default_factory=FaultInjector)
    seen: RequestLog = field(default_factory=RequestLog, repr=False)

    def serving(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Make what aiohttp calls for the route."""

        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                response = await self._answer(RequestContext(request, self.state, route.host), route)
            except web.HTTPException as refusal:  # aiohttp's own: a body that is too large
                response = error_responses.reply({"message": refusal.reason}, status=refusal.status)
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

    async def answer_unknown(self, request: web.Request) -> web.StreamResponse:
        """Answer whatever is no operation of the service."""
        as_json = "unknown-path-json" in self.state.library.options.deviations
        response = error_responses.unknown_path_response(as_json=as_json)
        self.note(request, response.status)
        return response

    def note(self, request: web.Request, status: int) -> None:
        self.seen.add(RecordedRequest(request.method, request.path, dict(request.query), status))

    async def _answer(self, context: RequestContext, route: Route) -> web.StreamResponse:
        response = await self.injector.respond(context, route, answer)
        latency = self.state.library.options.latency
        if latency:
            await wait(context.request, latency)
        return response


async def answer(context: RequestContext, route: Route) -> web.StreamResponse:
    """Return what the service says, refusals included."""
    try:
        if route.signed_in:
            context.require_signed_in(header_due=route.header_due)
        response = await route.handler(context)
        if context.library.options.rotate and context.signed_in:
            response.headers.add("Set-Cookie", f"session-token={session_token()}; Path=/; HttpOnly")
        await _rotate_session(context, response)
        return response
    except NotSignedIn as denial:
        status = 403 if context.deviates("signed-out-403") else 401
        return error_responses.sign_in_response(denial, route.host, status=status)
    except (ServiceRefusal, FilterError) as refusal:
        response = error_responses.refuse(refusal, route.host)
        if isinstance(refusal, NoSuchNode) and context.deviates("missing-node-400"):
            response.set_status(400)
        return response
    except LinkExpired as expired:
        return error_responses.expired_link_response(expired.status)
    except (OSError, sqlite3.OperationalError) as error:
        if not _has_no_room(error):
            raise
        return error_responses.refuse(QuotaExceeded(), route.host)


async def _rotate_session(context: RequestContext, response: web.StreamResponse) -> None:
    """Give a device's session another ``session-id``, where it is to have one and the answer has not begun."""
    session = context.state.access.take_rotation(context.request.headers.get("Cookie")) if context.signed_in else None
    if session is None or response.prepared:
        return
    fresh = await context.change(devices.give_session_id, session, now=context.now)
    await context.in_thread(context.state.access.look_again)
    domain = f"; Domain=.amazon.{TLDS[fresh.suffix]}" if hosts.is_amazon(context.request.host) else ""
    response.headers.add("Set-Cookie", f"session-id={fresh.session_id}{domain}; Path=/; Secure")


def _has_no_room(error: OSError | sqlite3.OperationalError) -> bool:
    return is_disk_full(error) if isinstance(error, OSError) else error.sqlite_errorcode == sqlite3.SQLITE_FULL
