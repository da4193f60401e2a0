"""Public links, which need no signing in.

What the second kind answers first was never recorded (guess: the group's id and name); ``groupShareToken`` is read as
``groupId.secret`` and as the bare secret.
"""

from __future__ import annotations

from aiohttp import web

from ..library import default_scopes, nodes, shares
from .context import RequestContext, Route
from .error_responses import reply
from .listing_response import page


async def collection(context: RequestContext) -> web.Response:
    """Show the older kind: the link's node, whose children are what it shows."""
    share = context.library.read(shares.by_id, context["share_id"])
    row = context.library.read(nodes.get, share.node_id)
    shape = nodes.NodeView(owner=context.library.owner)
    return reply({"shareId": share.id, "nodeInfo": context.library.read(nodes.one_to_json, row, shape)})


async def group(context: RequestContext) -> web.Response:
    """Show the newer kind: what ``/search/groups`` needs to know."""
    share = context.library.read(shares.by_token, context["token"])
    return reply(
        {
            "groupId": share.group_id,
            "groupName": share.name,
            "groupShareToken": share.token,
            "ownerId": context.library.owner,
            "kind": "SHARED_GROUP",
        }
    )


async def search_group(context: RequestContext) -> web.Response:
    token = context.get("groupShareToken") or ""
    whole = token if token.startswith(f"{context['group_id']}.") else f"{context['group_id']}.{token}"
    share = context.library.read(shares.by_token, whole)
    return await page(
        context,
        dialect="search",
        within=default_scopes.kinds_shown_by(share),
        capped=False,
        default_order="created DESC",
    )


ROUTES = (
    Route(
        operation="shares.get", method="GET", path="/drive/v1/shares/{share_id}", handler=collection, signed_in=False
    ),
    Route(
        operation="groups.get",
        method="GET",
        path="/cdrs/drive/v2/photosGroups/shares/{token}",
        handler=group,
        signed_in=False,
    ),
    Route(
        operation="groups.search",
        method="GET",
        path="/drive/v1/search/groups/{group_id}",
        handler=search_group,
        signed_in=False,
    ),
)
