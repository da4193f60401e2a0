"""A search: limits, offsets and restarts, over pages of every kind."""

import asyncio
import json
import time
from functools import partial
from itertools import pairwise

import msgspec
import pytest

from amazon_photos.aio.arguments import to_sort_order
from amazon_photos.aio.listing import Search
from amazon_photos.aio.progress import Progress
from amazon_photos.errors import FilterError
from amazon_photos.frames.to_pandas import to_frame
from amazon_photos.net.listing_state import ListingPage
from amazon_photos.query.build import F
from amazon_photos.query.sort import SortOrder, parse_sort


def raw(number):
    return msgspec.Raw(json.dumps({"id": f"n{number:03}", "name": f"{number:03}", "version": number % 2}).encode())


def piece(numbers, **options):
    return ListingPage(count=100, data=[raw(number) for number in numbers], **options)


class Shelf:
    """Gives prepared pieces, and notes what it was asked for and how far it was read."""

    def __init__(self, *pieces):
        self.pieces = pieces
        self.asked = []
        self.given = 0

    async def __call__(self, *, offset, limit, on_page, restart):
        self.asked.append((offset, limit, restart))
        for each in self.pieces:
            self.given += 1
            yield each


def search(shelf, *, local=None, offset=0, limit=None, sort="", readable=True):
    return Search(
        shelf,
        local=local,
        offset=offset,
        limit=limit,
        sort=sort if isinstance(sort, SortOrder) else SortOrder(sort, parse_sort(sort) if readable else ()),
        to_frame=partial(asyncio.to_thread, to_frame),
        progress=Progress(shown=False),
        title="search",
    )


ODD = F.version == 1


async def numbers(found):
    return [int(name) for name in (await found.frame()).name]


@pytest.mark.parametrize(
    ("offset", "limit", "count"),
    [(0, None, 100), (30, None, 70), (0, 20, 20), (95, 20, 5), (100, None, 0), (130, 5, 0), (0, 0, 0), (0, 500, 100)],
)
async def test_a_count_is_of_what_a_search_gives(offset, limit, count):
    """Offset and limit taken into account, by one node asked for."""
    shelf = Shelf(piece(range(1)))
    assert await search(shelf, offset=offset, limit=limit).count() == count
    assert shelf.asked == [(0, 1, False)]


async def test_nothing_there_is_counted_as_nothing():
    """No page at all."""
    assert await search(Shelf()).count() == 0


PIECES = [piece(range(start, start + 10)) for start in range(0, 100, 10)]


@pytest.mark.parametrize(
    ("offset", "limit"),
    [(0, None), (0, 3), (3, 4), (4, 7), (7, None), (0, 5), (5, 5), (49, 5), (50, 5), (60, None), (0, 0)],
)
async def test_offset_and_limit_are_of_what_is_left_by_our_own_part_of_the_filter(offset, limit):
    """In frames, pages, nodes and counts alike, across the edges of pages."""
    odd = list(range(1, 100, 2))
    wanted = odd[offset:] if limit is None else odd[offset : offset + limit]

    def found():
        return search(Shelf(*PIECES), local=ODD, offset=offset, limit=limit)

    assert await numbers(found()) == wanted
    assert [int(name) async for page in found().pages() for name in page.name] == wanted
    assert [int(node.name) async for node in found().nodes()] == wanted
    assert await found().count() == len(wanted)


async def test_no_page_more_is_read_than_a_limit_wants():
    """What we look for ourselves ends when enough was found."""
    shelf = Shelf(*PIECES)
    assert await numbers(search(shelf, local=ODD, limit=7)) == [1, 3, 5, 7, 9, 11, 13]
    assert shelf.given == 2


@pytest.mark.parametrize("local", [None, ODD])
async def test_a_listing_that_begins_again_is_taken_as_it_then_comes(local):
    """What came before the restart is forgotten, and limits count from there."""
    shelf = Shelf(piece(range(10)), piece(range(10, 20)), piece(range(50, 60), again=True), piece(range(60, 70)))
    wanted = [n for n in range(50, 70) if local is None or n % 2]
    assert await numbers(search(shelf, local=local)) == wanted
    assert await numbers(search(shelf, local=local, limit=15)) == wanted[:15]
    assert [restart for _, _, restart in shelf.asked] == [True, True]


