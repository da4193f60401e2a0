"""How the client makes each of the recorded requests: by which operation, or by which call below the operations."""

from __future__ import annotations

import hashlib

from amazon_photos.wire import content, folders, memories, nodes, shares
from amazon_photos.wire.call import Body
from golden.golden import fill, load

COOKIES = {"session-id": "123-4567890-1234567", "ubid-main": "134-5678901-2345678", "at-main": "Atza|made-up"}
PHOTO, NEW = b"\xff\xd8\xff\xe0 a photo", b"\xff\xd8\xff\xe0 a new one"


def _id(name):
    return name.ljust(22, "A")


VALUES = {
    "cookies": "; ".join(f"{name}={value}" for name, value in COOKIES.items()),
    "session_id": COOKIES["session-id"],
    "owner": "A2EXAMPLE",
    "photo_bytes": PHOTO,
    "photo_size": str(len(PHOTO)),
    "photo_start": PHOTO[:4],
    "photo_md5": hashlib.md5(PHOTO).hexdigest(),
    "new_bytes": NEW,
    "new_size": str(len(NEW)),
    "new_md5": hashlib.md5(NEW).hexdigest(),
    "thumbnail": b"\xff\xd8\xff\xe0 small",
    **{
        name: _id(name.replace("_", "-"))
        for name in (
            "root", "pictures", "folder", "one", "other", "video", "live", "live_video", "live_folder",
            "album", "trashed", "missing", "share", "shared", "group", "secret", "new_id", "batch", "token",
            "next_token", "expired_token", "any_photo", "any_folder",
        )
    },
    "photo": _id("-photo"),
}  # fmt: skip
"""Ids begin with what they are the ids of, one with a hyphen, as real ones may."""


def _body(data):
    async def chunks():
        yield data

    return Body(len(data), chunks)


def _v(name):
    return VALUES[name]


def _link():
    return shares.link(f"https://www.amazon.com/photos/shared/{_v('group')}.{_v('secret')}")


def _listed(name, **how):
    query = fill(load(name).request["query"], VALUES)
    return lambda ap: ap.nodes(query["filters"], sort=query.get("sort", ""), **how)


UPLOAD = {"name": "golden-new.jpg", "parent": _v("folder")}
DATED = {"content_date": "2021-07-04T14:35:24.000Z", "conflict_resolution": "RENAME"}

PUBLIC = {
    "account-usage": lambda ap: ap.usage(),
    "account-info": lambda ap: ap.account(),
    "account-quota": lambda ap: ap.quota(),
    "account-of-another-country": lambda ap: ap.account(),
    "signed-out": lambda ap: ap.account(),
    "session-expired": lambda ap: ap.account(),
    "signed-out-page": lambda ap: ap.account(),
    "rate-exceeded": lambda ap: ap.account(),
    "nodes-page": _listed("nodes-page"),
    "nodes-page-by-token": _listed("nodes-page"),
    "nodes-page-by-offset": _listed("nodes-page-by-offset", offset=1, limit=1),
    "bad-filter": lambda ap: ap.nodes("kind:(FILE* OR FOLDER*)", sort="['createdDate DESC']", limit=1),
    "node-image": lambda ap: ap.node(_v("photo")),
    "node-video": lambda ap: ap.node(_v("video")),
    "node-album": lambda ap: ap.node(_v("album")),
    "node-live-photo": lambda ap: ap.node(_v("live")),
    "node-not-found": lambda ap: ap.node(_v("missing")),
    "children-of-live-photo": lambda ap: ap.children(_v("live")),
    "children-of-folder": lambda ap: ap.children(_v("folder")),
    "children-of-album": lambda ap: ap.children(_v("album")),
    "root": lambda ap: ap.root,
    "album-created": lambda ap: ap.albums.create("Golden album"),
    "album-add": lambda ap: ap.albums.add(_v("album"), [_v("other")]),
    "album-remove": lambda ap: ap.albums.remove(_v("album"), [_v("photo")]),
    "node-favorited": lambda ap: ap.favorite([_v("photo")]),
    "node-hidden": lambda ap: ap.hide([_v("photo")]),
    "node-renamed": lambda ap: ap.rename(_v("photo"), "Golden name.jpg"),
    "node-described": lambda ap: ap.describe(_v("photo"), "Golden words"),
    "node-labelled": lambda ap: ap.label(_v("photo"), ["golden", "word"]),
    "search": lambda ap: ap.query(
        "type:(PHOTOS OR VIDEOS)", sort="['createdDate DESC']", limit=1, group_by_time="year", save=False
    ),
    "search-by-kind": lambda ap: ap.query(
        "kind:(FILE)", sort="['createdDate DESC']", limit=1, group_by_time="year", save=False, strict=False
    ),
    "search-aggregation": lambda ap: ap.aggregations("location"),
    "trash-page": lambda ap: ap.trashed(sort="['modifiedDate DESC']"),
    "trash-add": lambda ap: ap.trash([_v("other")]),
    "trash-remove": lambda ap: ap.restore([_v("trashed")]),
    "purge": lambda ap: ap.delete([_v("trashed")]),
    "purge-error-map": lambda ap: ap.delete([_v("missing")]),
}
"""Operations of the client."""

