"""``/_emulator/…``: what no Amazon Photos has. Tests steer the emulator from other processes with it.

It wants no signing in but the emulator's own token (``guard``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from amazon_photos.errors import InvalidInput

from .exceptions import ServiceRefusal
from .library import shares
from .library.database import Stopped
from .library.names import check_name
from .options import read_invented
from .routes.context import read_ids, read_json
from .routes.error_responses import refuse, reply
from .routes.guard import guard_control

if TYPE_CHECKING:
    from .library.library import Library
    from .service import Service

_AFTER = 0.05
"""Seconds from the answer to a ``stop`` until it is obeyed."""


class Control:
    """The handlers, over the same ``Service`` that Python has."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def add_to(self, app: web.Application) -> None:
        for method, path, handler in (
            ("GET", "options", self.options),
            ("PATCH", "options", self.set_options),
            ("POST", "reset", self.reset),
            ("POST", "faults", self.faults),
            ("POST", "shares", self.share),
            ("DELETE", "shares/{share_id}", self.revoke),
            ("GET", "requests", self.requests),
            ("DELETE", "requests", self.forget_requests),
            ("GET", "sign-in", self.sign_in),
            ("POST", "sign-in", self.change_sign_in),
            ("POST", "stop", self.stop),
            ("*", "{unknown:.*}", self.answer_unknown),
        ):
            app.router.add_route(method, f"/_emulator/{path}", guard_control(_careful(handler), self._service.token))

    async def options(self, request: web.Request) -> Any:
        """Return the options, and what the service's clock says."""
        library = self._service.library
        return {**library.options.as_dict(), "clock": library.now}

    async def set_options(self, request: web.Request) -> Any:
        """Set options; ``clock`` (an ISO 8601 time) may stand for ``clock_offset``."""
        wanted = await _object(request)
        library = self._service.library
        if "clock" in wanted:
            try:
                wanted["clock_offset"] = library.clock.offset_to(wanted.pop("clock"))
            except (ValueError, TypeError, AttributeError):
                raise InvalidInput("clock must be an ISO 8601 time") from None
        library.set(wanted)
        return await self.options(request)

    async def reset(self, request: web.Request) -> Any:
        """Clear the library; ``{"files": N}`` fills it with invented files.

        ``seed``, ``sizes``, ``relations`` and ``keys`` stand beside it, as in ``running``.
        """
        wanted = await _object(request)
        invented = read_invented(
            wanted.get("files"),
            wanted.get("seed", 0),
            wanted.get("sizes", "small"),
            wanted.get("relations"),
            wanted.get("keys"),
        )
        await asyncio.wrap_future(self._service.library.reset(invented))  # may take minutes, and no thread waits
        await asyncio.to_thread(self._service.start_over)
        return {}

    async def faults(self, request: web.Request) -> Any:
        """Put a script in force: the body is a list of rules."""
        self._service.faults(await read_json(request))
        return {}

    async def share(self, request: web.Request) -> Any:
        """Make a public link of ``{"name": …, "nodeIds": […]}``."""
        wanted, library = await _object(request), self._service.library
        node_ids = read_ids(wanted, "nodeIds", most=shares.MAX_ITEMS)
        name = check_name(wanted.get("name") or "Shared")
        share = await asyncio.to_thread(_create_share, library, name, node_ids)
        return {
            "shareId": share.id,
            "nodeId": share.node_id,
            "groupId": share.group_id,
            "groupShareToken": share.token,
        }

    async def revoke(self, request: web.Request) -> Any:
        await asyncio.to_thread(_revoke_share, self._service.library, request.match_info["share_id"])
        return {}

    async def requests(self, request: web.Request) -> Any:
        return {"requests": list(self._service.requests)}

    async def forget_requests(self, request: web.Request) -> Any:
        self._service.requests.clear()
        return {}

    async def sign_in(self, request: web.Request) -> Any:
        """List the devices, every secret ever given, and what the sign-in pages want."""
        signs = self._service.sign_in
        listed, told = await asyncio.to_thread(lambda: (signs.devices(), signs.secrets()))
        return {"account": signs.account, "devices": listed, "secrets": told}

    async def change_sign_in(self, request: web.Request) -> Any:
        """Run an ``action``; ``sign-out`` takes the ``serial`` of a device, or signs everybody out."""
        wanted, signs = await _object(request), self._service.sign_in
        actions: dict[str, Callable[[], None]] = {
            "expire-sessions": signs.expire_sessions,
            "rotate-sessions": signs.rotate_sessions,
            "kill-refresh-tokens": signs.kill_refresh_tokens,
            "sign-out": lambda: signs.sign_out(_read_serial(wanted)),
            "start-over": signs.start_over,
        }
        action = actions.get(str(wanted.get("action")))
        if action is None:
            raise InvalidInput(f"action must be one of {', '.join(actions)}")
        await asyncio.to_thread(action)
        return {}

    async def stop(self, request: web.Request) -> Any:
        """End the program, after this answer. One that runs inside a Python program is that program's to stop."""
        if self._service.on_stop is None:
            raise InvalidInput("this emulator runs inside a Python program: service.stop() there stops it")
        asyncio.get_running_loop().call_later(_AFTER, self._service.on_stop)
        return {}

    async def answer_unknown(self, request: web.Request) -> Any:
        raise web.HTTPNotFound


def _careful(handler: Callable[[web.Request], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What went wrong, as a 400 that says it."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return reply(await handler(request))
        except ServiceRefusal as refusal:
            return refuse(refusal, "site")
        except InvalidInput as error:
            return reply({"message": str(error)}, status=400)
        except Stopped:
            return reply({"message": "The emulator stops"}, status=503)

    return handle


async def _object(request: web.Request) -> dict[str, Any]:
    value = await read_json(request, default=b"{}")
    if not isinstance(value, dict):
        raise InvalidInput("the body must be a JSON object")
    return value


def _read_serial(wanted: dict[str, Any]) -> str | None:
    serial = wanted.get("serial")
    if serial is not None and not isinstance(serial, str):
        raise InvalidInput("serial must be that of a device")
    return serial


def _create_share(library: Library, name: str, node_ids: list[str]) -> shares.Share:
    return library.write(shares.create, name=name, node_ids=node_ids, now=library.now)


def _revoke_share(library: Library, share_id: str) -> None:
    library.write(shares.revoke, share_id=share_id)
