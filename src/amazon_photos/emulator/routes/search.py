"""``/search`` and its aggregations."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from amazon_photos.query.parser import parse

from ..library import listing, search_index
from .context import RequestContext, Route
from .error_responses import reply
from .listing_response import read_page, respond

LATEST_FIRST = "created DESC"


async def search(context: RequestContext) -> web.Response:
    """Search; offsets are not capped here. The aggregations are of what was found."""
    filters, group = context.get("filters"), search_index.check_group(context.get("groupByForTime"))
    tree = parse(filters, dialect="search") if filters else None
    part = context.part(capped=False)
    question = listing.question(
        filters=filters,
        sort=context.get("sort"),
        dialect="search",
        within=search_index.list_found(tree, context=context.get("searchContext")),
        default_order=LATEST_FIRST,
    )
    found = await context.in_thread(read_page, context, question, part)
    count = partial(search_index.all_aggregations, group=group, within=question.where, key="match")
    beside = {
        "aggregations": await context.in_thread(context.library.remember, (question.where, group), count),
        "nodeToSearchScoreMap": {},
        "fallbackPath": None,
    }
    return respond(found, beside)


async def aggregation(context: RequestContext) -> web.Response:
    category, group = context.get("category") or "", context.get("groupByForTime")

    found = await context.in_thread(
        context.library.remember,
        (category, group),
        lambda db: search_index.aggregations(db, category, group=group),
    )
    return reply({"aggregations": found})


ROUTES = (
    Route(operation="search", method="GET", path="/drive/v1/search", handler=search),
    Route(operation="search.aggregation", method="GET", path="/drive/v1/search/aggregation", handler=aggregation),
)
