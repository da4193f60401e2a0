"""What changed at Amazon is kept, passed on and counted; a sample shows nothing of anybody."""

import json

import pytest

import pictures
from amazon_photos import AmazonPhotos
from amazon_photos.errors import ServiceError, UnexpectedReply
from odd_service import Answer

SECRET = "Aunt Mary"


@pytest.fixture
def connect(connect_odd):
    """A client of a service whose answers the test alters."""

    def connect(alter):
        async def odd(asked, forward):
            return alter(asked, await forward())

        return connect_odd(odd)

    return connect


def rows_of(ap):
    frame = ap.surprises()
    assert SECRET not in frame.to_json()
    return {(what, name, where): count for what, name, where, count in frame.iloc[:, :4].itertuples(index=False)}


def test_a_service_as_documented_holds_no_surprise(ap, service, tmp_path):
    """After listing, searching, changing, uploading and downloading there is nothing to tell."""
    service.reset(files=300)
    pictures.write(tmp_path / "mine", "a.jpg", "b.jpg")
    ap.refresh()
    files = ap.query(save=False)
    list(ap.search_nodes(limit=50))
    ap.usage(), ap.account(), ap.quota(), ap.aggregations(), ap.folders()
    ap.upload(tmp_path / "mine", to="Mine")
    ap.download(files[:3], out=tmp_path / "out")
    ap.trash(ap.favorite(files.id[:2]))
    ap.trashed()
    ap.rename(files.id[5], "other.jpg")
    assert ap.surprises().to_dict("records") == []


def test_new_fields_and_kinds_are_counted_where_they_came(connect):
    """In frames, in typed listings and in single nodes; they are kept in extra."""

    def alter(asked, answer):
        if asked.path == "/drive/v1/nodes" and asked.query.get("filters") != "isRoot:true":
            answer.json["cursorMood"] = SECRET
            for node in answer.json["data"]:
                node["bokeh"] = {SECRET: SECRET}
                node["kind"] = "HOLOGRAM"
        return answer

    with connect(alter) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap:
        nodes = ap.nodes()
        assert json.loads(nodes.extra[0])["bokeh"] == {SECRET: SECRET}
        assert set(nodes.kind) == {"HOLOGRAM"}
        assert rows_of(ap) == {
            ("field", "cursorMood", "nodes"): 1,
            ("field", "bokeh", "nodes"): len(nodes),
            ("kind", "HOLOGRAM", "nodes"): len(nodes),
        }
        assert set(ap.surprises()["sample"]) == {"text of 9", "{(9 characters): text of 9}", ""}
        list(ap.search_nodes())
        assert rows_of(ap)["field", "bokeh", "nodes"] == len(nodes) + 1


def test_a_single_node_and_a_refresh(connect):
    """A node that is fetched alone, and the library as it is refreshed."""

    def alter(asked, answer):
        if asked.path.startswith("/drive/v1/nodes/"):
            answer.json["bokeh"] = SECRET
        elif asked.path == "/drive/v1/nodes":
            for node in answer.json["data"]:
                node["status"] = "ARCHIVED"
        return answer

    with connect(alter) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap:
        ap.refresh()
        ap.node(ap.db.id[0])
        found = rows_of(ap)
        assert found["field", "bokeh", "node"] == 1
        assert found["status", "ARCHIVED", "refresh"] >= 30


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (409, {"code": "PARENT_LOCKED", "message": SECRET}, "409 PARENT_LOCKED"),
        (400, {"code": "", "message": SECRET}, "400"),
        (403, {"errorCode": SECRET}, "403 (9 characters)"),
        (418, {}, "418"),
    ],
)
def test_new_errors(connect, status, body, name):
    """An unknown status, code or text of a 400 is raised as ever, and counted."""

    def alter(asked, answer):
        return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

    with connect(alter) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap:
        with pytest.raises(ServiceError):
            ap.usage()
        assert rows_of(ap) == {("error", name, "usage"): 1}


def test_a_reply_in_an_unknown_shape(connect):
    """It is an error, and its shape is a row."""

    def alter(asked, answer):
        return Answer(200, json.dumps([SECRET]).encode(), {"Content-Type": "application/json"})

    with connect(alter) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap:
        with pytest.raises(UnexpectedReply):
            ap.usage()
        assert rows_of(ap) == {("reply", "", "usage"): 1}
        assert ap.surprises()["sample"].tolist() == ["list of 1: text of 9"]


def test_another_way_of_searching(connect):
    """A kind of usage, and a fallback of the search index, that nobody has seen."""

    def alter(asked, answer):
        if asked.path.endswith("/usage"):
            answer.json["hologram"] = {"total": {"bytes": 1, "count": 1}}
        if asked.path.endswith("/search"):
            answer.json["fallbackPath"] = "SLOW"
        return answer

    with connect(alter) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap:
        assert "hologram" in set(ap.usage()["type"])
        ap.query(save=False, limit=5)
        assert rows_of(ap) == {("field", "hologram", "usage"): 1, ("value", "fallbackPath", "search"): 1}
