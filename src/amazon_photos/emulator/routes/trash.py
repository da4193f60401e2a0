"""``/trash`` and ``/bulk/nodes/purge``.

An id that fails doesn't stop the others; the answer is a 200 with a map of what went wrong by id. Of a purge two names
of that map are told (``Options.purge_errors``): ``errorMap`` with a number or a text for each id (seen in a client of
2024), and ``errors`` with the whole refusal (guess). What the trash answers is a guess, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from ..exceptions import MalformedRequest
from ..library import default_scopes, node_json, purge, trash
from .context import RequestContext, Route
from .error_responses import refusal_body, reply
from .listing_response import page

_Bodies = Mapping[str, tuple[int, Mapping[str, Any]]]
"""Id -> the status and the words of a refusal."""


async def list_trash(context: RequestContext) -> web.Response:
    within = default_scopes.trash(deviations=context.library.options.deviations)
    return await page(context, dialect="node", within=within, capped=True)


async def change(context: RequestContext) -> web.Response:
    """Change the trash: ``op`` is ``add`` (into it) or ``remove`` (out of it)."""
    said = await context.ids("value", most=trash.MAX_NODES)
    node_ids = [node_id for node_id in said if node_id not in context.refused]
    wanted = await context.body()
    if wanted.get("op") == "add":
        errors = await context.change(
            trash.add, node_ids=node_ids, now=context.now, leaving_albums=context.deviates("trash-leaves-albums")
        )
    elif wanted.get("op") == "remove":
        rename = wanted.get("conflictResolution") == "RENAME"
        errors = await context.change(trash.restore, node_ids=node_ids, now=context.now, rename=rename)
    else:
        raise MalformedRequest('op must be "add" or "remove"')
    written = _write_errors(context, errors)
    if context.deviates("trash-says-error-map"):
        return reply({"errorMap": {node_id: _code(body) for node_id, (_, body) in written.items()}})
    return reply(_outcome(said, written))


async def purge_nodes(context: RequestContext) -> web.Response:
    said = await context.ids("nodeIds", most=purge.MAX_NODES)
    node_ids = [node_id for node_id in said if node_id not in context.refused]
    recurse = str((await context.body()).get("recurse", "")).lower() == "true"
    errors, freed = await context.change(purge.purge, node_ids=node_ids, recurse=recurse)
    context.library.free(freed)
    written = _write_errors(context, errors)
    form = context.library.options.purge_errors
    if form == "errors":
        return reply(_outcome(said, written))
    told = {node_id: status if form == "numbers" else _code(body) for node_id, (status, body) in written.items()}
    return reply({"errorMap": told})


async def trash_one(context: RequestContext) -> web.Response:
    """Trash one node, as in 2015 (live, one voice); answer with the node."""
    leaving = context.deviates("trash-leaves-albums")
    changed = await context.change(trash.trash_one, node_id=context["node_id"], now=context.now, leaving_albums=leaving)
    return reply(await context.read(node_json.one_to_json, changed, context.view()))


def _write_errors(context: RequestContext, errors: trash.Errors) -> _Bodies:
    """What went wrong by id, on purpose or not."""
    return {**context.refused, **{node_id: refusal_body(refusal) for node_id, refusal in errors.items()}}


def _code(body: Mapping[str, Any]) -> str:
    return str(body.get("code") or body.get("errorCode") or body["message"])


def _outcome(node_ids: Sequence[str], errors: _Bodies) -> Mapping[str, Any]:
    return {
        "count": len(dict.fromkeys(node_ids)) - len(errors),
        "errors": {node_id: body for node_id, (_, body) in errors.items()},
    }


ROUTES = (
    Route(operation="trash.list", method="GET", path="/drive/v1/trash", handler=list_trash),
    Route(operation="trash.change", method="PATCH", path="/drive/v1/trash", handler=change),
    Route(operation="trash.put", method="PUT", path="/drive/v1/trash/{node_id}", handler=trash_one),
    Route(operation="purge", method="POST", path="/drive/v1/bulk/nodes/purge", handler=purge_nodes),
)
