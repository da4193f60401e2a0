"""Going wrong on purpose: what ``faults`` describes, done to a request."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from ..access import NotSignedIn
from ..faults import STATUSES, STORED, Fault, Script
from . import node_faults
from .context import RequestContext, Route
from .error_responses import fault_body, reply, sign_in_response
from .file_response import SMALL, FileResponse, spoil

_Answer = Callable[[RequestContext, Route], Awaitable[web.StreamResponse]]

_SIGN_IN = (
    '<!doctype html><html lang="en-us"><head><title>Amazon Sign-In</title></head><body>'
    '<form name="signIn" method="post" action="/ap/signin"><input type="email" name="email">'
    '<input type="password" name="password"></form></body></html>'
)
_CAPTCHA = (
    '<!doctype html><html><head><title dir="ltr">Robot Check</title></head><body><h4>Enter the characters you see below'
    "</h4><p>Sorry, we just need to make sure you're not a robot.</p>"
    '<form method="get" action="/errors/validateCaptcha"></form></body></html>'
)
_PIECES = 20
MAX_REMEMBERED = 200
"""Answers kept for ``repeat``; none is larger than a file that is served from memory, a megabyte."""
_LOOK = 0.05
"""How often a stalled answer looks whether anybody is still waiting for it, in seconds."""


STOPPING = web.AppKey("stopping", asyncio.Event)
"""Set when the server stops: then nothing stalls any longer."""


class Cut(web.Response):
    """Stands for the answer that a cut connection never got."""


class FaultInjector:
    """Carries a script out; remembers the answers that ``repeat`` repeats."""

    script: Script

    def __init__(self) -> None:
        self.script = Script()
        self._last: OrderedDict[str, web.Response] = OrderedDict()

    def inject(self, rules: object) -> None:
        """Put a script in force. Raises ``InvalidInput``."""
        self.script = Script.read(rules)
        self._last.clear()

    async def respond(self, context: RequestContext, route: Route, answer: _Answer) -> web.StreamResponse:
        """Return the answer, or what the script makes of it."""
        if not self.script.rules:
            return await answer(context, route)
        fault = self.script.fault(route.operation, context.request.method, context.request.path)
        if fault is None:
            fault = await node_faults.refuse(self.script, context, route)
        response = await self._answer(context, route, answer, fault)
        if self.script.repeats and isinstance(response, web.Response) and response.status == 200:
            self._remember(context.request.path, web.Response(body=response.body, headers=_meta(response)))
        return response

    def _remember(self, path: str, response: web.Response) -> None:
        self._last[path] = response
        self._last.move_to_end(path)
        while len(self._last) > MAX_REMEMBERED:
            self._last.popitem(last=False)

    async def _answer(
        self, context: RequestContext, route: Route, answer: _Answer, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is None:
            return await answer(context, route)
        if fault.kind == "repeat":
            last = self._last.get(context.request.path)
            return web.Response(body=last.body, headers=_meta(last)) if last else await answer(context, route)
        if fault.kind == "expired-link":
            context.links_are_dead = fault.status
            return await answer(context, route)
        if fault.kind == "401":
            await _read_to_the_end(context.request)
            return sign_in_response(NotSignedIn(expired=False), route.host)
        if fault.kind in _INSTEAD or fault.kind in STATUSES:
            return await _INSTEAD.get(fault.kind, _status)(context.request, fault)
        if fault.kind == "reset-during" and context.request.can_read_body:
            return await _cut_upload(context.request)
        response = await answer(context, route)
        try:
            return await _AFTERWARDS.get(fault.kind, _store_then_fail)(context.request, response, fault)
        finally:
            if isinstance(response, FileResponse) and fault.kind not in _SENT_LATER:
                response.discard()


# --- instead of an answer --------------------------------------------------------------------------------------


async def _status(request: web.Request, fault: Fault) -> web.Response:
    await _read_to_the_end(request)
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    body = fault_body(int(fault.kind))
    if body is None:  # 408, 502, 503, 504: nothing, or a page
        return web.Response(status=int(fault.kind), headers=headers)
    return reply(body, status=int(fault.kind), headers=headers)


async def _html(request: web.Request, fault: Fault) -> web.Response:
    await _read_to_the_end(request)
    return web.Response(text=_CAPTCHA if fault.kind == "captcha" else _SIGN_IN, content_type="text/html")


async def _reset(request: web.Request, fault: Fault) -> web.Response:
    return _cut(request)


async def _cut_upload(request: web.Request) -> web.Response:
    half, size = (request.content_length or 0) // 2, 0
    async for block in request.content.iter_any():
        size += len(block)
        if size >= half:
            break
    return _cut(request)


_INSTEAD: Mapping[str, Callable[[web.Request, Fault], Awaitable[web.Response]]] = {
    "html": _html,
    "captcha": _html,
    "reset-before": _reset,
}


# --- what becomes of an answer -----------------------------------------------------------------------------------


async def _store_then_fail(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    return web.Response(status=int(fault.kind.partition("-")[0]))


async def _reset_after(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    return _cut(request)


async def _cut_short(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    """``cut`` ends politely, ``reset-during`` doesn't."""
    begun = await _begin(request, response)
    await _write(begun, response, 0, _length(response) // 2)
    if fault.kind == "reset-during":
        await asyncio.sleep(_LOOK)  # let the half arrive
        _cut(request)
    elif request.transport is not None:
        request.transport.close()
    return begun


async def _wrong_length(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    length = max(0, _length(response) - _length(response) // 10 - 1)
    if isinstance(response, FileResponse):
        return response.replace(headers=_meta(response), length=length)
    return _another(response, _body(response)[:length])


async def _wrong_bytes(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    if isinstance(response, FileResponse):
        return response.replace(headers=_meta(response), spoiled=True)
    return _another(response, spoil(_body(response), _length(response) // 2))


async def _stall(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    await wait(request, 3600 if fault.seconds is None else fault.seconds)
    return response


async def _stall_during(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    return await _slowly(request, response, 2, fault.seconds or 3600)


async def _drip(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    pieces = max(1, min(_PIECES, _length(response)))
    return await _slowly(request, response, pieces, (fault.seconds or 5) / pieces)


_AFTERWARDS: Mapping[str, Callable[[web.Request, web.StreamResponse, Fault], Awaitable[web.StreamResponse]]] = {
    **dict.fromkeys(STORED, _store_then_fail),
    "reset-after": _reset_after,
    "reset-during": _cut_short,
    "cut": _cut_short,
    "wrong-length": _wrong_length,
    "wrong-bytes": _wrong_bytes,
    "stall": _stall,
    "stall-during": _stall_during,
    "drip": _drip,
}
_SENT_LATER = frozenset({"stall", "wrong-length", "wrong-bytes"})
"""The answer, or one that has its file, goes out when these are done with it."""


# --- how it is done ------------------------------------------------------------------------------------------------


def _body(response: web.StreamResponse) -> bytes:
    """What is to be sent, of an answer that is in memory."""
    body = response.body if isinstance(response, web.Response) else b""
    return bytes(body) if isinstance(body, bytes | bytearray) else b""


def _length(response: web.StreamResponse) -> int:
    return response.length if isinstance(response, FileResponse) else len(_body(response))


async def _write(begun: web.StreamResponse, response: web.StreamResponse, start: int, end: int) -> None:
    """Send that part of an answer's body, a block at a time."""
    for at in range(start, end, SMALL):
        size = min(SMALL, end - at)
        await begun.write(
            await response.part(at, size) if isinstance(response, FileResponse) else _body(response)[at : at + size]
        )


def _meta(response: web.StreamResponse) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Length"}


def _another(response: web.StreamResponse, body: bytes) -> web.Response:
    return web.Response(body=body, status=response.status, headers=_meta(response))


async def _begin(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    begun = web.StreamResponse(status=response.status, headers=_meta(response))
    begun.content_length = _length(response)
    await begun.prepare(request)
    return begun


async def _slowly(request: web.Request, response: web.StreamResponse, pieces: int, pause: float) -> web.StreamResponse:
    begun, length = await _begin(request, response), _length(response)
    for number in range(pieces):
        if number:
            await wait(request, pause)
        if _is_gone(request):
            return begun
        await _write(begun, response, length * number // pieces, length * (number + 1) // pieces)
    return begun


async def wait(request: web.Request, seconds: float) -> None:
    """Wait, but not for nobody."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := end - loop.time()) > 0 and not _is_gone(request):  # noqa: ASYNC110 - nothing tells us when a caller goes
        await asyncio.sleep(min(left, _LOOK))


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing() or request.app[STOPPING].is_set()


async def _read_to_the_end(request: web.Request) -> None:
    async for _ in request.content.iter_any():
        pass


def _cut(request: web.Request) -> Cut:
    """Reset the connection (RST, not FIN)."""
    transport: Any = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return Cut()