@pytest.mark.parametrize("local", [None, ODD])
async def test_what_comes_in_no_order_is_sorted_and_then_cut(local):
    """All of it is read; offset and limit are of the order that was asked for."""
    shelf = Shelf(piece(range(50, 60), in_order=False), piece(range(10, 20), in_order=False))
    there = [n for n in [*range(10, 20), *range(50, 60)] if local is None or n % 2]
    for offset, limit in ((0, None), (0, 3), (2, 6), (8, None)):
        found = search(shelf, local=local, offset=offset, limit=limit, sort="['name DESC']")
        assert await numbers(found) == there[::-1][offset:][: len(there) if limit is None else limit]


async def test_what_comes_in_no_order_and_cannot_be_sorted_is_an_error():
    """A sort that only Amazon can read is not passed over in silence when Amazon gives no order."""
    shelf = Shelf(piece(range(9), in_order=False))
    with pytest.raises(FilterError, match=r"the sort .*tomorrow.* cannot be done here"):
        await search(shelf, sort="['tomorrow']", readable=False).frame()


async def test_more_than_was_asked_for_is_cut():
    """A service that gives more than the limit makes no longer frame."""
    assert await numbers(search(Shelf(piece(range(10))), limit=4)) == [0, 1, 2, 3]


async def test_a_search_says_what_it_is_and_is_inert():
    """Nothing is asked for by looking at it: what was asked, and how many there were when somebody counted."""
    shelf = Shelf(*PIECES)
    found = search(shelf, local=ODD, offset=10, limit=1_000, sort="['contentProperties.size DESC']")
    ways = "await .count(), await .frame(), async for page in .pages(), async for node in .nodes()"
    what = "here version:1, sort -size, from 10, at most 1,000"
    assert repr(found) == f"<Search {what}: not read yet; {ways}>"
    assert "<b>Search</b>: not read yet. Next: <code>await .count()" in found._repr_html_()
    assert shelf.asked == []
    assert await found.count() == 40
    assert repr(found) == f"<Search {what}: 40 nodes when it was last read; {ways}>"
    assert len(await search(shelf).frame()) == 100


@pytest.mark.parametrize("way", ["nodes", "pages"])
@pytest.mark.parametrize(("local", "count"), [(None, "100 nodes"), (ODD, "50 nodes")])
async def test_a_search_that_was_read_to_its_end_says_how_many_there_were(way, local, count):
    """However it was read; one that was left in the middle still does not know."""
    found = search(Shelf(*PIECES), local=local)
    async for _ in getattr(found, way)():
        break
    assert "not read yet" in repr(found)
    async for _ in getattr(found, way)():
        pass
    assert f"{count} when it was last read" in repr(found)


async def test_a_search_that_is_sorted_here_says_so_and_names_only_the_ways_that_there_are():
    """Amazon cannot sort by every column: what is sorted here cannot be read in pieces."""
    found = search(Shelf(*PIECES), sort=to_sort_order(["-version", "name"]))
    assert repr(found) == "<Search here sort -version, name: not read yet; await .count(), await .frame()>"
    assert "<code>here sort -version, name</code>" in found._repr_html_()
    assert ".pages()" not in found._repr_html_()
    with pytest.raises(FilterError):
        found.pages()


@pytest.mark.parametrize("asked", [F.name == "<script>\x1b[31m\u202e", F.name.matches("<script>")])
async def test_what_was_asked_does_nothing_to_a_screen(asked):
    """Names in a filter are shown, and neither markup nor escapes; nor does a filter that has no text fail."""
    found = search(Shelf(), local=asked)
    assert "<script>" not in found._repr_html_()
    assert not {"\x1b", "\u202e"} & set(found._repr_html_() + repr(found))
    assert "name" in repr(found)


async def test_the_loop_goes_on_while_many_nodes_become_a_frame():
    """Whatever else the loop is to do is never kept waiting for long, measured by the whole (fault F3)."""
    shelf = Shelf(*(piece(range(page * 200, page * 200 + 200)) for page in range(200)))
    ticks = []

    async def tick():
        while True:
            ticks.append(time.perf_counter())
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0)
    frame = await search(shelf).frame()
    await asyncio.sleep(0.002)
    ticking.cancel()
    assert len(frame) == 40_000
    silences = [after - before for before, after in pairwise(ticks)]
    assert max(silences) < sum(silences) / 3  # on the loop it is nearly all of the time
