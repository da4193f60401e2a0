"""The client makes the recorded requests, and reads from the recorded answers what they say."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
import pandas as pd
import pytest

from amazon_photos import AsyncAmazonPhotos, Settings, errors
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.hosts import Hosts
from amazon_photos.model.regions import region_for
from amazon_photos.net.session import Session
from golden.client_calls import CALLS, COOKIES, FIRST, HOWEVER, INSTEAD, PUBLIC, UNREAD, VALUES
from golden.golden import COMMON, NAMES, fill, load, matches
from golden.recorded_service import recorded_service

NOT_YET: dict[str, str] = {}
"""Where the client asks or reads otherwise, and what it does; one that agrees has to leave this table."""


def _each():
    marks = {name: pytest.mark.xfail(strict=True, reason=reason) for name, reason in NOT_YET.items()}
    return [pytest.param(name, marks=marks.get(name, ())) for name in NAMES if name not in UNREAD]


async def _outcome(name, service, tmp_path):
    page_size = 1 if name.startswith("nodes-page") else 200
    settings = Settings(endpoint=service.url, max_attempts=1, page_size=page_size, history=False)
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
    served += [load(each) for each in FIRST.get(name, ())]
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
    assert (
        Hosts(region_for("com"), Settings()).address(call.host) + call.path
        == f"https://{request['host']}{request['path']}"
    )


async def test_the_client_reads_the_aggregations_of_a_search(tmp_path):
    """They come keyed by category there, and say ``match``."""
    fact = load("search")
    with recorded_service([fact], VALUES) as service:
        async with AsyncAmazonPhotos(COOKIES, endpoint=service.url, catalog=tmp_path / "ap.parquet") as ap:
            rows = (await ap.aggregations()).to_dict("records")
    entry = {"value": "CAN#BC#Vancouver", "count": 2, "name": "Ann", "node_id": VALUES["any_photo"]}
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
