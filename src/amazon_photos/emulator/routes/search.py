"""``/search`` and its aggregations."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from amazon_photos.query.parser import parse

from .. import listing, searching
from .asked import Asked, Route
from .bodies import reply
from .pages import answered, read_page

LATEST_FIRST = "created DESC"


async def search(asked: Asked) -> web.Response:
    """Offsets are not capped here. The aggregations are of what was found."""
    filters, group = asked.get("filters"), searching.checked_group(asked.get("groupByForTime"))
    tree = parse(filters, dialect="search") if filters else None
    part = asked.part(capped=False)
    question = listing.question(
        filters=filters,
        sort=asked.get("sort"),
        dialect="search",
        within=searching.listed(tree, context=asked.get("searchContext")),
        default_order=LATEST_FIRST,
    )
    found = await asked.in_thread(read_page, asked, question, part)
    count = partial(searching.all_aggregations, group=group, within=question.where, key="match")
    beside = {
        "aggregations": await asked.in_thread(asked.library.remember, (question.where, group), count),
        "nodeToSearchScoreMap": {},
        "fallbackPath": None,
    }
    return answered(found, beside)


async def aggregation(asked: Asked) -> web.Response:
    category, group = asked.get("category") or "", asked.get("groupByForTime")

    found = await asked.in_thread(
        asked.library.remember,
        (category, group),
        lambda db: searching.aggregations(db, category, group=group),
    )
    return reply({"aggregations": found})


ROUTES = (
    Route(operation="search", method="GET", path="/drive/v1/search", handler=search),
    Route(operation="search.aggregation", method="GET", path="/drive/v1/search/aggregation", handler=aggregation),
)
