"""``/familyArchive``: the family vault."""

from __future__ import annotations

from aiohttp import web

from ..library import family
from .context import RequestContext, Route
from .error_responses import reply


async def change(context: RequestContext) -> web.Response:
    wanted = await context.body()
    changed = await context.change(
        family.change,
        family_id=wanted.get("familyId"),
        add=wanted.get("nodesToAdd"),
        remove=wanted.get("nodesToRemove"),
        owner=context.library.owner,
    )
    return reply(changed)


ROUTES = (
    Route(operation="family", method="POST", path="/drive/v1/familyArchive/", handler=change),
    Route(operation="family", method="POST", path="/drive/v1/familyArchive", handler=change),
)
