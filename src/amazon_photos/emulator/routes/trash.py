"""``/trash`` and ``/bulk/nodes/purge``.

An id that fails doesn't stop the others; the answer is a 200 with a map of what went wrong by id (shape: guess).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from .. import purge, scopes, trash
from ..refusals import Malformed
from .asked import Asked, Route
from .bodies import refusal_body, reply
from .pages import page


async def listed(asked: Asked) -> web.Response:
    return await page(asked, dialect="node", within=scopes.TRASH, capped=True)


async def change(asked: Asked) -> web.Response:
    """``op`` is ``add`` (into the trash) or ``remove`` (out of it)."""
    node_ids = await asked.ids("value", most=trash.MOST)
    wanted = await asked.body()
    if wanted.get("op") == "add":
        errors = await asked.change(trash.add, node_ids=node_ids, now=asked.now)
    elif wanted.get("op") == "remove":
        rename = wanted.get("conflictResolution") == "RENAME"
        errors = await asked.change(trash.restore, node_ids=node_ids, now=asked.now, rename=rename)
    else:
        raise Malformed('op must be "add" or "remove"')
    return reply(_outcome(node_ids, errors))


async def purged(asked: Asked) -> web.Response:
    node_ids = await asked.ids("nodeIds", most=purge.MOST)
    recurse = str((await asked.body()).get("recurse", "")).lower() == "true"
    errors, freed = await asked.change(purge.purge, node_ids=node_ids, recurse=recurse)
    asked.library.free(freed)
    return reply(_outcome(node_ids, errors))


def _outcome(node_ids: list[str], errors: trash.Errors) -> Mapping[str, Any]:
    done = len(dict.fromkeys(node_ids)) - len(errors)
    return {"count": done, "errors": {node_id: refusal_body(refusal)[1] for node_id, refusal in errors.items()}}


ROUTES = (
    Route(operation="trash.list", method="GET", path="/drive/v1/trash", handler=listed),
    Route(operation="trash.change", method="PATCH", path="/drive/v1/trash", handler=change),
    Route(operation="purge", method="POST", path="/drive/v1/bulk/nodes/purge", handler=purged),
)
