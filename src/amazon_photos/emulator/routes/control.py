"""``/_emulator/…``: what no Amazon Photos has. Tests steer the emulator from other processes with it; no signing in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from amazon_photos.errors import BadInput

from .. import shares
from ..refusals import Refusal
from .bodies import refused, reply

if TYPE_CHECKING:
    from ..library import Library
    from ..service import Service


class Control:
    """The handlers, over the same ``Service`` that Python has."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/_emulator/options", _careful(self.options))
        app.router.add_patch("/_emulator/options", _careful(self.set_options))
        app.router.add_post("/_emulator/reset", _careful(self.reset))
        app.router.add_post("/_emulator/faults", _careful(self.faults))
        app.router.add_post("/_emulator/shares", _careful(self.share))
        app.router.add_delete("/_emulator/shares/{share_id}", _careful(self.revoke))
        app.router.add_get("/_emulator/requests", _careful(self.requests))
        app.router.add_delete("/_emulator/requests", _careful(self.forget_requests))

    async def options(self, request: web.Request) -> Any:
        """The options, and what the service's clock says."""
        library = self._service.library
        return {**library.options.as_dict(), "clock": library.now}

    async def set_options(self, request: web.Request) -> Any:
        """``clock`` (an ISO 8601 time) may stand for ``clock_offset``."""
        wanted = await _object(request)
        library = self._service.library
        if "clock" in wanted:
            try:
                wanted["clock_offset"] = library.clock.offset_to(str(wanted.pop("clock")))
            except ValueError:
                raise BadInput("clock must be an ISO 8601 time") from None
        library.set(wanted)
        return await self.options(request)

    async def reset(self, request: web.Request) -> Any:
        """``{"seed": N}`` fills the library with so many invented files."""
        seed = (await _object(request)).get("seed")
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
            raise BadInput("seed must be a number of files")
        await asyncio.to_thread(self._service.reset, seed)
        return {}

    async def faults(self, request: web.Request) -> Any:
        """The body is the script: a list of rules."""
        self._service.faults(msgspec.json.decode(await request.read()))
        return {}

    async def share(self, request: web.Request) -> Any:
        """``{"name": …, "nodeIds": […]}`` makes a public link."""
        wanted, library = await _object(request), self._service.library
        node_ids = wanted.get("nodeIds")
        if not isinstance(node_ids, list):
            raise BadInput("nodeIds must be a list of ids")
        share = await asyncio.to_thread(_create_share, library, str(wanted.get("name") or "Shared"), node_ids)
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
        return {"requests": [asdict(seen) for seen in self._service.requests]}

    async def forget_requests(self, request: web.Request) -> Any:
        self._service.requests.clear()
        return {}


def _careful(handler: Callable[[web.Request], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What went wrong, as a 400 that says it."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return reply(await handler(request))
        except Refusal as refusal:
            return refused(refusal, "site")
        except (BadInput, msgspec.DecodeError) as error:
            return reply({"message": str(error)}, status=400)

    return handle


async def _object(request: web.Request) -> dict[str, Any]:
    value = msgspec.json.decode(await request.read() or b"{}")
    if not isinstance(value, dict):
        raise BadInput("the body must be a JSON object")
    return value


def _create_share(library: Library, name: str, node_ids: list[str]) -> shares.Share:
    return library.write(shares.create, name=name, node_ids=node_ids, now=library.now)


def _revoke_share(library: Library, share_id: str) -> None:
    library.write(shares.revoke, share_id=share_id)
