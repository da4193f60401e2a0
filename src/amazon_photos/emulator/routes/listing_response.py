"""A page of nodes as an answer: ``{count, data, nextToken?}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from ..library import listing, node_json, sql
from .context import RequestContext
from .error_responses import JSON


async def page(
    context: RequestContext, *, dialect: sql.Dialect, within: sql.Where, capped: bool, default_order: str = ""
) -> web.Response:
    """Read what the parameters ask for inside ``within``. ``capped`` is the 9999 rule."""
    part = context.part(capped=capped)
    question = listing.question(
        filters=context.get("filters"),
        sort=context.get("sort"),
        dialect=dialect,
        within=within,
        default_order=default_order,
    )
    return respond(await context.in_thread(write_page, context, question, part, dict))


def read_page(context: RequestContext, question: listing.Question, part: listing.Slice) -> Mapping[str, Any]:
    """Return the page as it is told, in this thread.

    Raises ``TokenExpired`` and ``MalformedRequest``.
    """
    library = context.library
    library.settle()
    found = listing.page(
        library.database,
        library.snapshots,
        scope=context.request.path,
        question=question,
        part=part,
        tokens=library.options.paging == "token",
        now=context.now,
    )
    answer: dict[str, Any] = {
        "count": found.count,
        "data": library.database.read(node_json.all_to_json, found.rows, context.view()),
    }
    if context.deviates("count-missing"):
        del answer["count"]
    if found.next_token:
        answer["nextToken"] = found.next_token
    return answer


def write_page(
    context: RequestContext,
    question: listing.Question,
    part: listing.Slice,
    ask_beside: Callable[[], Mapping[str, Any]],
) -> bytes:
    """Write the page and what goes along with it, in this thread."""
    return node_json.encode({**read_page(context, question, part), **ask_beside()})


def respond(body: bytes) -> web.Response:
    """Send what was written."""
    return web.Response(body=body, headers={"Content-Type": JSON})
