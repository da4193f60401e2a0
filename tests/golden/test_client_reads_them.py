"""The client makes the recorded requests, and reads from the recorded answers what they say."""

from __future__ import annotations

import functools
import hashlib
import re
from datetime import UTC, datetime

import msgspec
import pandas as pd
import pytest

from amazon_photos import AsyncAmazonPhotos, Settings, errors
from amazon_photos.auth.credentials import Credentials
from amazon_photos.model.regions import address, region_for
from amazon_photos.net.session import Session
from amazon_photos.wire import content, folders, memories, nodes, shares
from amazon_photos.wire.call import Body
from golden.golden import COMMON, NAMES, fill, load, matches
from golden.recorded_service import recorded_service

_SIGNED = "sends the account's cookies, though a public link needs no sign-in"
NOT_YET = {
    "batch-link": "asks with bare ids, and looks for the address in a field that is not there",
    **dict.fromkeys(("group-link", "group-search", "share", "share-children"), _SIGNED),
}
"""Where the client asks or reads otherwise, and what it does; one that agrees has to leave this table."""

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
            "root", "pictures", "folder", "photo", "one", "other", "video", "live", "live_video", "live_folder",
            "album", "trashed", "missing", "share", "shared", "group", "secret", "new_id", "batch", "token",
            "next_token", "expired_token", "any_photo", "any_folder",
        )
    },
}  # fmt: skip
"""Ids begin with what they are the ids of; one may begin with a hyphen, of which other tests know."""


def _body(data):
    async def chunks():
        yield data

    return Body(len(data), chunks)


def _v(name):
    return VALUES[name]


def _filled(name, *path):
    """A value of the recorded request, such as ``_filled("search", "query", "filters")``."""
    return functools.reduce(lambda at, key: at[key], path, fill(load(name).request, VALUES))


def _listed(name, **how):
    query = _filled(name, "query")
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
    "share": lambda: shares.share(_v("share")),
    "share-children": lambda: shares.share_children(_v("shared"), _v("share")),
    "group-link": lambda: shares.group_share(_link()),
    "group-search": lambda: shares.group_nodes(_link()),
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

INSTEAD = {"redirection": "redirection-plain"}
"""Two recorded ways to ask the same: either will do."""

HOWEVER = {
    "signed-out": {"Cookie"},  # the answer is that to a cookie which is worth nothing, too
    "bad-filter": {"filters"},  # ours refuses what cannot be parsed
    "page-token-expired": {"filters"},  # what is listed doesn't matter
}
"""What of a request is otherwise on purpose."""


def _link():
    return shares.link(f"https://www.amazon.com/photos/shared/{_v('group')}.{_v('secret')}")


def _each():
    marks = {name: pytest.mark.xfail(strict=True, reason=reason) for name, reason in NOT_YET.items()}
    return [pytest.param(name, marks=marks.get(name, ())) for name in NAMES if name not in UNREAD]


async def _outcome(name, service, tmp_path):
    settings = Settings(endpoint=service.url, max_attempts=1, page_size=1 if name.startswith("nodes-page") else 200)
    try:
        if name in PUBLIC:
            async with AsyncAmazonPhotos(COOKIES, settings=settings, catalog=tmp_path / "ap.parquet") as ap:
                return await PUBLIC[name](ap)
        session = Session(Credentials.load(COOKIES, environ={}), settings)
        try:
            return await session.send(CALLS[name]())
        finally:
            await session.close()
    except errors.AmazonPhotosError as error:
        return error


@pytest.mark.parametrize("name", _each())
async def test_the_client_reads_what_is_recorded(name, tmp_path, monkeypatch):
    """It asks as was asked (method, path, query, headers, body), and understands the answer."""
    monkeypatch.chdir(tmp_path)
    served = [load(name), *([load("nodes-page")] if name == "nodes-page-by-token" else [])]
    served += [load("nodes-page-by-token")] if name == "nodes-page" else []
    with recorded_service(served, VALUES) as service:
        outcome = await _outcome(name, service, tmp_path)
    ways = [load(each) for each in (name, INSTEAD.get(name)) if each]
    request = min((_unlike_request(way, service.requests) for way in ways), key=len)
    told = [*request, *_unlike_reading(fill(load(name).reads, VALUES), outcome)]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("name", sorted(CALLS.keys() - {"wrong-zone", *NOT_YET}))
def test_the_client_asks_the_host_that_is_recorded(name):
    """Each call belongs to one of Amazon's hosts, in the account's marketplace and zone."""
    call, request = CALLS[name](), fill(load(name).request, VALUES)
    assert address(call.host, region_for("com")) + call.path == f"https://{request['host']}{request['path']}"


async def test_the_client_reads_the_aggregations_of_a_search(tmp_path):
    """They come keyed by category there, and say ``match``."""
    fact = load("search")
    with recorded_service([fact], VALUES) as service:
        async with AsyncAmazonPhotos(COOKIES, endpoint=service.url, catalog=tmp_path / "ap.parquet") as ap:
            rows = (await ap.aggregations()).to_dict("records")
    entry = {"value": "CAN#BC#Vancouver", "count": 2, "name": "Ann", "node_id": _v("any_photo")}
    shown = fact.response["body"]["aggregations"]
    assert rows == [{"category": category, **entry} for category, entries in shown.items() if entries]


