"""What a listing knows of the nodes that it has given."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from amazon_photos.model.results import Page
from amazon_photos.net.listing_state import ListingState


def page(*nodes: bytes) -> Page:
    return Page(count=len(nodes), data=[msgspec.Raw(node) for node in nodes])


def ids(given: Page) -> list[Any]:
    return [json.loads(bytes(raw)).get("id") for raw in given.data]


@pytest.mark.parametrize(
    "again",
    [
        b'{"id":"aB-_9","name":"b"}',
        b'{ "id" : "aB-_9"}',
        b'{"name":"{\\"id\\":\\"x\\"","id":"aB-_9"}',
        b'{"id":"\\u0061B-_9"}',
        b'{"parent":{"id":"x"},"id":"aB-_9"}',
        b'\n{\n"id": "aB-_9"}',
    ],
)
def test_a_node_is_known_by_its_id_however_it_is_written(again: bytes) -> None:
    """Wherever the id stands in a node, and whatever stands beside the node, it comes once."""
    with ListingState() as listing:
        listing.begin()
        assert ids(listing.deduplicate(page(b'{"id":"aB-_9","name":"a"}', b'{"id":"x"}'))) == ["aB-_9", "x"]
        assert ids(listing.deduplicate(page(again, b'{"id":"y"}'))) == ["y"]
        assert ids(listing.deduplicate(page(b'{"id":"z"}', again))) == ["z"]
        assert listing.count == 4


def test_nodes_without_an_id_are_told_apart_from_those_that_have_one() -> None:
    """On one page: with an id in front, with one that is empty or no text, and with none."""
    nodes = [b'{"id":"a"}', b'{"id":""}', b'{"id":5}', b'{"name":"a"}', b"null"]
    with ListingState() as listing:
        listing.begin()
        assert len(listing.deduplicate(page(*nodes)).data) == 5
        assert listing.deduplicate(page(*nodes)).data == []
        assert listing.consistent


def test_a_page_without_duplicates_counts_whole() -> None:
    """Up to the limit, and in the next reading as those that were missed."""
    with ListingState(limit=3) as listing:
        listing.begin()
        listing.note_total(5)
        assert ids(listing.deduplicate(page(b'{"id":"a"}', b'{"id":"b"}'))) == ["a", "b"]
        assert ids(listing.deduplicate(page(b'{"id":"c"}', b'{"id":"d"}'))) == ["c"]
        assert listing.full
        assert listing.consistent
