"""``this_day_filtered``: collections of memories, one for each year (that they go by year is a guess)."""

from __future__ import annotations

from aiohttp import web

from ..library import memories, node_json
from ..numbers import read_whole
from .context import RequestContext, Route
from .error_responses import reply

_USUAL_SIZE = 10


async def this_day(context: RequestContext) -> web.Response:
    month, day, most = _number(context, "month"), _number(context, "day"), _number(context, "contentsSize", _USUAL_SIZE)
    found = await context.read(memories.this_day, month=month, day=day, most=most)
    view, contents = context.view(whole=True), context.flag("includeContents")
    collections = [
        {"year": year, "count": len(rows), "nodes": [node_json.to_json(row, view) for row in rows] if contents else []}
        for year, rows in found
    ]
    return reply({"collections": collections})


def _number(context: RequestContext, parameter: str, default: int | None = None) -> int:
    text = context.get(parameter)
    return default if text is None and default is not None else read_whole(parameter, text)


ROUTES = (
    Route(
        operation="memories",
        method="GET",
        path="/drive/v2/memories/v1/collections/this_day_filtered",
        handler=this_day,
    ),
)