def _unlike_request(fact, requests):
    recorded = fill(fact.request, VALUES)
    sent = [each for each in requests if (each.method, each.path) == (recorded["method"], recorded["path"])]
    if not sent:
        return [f"asked {[(each.method, each.path) for each in requests]}, not {recorded['method']} {recorded['path']}"]
    found = [_unlike_asked(fact, recorded, each) for each in sent]
    return min(found, key=len)


def _unlike_asked(fact, recorded, asked):
    however = HOWEVER.get(fact.name, set())
    told = []
    for name, text in recorded["headers"].items():
        given = {key.lower(): value for key, value in asked.headers.items()}.get(name.lower())
        if name not in however and not _is_header(name, text, given):
            told.append(f"header {name}: {'none' if given is None else 'another'}")
    told += _unlike_query(_normal(recorded.get("query", {})), _normal(asked.query), however)
    if "body" in recorded and recorded["body"] != asked.body:
        told.append(f"body: {asked.body!r} where {recorded['body']!r} is recorded")
    return told


def _unlike_query(recorded, asked, however):
    free = COMMON | however | ({"resourceVersion"} - recorded.keys())
    return [
        f"query {name}: {asked.get(name)!r} where {recorded.get(name)!r} is recorded"
        for name in sorted((recorded.keys() | asked.keys()) - free)
        if recorded.get(name) != asked.get(name)
    ]


def _normal(query):
    """The same question in one spelling: parentheses around one value, and an offset of 0, say nothing."""
    kept = {name: text for name, text in query.items() if (name, text) != ("offset", "0")}
    return {name: re.sub(r":\(([^() ]+)\)", r":\1", text) if name == "filters" else text for name, text in kept.items()}


def _is_header(name, text, given):
    if text is None or given is None:
        return text is None and given is None
    if name == "Cookie":
        return set(text.split("; ")) <= set(given.split("; "))
    return matches(text, given, VALUES)


def _unlike_reading(reads, outcome):
    if isinstance(outcome, Exception) and not (isinstance(reads, dict) and "error" in reads):
        return [f"raised {type(outcome).__name__}: {outcome}"]
    if isinstance(reads, dict):
        return _unlike_values(reads, _values(outcome), "")
    rows = _rows(outcome)
    if len(rows) != len(reads):
        return [f"{len(rows)} rows where {len(reads)} are recorded"]
    return [
        line for at, (want, row) in enumerate(zip(reads, rows, strict=True)) for line in _unlike_values(want, row, at)
    ]


def _unlike_values(want, given, at):
    told = []
    for name, value in want.items():
        seen = given.get(name, "nothing")
        same = value in seen if name == "error" and seen != "nothing" else _text(seen) == value
        if not same:
            told.append(f"{at} {name}: read {seen!r} where {value!r} is recorded".strip())
    return told


def _rows(outcome):
    """Rows of a frame, of a page, or of a list of nodes, each by the record's own paths."""
    if isinstance(outcome, pd.DataFrame):
        rows = [{name: value for name, value in row.items() if _is_there(value)} for row in outcome.to_dict("records")]
        if "billable_bytes" in outcome:
            rows = [row for row in rows if row["total_count"]]
        return [row | {_path(name): value for name, value in row.items()} for row in rows]
    return [_flat(msgspec.json.decode(raw)) for raw in getattr(outcome, "data", outcome)]


def _is_there(value):
    return isinstance(value, tuple | list) or not pd.isna(value)


def _path(column):
    """The record's path of a column, whose name leaves out what is the same for many."""
    if column.startswith(("billable_", "total_")):
        return column.replace("_", ".")
    inside = {"size", "md5", "contentType", "extension", "contentDate"}
    return f"contentProperties.{column}" if column in inside or column.startswith(("image.", "video.")) else column


def _values(outcome):
    """What one answer was read as: of an error its classes, of a node its fields."""
    if isinstance(outcome, Exception):
        classes = [each.__name__ for each in type(outcome).__mro__]
        return {"error": classes, "existing_id": getattr(outcome, "existing_id", None)}
    if isinstance(outcome, bytes):
        return {"bytes": outcome}
    if isinstance(outcome, msgspec.Raw):
        return _flat(msgspec.json.decode(outcome))
    if isinstance(outcome, dict):
        return outcome
    outcome = getattr(outcome, "node", outcome)  # of a share
    names = {
        "owner_id": "ownerId",
        "is_root": "isRoot",
        "content_properties": "contentProperties",
        "temp_link": "tempLink",
    }
    fields = {name: getattr(outcome, name) for name in dir(outcome) if not name.startswith("_")}
    named = {names.get(name, name): value for name, value in fields.items() if not callable(value)}
    inner = named.get("contentProperties")
    within = {"size", "md5", "extension", "content_type"}
    named |= {f"contentProperties.{name}": getattr(inner, name, None) for name in within}
    return named | {"contentProperties.contentType": named["contentProperties.content_type"]}


def _flat(value, path=""):
    if not isinstance(value, dict):
        return {path: value}
    return {
        key: each
        for name, inner in value.items()
        for key, each in _flat(inner, f"{path}.{name}" if path else name).items()
    }


def _text(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


def test_every_file_is_read_or_left_out_for_a_reason():
    """Each file is in one table, no table names what is no file, and what is read says what is to be understood."""
    tables = [*PUBLIC, *CALLS, *UNREAD]
    assert sorted(tables) == list(NAMES)
    assert set(NOT_YET) <= {*PUBLIC, *CALLS}
    assert not [name for name in (*PUBLIC, *CALLS) if load(name).reads is None]