CALLS = {
    "folder-created": lambda: folders.create_folder("Golden new", _v("folder")),
    "folder-exists": lambda: folders.create_folder("GOLDEN", _v("root")),
    "bad-parent": lambda: folders.create_folder("Golden lost", _v("missing")),
    "redirection": lambda: content.content_redirection(_v("photo"), _v("owner")),
    "download-proxy": lambda: content.download(_v("photo")),
    "download-past-end": lambda: content.download(_v("photo"), start=len(PHOTO)),
    "wrong-zone": lambda: content.download(_v("photo")),
    "thumbnail": lambda: content.thumbnail(_v("photo"), _v("owner"), width=100, height=100),
    "memories": lambda: memories.this_day(month=7, day=4, most=10),
    "batch-link": lambda: content.batch_link([_v("photo")], owner=_v("owner")),
    "batch-link-of-share": lambda: content.batch_link([_v("photo")], share_id=_v("share")),
    "share": lambda: shares.share(_v("share")),
    "share-revoked": lambda: shares.share(_v("missing")),
    "share-children": lambda: shares.share_children(_v("shared"), _v("share")),
    "group-link": lambda: shares.group_share(_link()),
    "group-search": lambda: shares.group_nodes(_link()),
    "group-search-unfiltered": lambda: shares.group_nodes(_link(), filters=None),
    "thumbnail-of-share": lambda: shares.shared_thumbnail(_v("photo"), shares.Link(_v("share")), width=100),
    "thumbnail-of-group": lambda: shares.shared_thumbnail(_v("photo"), _link(), width=100),
    "upload": lambda: content.upload(body=_body(NEW), **UPLOAD),
    "upload-duplicate": lambda: content.upload("golden-again.jpg", _v("folder"), _body(PHOTO)),
    "upload-name-taken": lambda: content.upload("20210704_143524.JPG", _v("folder"), _body(NEW)),
    "upload-v2": lambda: content.upload_with_date(body=_body(NEW), md5=_v("new_md5"), **UPLOAD, **DATED),
    "upload-v2-duplicate": lambda: content.upload_with_date(
        "golden-again.jpg", _v("folder"), _body(PHOTO), md5=_v("photo_md5"), **DATED
    ),
    "upload-no-space": lambda: content.upload_with_date(body=_body(NEW), md5=_v("new_md5"), **UPLOAD, **DATED),
    "page-token-expired": lambda: nodes.nodes(sort="['createdDate DESC']", limit=1, token=_v("expired_token")),
}
"""Calls below the operations, where an operation does more than the one request, or there is none yet."""

UNREAD = {
    "account-endpoint": "hosts are known by marketplace",
    "download-presigned": "no operation",
    "download-signed": "no operation",
    "download-range": "the client reads from a byte on, to the end",
    "download-proxy-signed-out": "the client never asks without cookies",
    "album-without-version": "the client always sends resourceVersion",
    "node-without-version": "the client always sends resourceVersion",
    "node-temp-link": "no operation asks for one",
    "nodes-with-slash": "the client asks without",
    "folder-pictures": "a listing like others",
    "offset-too-far": "the client cuts long listings before",
    "search-without-context": "the client always sends one",
    "purge-too-many": "the client sends 50 at most",
    "redirection-plain": "asked instead of redirection, or not at all",
    "redirection-smaller": "no operation",
    "redirection-transcoded": "no operation",
    "trash-put": "the client uses PATCH",
    "unknown-operation": "no operation",
    "upload-form": "no operation",
}
"""What the client doesn't ask, and why."""

FIRST = dict.fromkeys(("album-add", "album-remove"), ("node-album", "children-of-album"))
"""What else is asked before: what is no album takes no photos, and what is in it stays once."""

INSTEAD = {"redirection": "redirection-plain"}
"""Two recorded ways to ask the same: either will do."""

HOWEVER = {
    "signed-out": {"Cookie"},  # the answer is that to a cookie which is worth nothing, too
    "bad-filter": {"filters"},  # ours refuses what cannot be parsed
    "page-token-expired": {"filters"},  # what is listed doesn't matter
}
"""What of a request is otherwise on purpose."""
