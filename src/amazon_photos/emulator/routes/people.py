"""``/cluster``: names, merging and pictures of people."""

from __future__ import annotations

from aiohttp import web

from ..exceptions import MalformedRequest
from ..library import people
from .context import RequestContext, Route
from .error_responses import reply


async def rename(context: RequestContext) -> web.Response:
    wanted = await context.body()
    changed = await context.change(people.rename, cluster_id=wanted.get("sourceCluster"), name=wanted.get("newName"))
    return reply(changed)


async def merge(context: RequestContext) -> web.Response:
    wanted = await context.body()
    merged = await context.change(
        people.merge,
        cluster_ids=wanted.get("clusterIds"),
        name=wanted.get("newName"),
        new_id=context.deviates("merge-new-id"),
        forget=context.deviates("merged-person-gone"),
    )
    return reply(merged)


async def hero(context: RequestContext) -> web.Response:
    wanted = await context.body()
    if wanted.get("clusterId") not in (None, context["cluster_id"]):
        raise MalformedRequest("clusterId is not that of the path")
    changed = await context.change(people.set_hero, cluster_id=context["cluster_id"], node_id=wanted.get("nodeId"))
    return reply(changed)


ROUTES = (
    Route(operation="people.rename", method="PUT", path="/drive/v1/cluster/name", handler=rename),
    Route(operation="people.merge", method="POST", path="/drive/v1/cluster", handler=merge),
    Route(operation="people.hero", method="PUT", path="/drive/v1/cluster/hero/{cluster_id}", handler=hero),
)
