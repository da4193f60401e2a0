"""Pages of which only the ids are read."""

import json

import pytest

from amazon_photos.errors import UnexpectedReply
from amazon_photos.query.expr import Equal, Term
from amazon_photos.wire import members, nodes, search
from amazon_photos.wire.call import Response

JSON = {"content-type": "application/json"}
PERSON = Term("people", Equal("-a"))


def decode(call, body):
    return call.decode(Response(200, JSON, body if isinstance(body, bytes) else json.dumps(body).encode()))


def test_a_page_is_its_count_its_token_and_ids():
    """Whatever else a node holds; one without an id stands for nothing."""
    data = [{"id": "a", "contentProperties": {"id": "x"}}, {"name": "b"}, {"id": 5}]
    page = decode(members.album_members("album"), {"count": 7, "data": data, "nextToken": "t", "new": {}})
    assert (page.count, page.next_token, [one.id for one in page.data]) == (7, "t", ["a", None, 5])


def test_bytes_that_are_no_text_cost_no_page():
    """A name of half a surrogate pair, as phones write it."""
    body = b'{"count":1,"data":[{"name":"\\ud83d","id":"a"},{"name":"\xff","id":"b"}]}'
    assert [one.id for one in decode(members.search_members(filters=None), body).data] == ["a", "b"]


@pytest.mark.parametrize("body", [b"[]", b'{"data":[]}', b'{"count":1,"data":{}}', b'{"count":1,"data":[5]}'])
def test_another_shape_is_one_error(body):
    """Named, with a sample."""
    with pytest.raises(UnexpectedReply, match="unknown shape"):
        decode(members.search_members(filters=None), body)


def test_the_same_is_asked_as_for_whole_nodes():
    """Path and parameters are those of a search, newest first, and of an album's children."""
    ours = members.search_members(filters=PERSON, limit=50, offset=100, search_context="family")
    theirs = search.search(
        filters=PERSON, limit=50, offset=100, search_context="family", sort="['contentProperties.contentDate DESC']"
    )
    assert (ours.path, ours.params) == (theirs.path, theirs.params)
    assert ours.params["filters"] == r"people:(\-a)"
    album = members.album_members("-album", limit=50, token="t")
    assert (album.path, album.params) == (
        nodes.children("-album", limit=50, token="t").path,
        nodes.children("-album", limit=50, token="t").params,
    )


def test_a_page_shows_nothing_of_what_it_holds():
    """In tracebacks."""
    page = decode(members.album_members("album"), {"count": 7, "data": [{"id": "secret"}], "nextToken": "hidden"})
    assert repr(page) == "<MembersPage of 1, 7 in all>"
