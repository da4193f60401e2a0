"""``/search`` and its aggregations."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from amazon_photos.query.parser import parse

from ..exceptions import MalformedRequest
from ..library import default_scopes, listing, node_json, search_index, sql
from .context import RequestContext, Route
from .error_responses import reply
from .listing_response import respond, write_page

LATEST_FIRST = "created DESC"


async def search(context: RequestContext) -> web.Response:
    """Search; offsets are not capped here. The aggregations are of what was found."""
    search_context = _search_context(context)
    filters, group = context.get("filters"), search_index.check_group(context.get("groupByForTime"))
    _require_fields(filters)
    tree = parse(filters, dialect="search") if filters else None
    part = context.part(capped=False)
    question = listing.question(
        filters=filters,
        sort=context.get("sort"),
        dialect="search",
        within=search_index.list_found(tree, context=search_context),
        default_order=LATEST_FIRST,
    )
    ask_beside = partial(_beside, context, question.where, group)
    return respond(await context.in_thread(write_page, context, question, part, ask_beside))


def _beside(context: RequestContext, within: sql.Where, group: search_index.Group) -> Mapping[str, Any]:
    """What stands beside a page. The aggregations are counted, and written, once for all pages of a listing."""
    return {
        "aggregations": context.library.remember((within, group), partial(_write_aggregations, within, group)),
        "nodeToSearchScoreMap": {},
        "fallbackPath": "NORMAL",
    }


def _write_aggregations(within: sql.Where, group: search_index.Group, db: sqlite3.Connection) -> msgspec.Raw:
    return msgspec.Raw(node_json.encode(search_index.all_aggregations(db, group=group, within=within, key="match")))


def _require_fields(filters: str | None) -> None:
    """Raise ``MalformedRequest`` for a field of ``/nodes`` or of nobody, in the words on record (live)."""
    for word in sorted(default_scopes.words_of(filters)):
        if not sql.is_field(word, "search"):
            raise MalformedRequest(f"Invalid fieldName: {word}")


def _search_context(context: RequestContext) -> str:
    """The parameter that must be there. Raises ``MalformedRequest`` in the words on record (live)."""
    said = context.get("searchContext")
    if said is None and not context.deviates("search-context-optional"):
        raise MalformedRequest(
            "1 validation error detected: Value null at 'searchContext' failed to satisfy constraint: "
            "Member must not be null"
        )
    return said or "customer"


async def aggregation(context: RequestContext) -> web.Response:
    category, group = context.get("category") or "", context.get("groupByForTime")
    key: search_index.Key = "match" if context.deviates("aggregation-says-match") else "value"
    found = await context.in_thread(
        context.library.remember,
        (category, group, key),
        lambda db: search_index.aggregations(db, category, group=group, key=key),
    )
    return reply({"aggregations": found})


ROUTES = (
    Route(operation="search", method="GET", path="/drive/v1/search", handler=search),
    Route(operation="search.aggregation", method="GET", path="/drive/v1/search/aggregation", handler=aggregation),
)
