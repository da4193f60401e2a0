"""Public links: what somebody shared, readable without signing in; no cookies go along. Two kinds are about.

::

    https://www.amazon.com/photos/share/{share}                    share, then its children
    https://www.amazon.com/photos/shared/{group}.{secret}          group_share, then group_nodes
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ..errors import InvalidInput
from ..model.regions import Host
from ..model.results import Page, Share
from ..query.expr import Expr
from ..query.parser import parse
from . import response as read
from .bounds import MAX_WHOLE
from .call import Call, Response
from .common import DEFAULT_PARAMS, MAX_PER_PAGE, check_id, filter_text
from .nodes import listing_params

_LINK = re.compile(
    r"/(?:photos|gp/photos)/(?:share/(?P<share>[\w-]+)|shared/(?P<group>[\w-]+)\.(?P<secret>[\w-]+))/?\Z"
)
PHOTOS_AND_VIDEOS = parse("type:(PHOTOS OR VIDEOS)", dialect="search")


@dataclass(frozen=True, slots=True)
class Link:
    """A public link: ``id`` of the share or of the group; a group's needs its ``secret`` (else "")."""

    id: str
    secret: str = field(default="", repr=False)

    @property
    def token(self) -> str:
        """What opens a group."""
        return f"{self.id}.{self.secret}"


def link(url: str) -> Link:
    """Read a public link of either kind. Raises ``InvalidInput``. Source: live."""
    try:
        found = _LINK.search(urlsplit(url.strip()).path)
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput(
            "not a public link: they look like https://www.amazon.com/photos/share/… or …/photos/shared/…"
        )
    return Link(found["share"]) if found["share"] else Link(found["group"], found["secret"])


_AS_WRITTEN = {"node_info": "nodeInfo", "url": "shareURL", "creation_date": "creationDate", "status_code": "statusCode"}


class _Share(msgspec.Struct, rename=_AS_WRITTEN):
    node_info: msgspec.Raw
    url: str | None = None
    creation_date: str | int | float | None = None
    status_code: str | int | None = None


def share(share_id: str) -> Call[Share]:
    """Get the node that a share shows: a SHARED_COLLECTION, or the album itself. Source: live."""
    return Call(
        operation="share",
        path=f"/shares/{check_id(share_id)}",
        params={**DEFAULT_PARAMS, "shareId": share_id},
        decode=_share,
        signed=False,
    )


def _share(reply: Response) -> Share:
    found = read.decode_as(reply, "share", _Share)
    created, status = ("" if value is None else str(value) for value in (found.creation_date, found.status_code))
    node = read.as_node(found.node_info, reply, "share")
    return Share(node=node, url=found.url or "", created=created, status_code=status)


def share_children(
    parent: str,
    share_id: str,
    *,
    filters: Expr | None = None,
    sort: str = "",
    limit: int = MAX_PER_PAGE,
    offset: int = 0,
    token: str | None = None,
) -> Call[Page]:
    """List one page of what a share, or an album in it, holds; nodes have a ``tempLink``. Source: live."""
    params = listing_params(filters, sort, limit, offset, token) | {"shareId": check_id(share_id), "tempLink": "true"}
    path = f"/nodes/{check_id(parent)}/children"
    return Call(operation="share_children", path=path, params=params, decode=read.page("share_children"), signed=False)


def group_share(link: Link) -> Call[dict[str, Any]]:
    """Follow a newer link. Source: live (2026).

    The answer has ``name``, ``kind`` ("SHARE_LINK"), ``groupId``, ``memberCount``, ``contentAggregations`` (how many
    photos, videos, albums …) and ``coverPhoto``; neither a token nor an owner. It is passed on as it came.
    """
    return Call(
        operation="group_share",
        host=Host.SITE,
        path=f"/cdrs/drive/v2/photosGroups/shares/{check_id(link.id)}.{check_id(link.secret)}",
        decode=read.mapping("group_share"),
        signed=False,
    )


def group_nodes(
    link: Link, *, filters: Expr | None = PHOTOS_AND_VIDEOS, limit: int = MAX_PER_PAGE, offset: int = 0
) -> Call[Page]:
    """List one page of what a newer link shows, with or without a filter. Source: live."""
    params: dict[str, str | int] = {
        **DEFAULT_PARAMS,
        "limit": limit,
        "offset": offset,
        "searchContext": "groups",
        "groupShareToken": link.token,
    }
    params |= {} if filters is None else {"filters": filter_text(filters, "search")}
    path = f"/search/groups/{check_id(link.id)}"
    return Call(operation="group_nodes", path=path, params=params, decode=read.page("group_nodes"), signed=False)


def shared_thumbnail(id: str, shared: Link, *, width: int) -> Call[bytes]:  # noqa: A002
    """Fetch a small picture of a shared node, as JPEG. Source: live."""
    key = {"groupShareToken": shared.token} if shared.secret else {"shareId": shared.id}
    return Call(
        operation="thumbnail",
        host=Host.THUMBNAILS,
        path=f"/thumbnail/{check_id(id)}",
        params={**key, "viewBox": str(width)},
        decode=read.file_bytes("thumbnail"),
        most=MAX_WHOLE,
        signed=False,
    )
