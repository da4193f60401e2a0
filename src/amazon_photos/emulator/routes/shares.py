"""Public links, which need no signing in.

The older kind answers ``{"nodeInfo", "shareURL", "creationDate", "statusCode"}``, the newer one what was recorded in
2026: no token and no owner, but counts and a cover. Guesses: the word in ``nameType``, the numbers in ``statusCode``
and ``memberCount``, the crop of the cover, the empty ``privacyPreferences``. ``groupShareToken`` is read as
``groupId.secret`` and as the bare secret.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from ..library import default_scopes, node_json, nodes, shares
from .context import RequestContext, Route
from .error_responses import reply
from .listing_response import page


async def collection(context: RequestContext) -> web.Response:
    """Show the older kind: the link's node, whose children are what it shows."""
    share = context.library.read(shares.by_id, context["share_id"])
    row = context.library.read(nodes.get, share.node_id)
    return reply(
        {
            "nodeInfo": context.library.read(node_json.one_to_json, row, context.view(whole=True)),
            "shareURL": f"{context.state.links.origin(context.request)}/photos/share/{share.id}",
            "creationDate": row.created,
            "statusCode": 200,
        }
    )


async def group(context: RequestContext) -> web.Response:
    """Show the newer kind: what ``/search/groups`` needs to know."""
    share = context.library.read(shares.by_token, context["token"])
    row = context.library.read(nodes.get, share.node_id)
    counts = await context.read(shares.count, share)
    told = {
        "name": share.name,
        "kind": "SHARE_LINK",
        "groupId": share.group_id,
        "nameType": "CUSTOM",
        "memberCount": 1,
        "hasMembership": False,
        "createdDate": row.created,
        "modifiedDate": row.modified,
        "contentAggregations": {
            "albumCount": counts.get("ALBUMS", 0),
            "eventCount": 0,
            "photoCount": counts.get("PHOTOS", 0),
            "reactionCount": 0,
            "videoCount": counts.get("VIDEOS", 0),
        },
        "privacyPreferences": {},
    }
    cover = await context.read(shares.cover, share)
    return reply(told if cover is None else told | {"coverPhoto": _cover(context, cover)})


def _cover(context: RequestContext, row: nodes.Row) -> dict[str, Any]:
    picture, owner = json.loads(row.image or "{}"), context.library.owner
    width, height = picture.get("width", 0), picture.get("height", 0)
    here = context.state.links.origin(context.request)
    return {
        "nodeId": row.id,
        "ownerId": owner,
        "cropBox": {"cropHeight": 1.0, "cropWidth": 1.0, "offsetX": 0.0, "offsetY": 0.0},
        "width": width,
        "height": height,
        "url": f"{here}/v1/thumbnail/{row.id}?ownerId={owner}",
    }


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
