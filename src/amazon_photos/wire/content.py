"""The bytes of files: up, down, and small pictures of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from ..errors import InvalidInput
from ..model.regions import Host
from ..model.results import BatchLink
from ..model.surprises import note_word
from . import response as read
from .bounds import MAX_WHOLE
from .call import Body, Call, Response
from .common import API_VERSION, MAX_TO_ZIP, check_id, to_moment

_AS_STORED = {"Accept-Encoding": "identity"}
"""Bytes are counted and resumed: they must not be packed on the way."""
_read_file = read.file_bytes("download")
_read_uploaded = read.raw_node("upload")


def upload(name: str, parent: str, body: Body, *, begin: Callable[[], None] | None = None) -> Call[msgspec.Raw]:
    """Upload A: 201 and the node; 409 for a name or content that is there already. Source: live.

    Never repeated blindly: after a 408, a 504 or a cut connection the file is often there (live). ``begin`` is called
    before it is sent, as ``Call`` says.
    """
    return Call(
        operation="upload",
        host=Host.CONTENT,
        method="POST",
        path="/nodes",
        params={"name": name, "kind": "FILE", "parentNodeId": check_id(parent)},
        body=body,
        decode=_read_uploaded,
        idempotent=False,
        retried_by="caller",
        begin=begin,
    )


def upload_with_date(
    name: str,
    parent: str,
    body: Body,
    *,
    md5: str,
    content_date: str | None = None,
    conflict_resolution: str | None = None,
    begin: Callable[[], None] | None = None,
) -> Call[msgspec.Raw]:
    """Upload B: takes a capture date, checks the MD5, can rename. Source: live (Europe, 2025)."""
    params: dict[str, str | int] = {"name": name, "parentNodeId": check_id(parent), "fileSize": body.length}
    optional = {"contentDate": content_date, "conflictResolution": conflict_resolution}
    return Call(
        operation="upload",
        host=Host.UPLOAD,
        method="POST",
        path="/upload",
        params=params | {key: text for key, text in optional.items() if text},
        headers={"x-amzn-file-md5": md5},
        body=body,
        decode=_read_uploaded,
        idempotent=False,
        retried_by="caller",
        begin=begin,
    )


def download(
    id: str,  # noqa: A002
    *,
    start: int = 0,
    end: int | None = None,
    begin: Callable[[], None] | None = None,
) -> Call[bytes]:
    """Fetch the exact original bytes from ``start`` up to ``end`` (exclusive). Source: live.

    ``begin`` is called before it is sent, as ``Call`` says.
    """
    return Call(
        operation="download",
        host=Host.CONTENT,
        path=f"/nodes/{check_id(id)}",
        headers=_AS_STORED | _range(start, end),
        decode=_read_file,
        retried_by="caller",
        begin=begin,
        most=MAX_WHOLE,
    )


def _range(start: int, end: int | None) -> dict[str, str]:
    if start == 0 and end is None:
        return {}
    return {"Range": f"bytes={start}-{'' if end is None else end - 1}"}


def content_redirection(id: str, owner: str, *, start: int = 0) -> Call[bytes]:  # noqa: A002
    """Ask for a redirect to the original bytes from ``start`` on, with their name.

    Source: live (2026, MD5 verified). It leads to the content proxy, to ``download-photos`` (signed, with cookies) or
    to a presigned address (without).
    """
    return Call(
        operation="download",
        path=f"/nodes/{check_id(id)}/contentRedirection",
        params={"download": "true", "ownerId": owner},
        headers=_AS_STORED | _range(start, None),
        decode=read.file_bytes("download"),
        retried_by="caller",
        most=MAX_WHOLE,
    )


def thumbnail(id: str, owner: str, *, width: int, height: int | None = None) -> Call[bytes]:  # noqa: A002
    """Fetch a JPEG that fits ``width`` x ``height`` pixels, also of a HEIC. Source: live."""
    return Call(
        operation="thumbnail",
        host=Host.THUMBNAILS,
        path=f"/thumbnail/{check_id(id)}",
        params={"ownerId": owner, "viewBox": f"{width},{height}" if height else str(width)},
        decode=read.file_bytes("thumbnail"),
        most=MAX_WHOLE,
    )


def batch_link(ids: Sequence[str], *, owner: str = "", share_id: str = "") -> Call[BatchLink]:
    """Ask for the address of a zip of up to 1200 files: of ``owner``, or of a share. Source: live.

    One by one is faster: 60 s against 150 s for 1200 (live).
    """
    if not 1 <= len(ids) <= MAX_TO_ZIP:
        raise InvalidInput(f"a zip holds 1 to {MAX_TO_ZIP} files, not {len(ids)}")
    prefix = f"{owner}:" if owner and not share_id else ""
    return Call(
        operation="batch_link",
        method="POST",
        path="/batchLink",
        params={"shareId": check_id(share_id)} if share_id else {},
        json={"nodeIds": [prefix + check_id(i) for i in ids], **API_VERSION},
        decode=_batch_link,
    )


class _Links(msgspec.Struct):
    content: str


class _BatchLink(msgspec.Struct):
    links: _Links
    status: str = ""
    expires: float | None = None


def _batch_link(reply: Response) -> BatchLink:
    found = read.decode_as(reply, "batch_link", _BatchLink)
    note_word("status", found.status, frozenset({"AVAILABLE"}), reply.note)
    expires = None if found.expires is None else to_moment(found.expires)
    return BatchLink(address=found.links.content, status=found.status, expires=expires)
