"""``/trash`` and ``/bulk/nodes/purge``.

An id that fails doesn't stop the others; the answer is a 200 with a map of what went wrong by id (shape: guess).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..exceptions import MalformedRequest
from ..library import default_scopes, purge, trash
from .context import RequestContext, Route
from .error_responses import refusal_body, reply
from .listing_response import page


async def list_trash(context: RequestContext) -> web.Response:
    return await page(context, dialect="node", within=default_scopes.TRASH, capped=True)


async def change(context: RequestContext) -> web.Response:
    """Change the trash: ``op`` is ``add`` (into it) or ``remove`` (out of it)."""
    node_ids = await context.ids("value", most=trash.MAX_NODES)
    wanted = await context.body()
    if wanted.get("op") == "add":
        errors = await context.change(trash.add, node_ids=node_ids, now=context.now)
    elif wanted.get("op") == "remove":
        rename = wanted.get("conflictResolution") == "RENAME"
        errors = await context.change(trash.restore, node_ids=node_ids, now=context.now, rename=rename)
    else:
        raise MalformedRequest('op must be "add" or "remove"')
    return reply(_outcome(node_ids, errors))


async def purge_nodes(context: RequestContext) -> web.Response:
    node_ids = await context.ids("nodeIds", most=purge.MAX_NODES)
    recurse = str((await context.body()).get("recurse", "")).lower() == "true"
    errors, freed = await context.change(purge.purge, node_ids=node_ids, recurse=recurse)
    context.library.free(freed)
    return reply(_outcome(node_ids, errors))


def _outcome(node_ids: list[str], errors: trash.Errors) -> Mapping[str, Any]:
    done = len(dict.fromkeys(node_ids)) - len(errors)
    return {"count": done, "errors": {node_id: refusal_body(refusal)[1] for node_id, refusal in errors.items()}}


ROUTES = (
    Route(operation="trash.list", method="GET", path="/drive/v1/trash", handler=list_trash),
    Route(operation="trash.change", method="PATCH", path="/drive/v1/trash", handler=change),
    Route(operation="purge", method="POST", path="/drive/v1/bulk/nodes/purge", handler=purge_nodes),
)
