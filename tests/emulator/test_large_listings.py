"""Listings of more nodes than offsets reach: what a page in the middle costs, and what comes after it."""

import pytest

from amazon_photos.emulator import running

SPLIT = {"limit": 1, "offset": 9800, "sort": "['createdDate ASC']"}


@pytest.fixture(scope="module")
def service():
    with running(files=12_000) as service:
        yield service


@pytest.fixture
def call(service, caller_of):
    service.set(paging="token")
    return caller_of(service)


def ids(answer):
    return [node["id"] for node in answer.json["data"]]


def listed(call, **query):
    """Every id, by token from the first page on."""
    answer = call.nodes(**query)
    found = ids(answer)
    while token := answer.json.get("nextToken"):
        answer = call.nodes(**query, startToken=token)
        found += ids(answer)
    return found


def test_a_page_in_the_middle_is_that_of_the_listing(call):
    """Asked first by its offset, asked again, and reached by token: the same node, and the same count."""
    first, again = call.nodes(**SPLIT), call.nodes(**SPLIT)
    everything = listed(call, sort=SPLIT["sort"])
    assert ids(first) == ids(again) == [everything[9800]]
    assert first.json["count"] == again.json["count"] == len(everything)


def test_a_listing_goes_on_from_its_middle(call):
    """The token of a page in the middle leads to the next one, though the listing was never at its beginning."""
    query = {"limit": 3, "sort": "['name DESC']"}
    middle = call.nodes(**query, offset=5000)
    following = call.nodes(**query, startToken=middle.json["nextToken"])
    assert ids(following) == ids(call.nodes(**query, offset=5003))


def test_offsets_reach_the_end_of_a_search(call):
    """/search has no last offset: the last page of all has the last node, and the one behind it none."""
    count = call.search(limit=1).json["count"]
    assert len(ids(call.search(limit=200, offset=count - 1))) == 1
    assert ids(call.search(limit=200, offset=count)) == []
    assert ids(call.search(limit=200, offset=10**15)) == []


@pytest.mark.parametrize("paging", ["token", "offset"])
def test_offsets_list_everything_once(call, paging):
    """Page by page by offset, with or without tokens in the answers: every photo once, in one order."""
    call.service.set(paging=paging)
    query = {"filters": "type:(PHOTOS)", "sort": "['createdDate ASC']", "limit": 200}
    count = call.search(**query).json["count"]
    found = [node for offset in range(0, count, 200) for node in ids(call.search(**query, offset=offset))]
    assert len(found) == len(set(found)) == count > 10_000


def test_many_questions_leave_a_listing_alone(call):
    """A listing by token goes on after hundreds of other questions, as whoever splits a library by dates asks them."""
    first = call.nodes(limit=5)
    for number in range(300):
        assert call.nodes(limit=1, filters=f"name:nothing-{number}").status == 200
    following = call.nodes(limit=5, startToken=first.json["nextToken"])
    assert ids(following) == ids(call.nodes(limit=5, offset=5))
