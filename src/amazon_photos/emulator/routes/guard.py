"""Who may ask: no web page that somebody has open may steer this emulator or read what it was asked.

Every route looks at ``Host`` (see ``hosts``). The control routes, ``/_emulator/…``, want more: a loopback name, the
emulator's token in ``x-emulator-token``, no foreign ``Origin``, and JSON that says so. A page of another site can
send none of the last three without asking first, and OPTIONS, which is how browsers ask, is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from . import error_responses, hosts

TOKEN = "x-emulator-token"  # noqa: S105 - the header's name
_WITH_BODY = frozenset({"POST", "PATCH", "PUT"})

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def require_host(noted: Callable[[web.Request, int], None]) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Make a middleware: 421 for a name that is not served, 400 for a request that is no text.

    ``noted`` is told of both.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: _Handler) -> web.StreamResponse:
        refusal = _refuse_odd_target(request) or _refuse_other_host(request)
        if refusal is None:
            return await handler(request)
        noted(request, refusal.status)
        return refusal

    return middleware


def guard_control(handler: _Handler, token: str) -> _Handler:
    """Put ``handler`` behind all that a control route wants; 403 and 415 for whoever lacks it."""

    async def guard_request(request: web.Request) -> web.StreamResponse:
        return _refuse_intruder(request, token) or await handler(request)

    return guard_request


def _refuse_odd_target(request: web.Request) -> web.Response | None:
    """A target with bytes that are no UTF-8 could be told of in no log and no answer afterwards."""
    try:
        request.raw_path.encode()
    except UnicodeEncodeError:
        return error_responses.reply({"message": "The address is not UTF-8"}, status=400)
    return None


def _refuse_other_host(request: web.Request) -> web.Response | None:
    if all(hosts.is_served(host) for host in _list_hosts(request)):
        return None
    message = "This emulator answers to localhost, 127.0.0.1, [::1] and Amazon's own names, in Host"
    return error_responses.reply({"message": message}, status=421)


def _refuse_intruder(request: web.Request, token: str) -> web.Response | None:
    if not all(hosts.is_loopback(host) for host in _list_hosts(request)):
        return _forbidden("Control routes answer to localhost, 127.0.0.1 and [::1] only")
    own = f"http://{request.headers.get('Host', '')}".lower()
    if request.method == "OPTIONS" or any(origin.lower() != own for origin in request.headers.getall("Origin", ())):
        return _forbidden("Control routes are for no page of another origin")
    if not secrets.compare_digest(request.headers.get(TOKEN, "").encode(errors="replace"), token.encode()):
        return _forbidden(f"The header {TOKEN} must have the token that the emulator showed when it started")
    if (request.method in _WITH_BODY or request.can_read_body) and request.content_type != "application/json":
        return error_responses.reply({"message": "Content-Type must be application/json"}, status=415)
    return None


def _list_hosts(request: web.Request) -> list[str]:
    """Every name the request says it is for, in ``Host`` and in its target; of one that names none, an empty one."""
    names = request.headers.getall("Host", [""])
    return [*names, request.host] if request.headers.get("Host") else names


def _forbidden(message: str) -> web.Response:
    return error_responses.reply({"message": message}, status=403)
