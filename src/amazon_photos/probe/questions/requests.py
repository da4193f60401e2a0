"""The requests that several questions share."""

from __future__ import annotations

from ...model.regions import Host
from ...wire.bounds import MAX_REPLY
from ...wire.common import DEFAULT_PARAMS
from ..question import Ask

PHOTOS = "kind:FILE AND contentProperties.contentType:image*"
VIDEOS = "kind:FILE AND contentProperties.contentType:video*"
NEWEST = "['createdDate DESC']"
SAMPLE = 20
"""Nodes that are looked at: enough for the odd ones to be among them, few enough to be no burden."""


def drive(path: str, **params: str | int) -> Ask:
    """Ask a metadata call, with the parameters that Amazon's own page sends."""
    return Ask(path=path, params={**DEFAULT_PARAMS, **params})


def list_nodes(filters: str, *, sort: str = NEWEST, limit: int = SAMPLE, **more: str | int) -> Ask:
    """Ask for a page of nodes."""
    return drive("/nodes", filters=filters, sort=sort, limit=limit, **more)


def search(filters: str = "type:(PHOTOS OR VIDEOS)", *, context: str = "customer", **more: str | int) -> Ask:
    """Ask the search index for a page."""
    params = {"filters": filters, "searchContext": context, "limit": 5, "lowResThumbnail": "true", **more}
    return drive("/search", **params)


def begin(host: Host, path: str, *, start: str = "0", end: str = "15", **params: str | int) -> Ask:
    """Ask for a few bytes of a file."""
    headers = {"Range": f"bytes={start}-{end}", "Accept-Encoding": "identity"}
    return Ask(host=host, path=path, params=params, headers=headers, most=MAX_REPLY)
