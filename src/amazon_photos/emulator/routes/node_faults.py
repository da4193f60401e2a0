"""Single nodes of a request that go wrong on purpose: three of a hundred, say."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from ..exceptions import ServiceRefusal
from ..faults import Fault, Script
from ..library import nodes
from .context import RequestContext, Route
from .error_responses import fault_body

_IN_BODY: Mapping[str, Sequence[str]] = {
    "trash.change": ("value",),
    "purge": ("nodeIds",),
    "children.change": ("value",),
    "family": ("nodesToAdd", "nodesToRemove"),
    "batch": ("nodeIds",),
    "people.hero": ("nodeId",),
}
"""Operation -> under which keys of its body the nodes stand that it is about; those of all others are in the path."""
_ONE_BY_ONE = frozenset({"trash.change", "purge"})
"""Operations that do the other nodes, and tell those that failed."""


async def refuse(script: Script, context: RequestContext, route: Route) -> Fault | None:
    """Choose which nodes of a request are refused; the fault of all of it where it does all or nothing.

    What does one node after the other finds the refused ones in ``context.refused``.
    """
    rules = script.choose_rules(route.operation, context.request.method, context.request.path)
    if not rules:
        return None
    named = await _list_named(context, route)
    refused = script.refuse(rules, await context.read(_find_names, named))
    if route.operation in _ONE_BY_ONE:
        context.refused = {node_id: _write(fault) for node_id, fault in refused.items()}
        return None
    return next(iter(refused.values()), None)


async def _list_named(context: RequestContext, route: Route) -> list[str]:
    """List the ids a request is about, in its order; none of a request that cannot be read."""
    keys = _IN_BODY.get(route.operation)
    if keys is None:
        return [context["node_id"]] if "node_id" in context.request.match_info else []
    try:
        body = await context.body()
    except ServiceRefusal:
        return []
    said = [body.get(key) for key in keys]
    lists = [one if isinstance(one, list) else [one] for one in said]
    return [node_id.rpartition(":")[2] for one in lists for node_id in one if isinstance(node_id, str)]


def _find_names(db: sqlite3.Connection, node_ids: Sequence[str]) -> dict[str, str]:
    """Find the name of each; "" for what has none, or is not there."""
    found = {node_id: nodes.find(db, node_id) for node_id in node_ids}
    return {node_id: (node.name or "") if node else "" for node_id, node in found.items()}


def _write(fault: Fault) -> tuple[int, Mapping[str, object]]:
    return int(fault.kind), fault_body(int(fault.kind)) or {}
