"""``sort``, ``offset``, ``limit`` and ``count`` mean the same however a filter is answered and however long the list.

What we answer of a filter ourselves, and what must be read in parts, is sorted and cut here: as if Amazon had.
"""

import pytest

from amazon_photos import F, errors

SORT = "['name ASC']"


@pytest.fixture
def large(ap, service):
    service.reset(files=10_600)
    return ap


@pytest.mark.parametrize("way", [pytest.param("token", marks=pytest.mark.soak), "offset"])
def test_a_filter_that_we_answer_is_sorted_and_cut_like_any_other(large, service, way):
    """More than 9,999 files of which we pick the large ones: in order, and the first and the next ten are those."""
    service.set(paging=way)
    files = large.nodes("kind:FILE", sort=SORT)
    assert len(files) > 10_000
    assert files.name.is_monotonic_increasing
    median = int(files["size"].median())
    right = list(files.id[files["size"] > median])
    wanted = (F.kind == "FILE") & (F.size > median)
    found = large.nodes(wanted, sort=SORT)
    assert sorted(found.id) == sorted(right)
    assert found.name.is_monotonic_increasing
    ten, twenty = (large.nodes(wanted, sort=SORT, limit=n) for n in (10, 20))
    assert list(ten.name) == list(files.name[files["size"] > median][:10])
    assert list(ten.id) == list(twenty.id[:10])
    assert list(large.nodes(wanted, sort=SORT, limit=10, offset=10).id) == list(twenty.id[10:])


def test_a_limit_above_what_offsets_reach_is_cut_after_sorting(large, service):
    """Without tokens, the first 10,200 by name are those, although parts come by date."""
    service.set(paging="token")
    names = list(large.nodes("kind:FILE", sort=SORT).name)
    service.set(paging="offset")
    assert list(large.nodes("kind:FILE", sort=SORT, limit=10_200).name) == names[:10_200]


def test_a_long_trash_is_sorted(large, service):
    """The trash past 9,999 too comes in the order that was asked for."""
    large.trash(large.find_path("Pictures"))
    service.set(paging="offset")
    found = large.trashed(sort=SORT)
    assert len(found) > 10_000
    assert found.name.is_monotonic_increasing


def test_offset_is_of_what_matches(ap, service):
    """Two windows side by side are the whole, where we answer a part of the filter."""
    service.reset(files=700)
    wanted = F.type("PHOTOS") & (F.size > 1189)
    everything = list(ap.query(wanted, save=False).id)
    assert len(everything) > 200
    parts = [ap.query(wanted, save=False, offset=start, limit=90) for start in range(0, len(everything), 90)]
    assert [node_id for part in parts for node_id in part.id] == everything
    assert len(ap.query(wanted, save=False, offset=len(everything) - 5)) == 5
    assert len(ap.query(wanted, save=False, offset=10**6)) == 0
    assert ap.search(wanted, offset=20, limit=50).count() == 50


@pytest.mark.parametrize(("offset", "limit"), [(0, None), (100, None), (0, 30), (100, 30), (690, 30), (10**6, None)])
def test_count_is_of_what_comes(ap, service, offset, limit):
    """count() is the number of rows that frame() gives, by one request."""
    service.reset(files=700)
    found = ap.search("type:(PHOTOS)", offset=offset, limit=limit)
    service.requests.clear()
    count = found.count()
    assert len(service.requests) == 1
    assert count == len(found.frame())


def test_an_offset_near_the_end_of_what_amazon_reaches(large, service):
    """Only the first page is short; the rest comes by token, 200 at a time."""
    service.set(paging="token")
    there = len(large.nodes("kind:FILE"))
    service.requests.clear()
    assert len(large.nodes("kind:FILE", offset=9_998)) == there - 9_998
    assert len(service.requests) <= 1 + -(-(there - 9_999) // 200)


@pytest.mark.parametrize("path", ["/drive/v1/search", "/drive/v1/nodes"])
@pytest.mark.parametrize("limit", [None, 500])
def test_a_page_that_came_twice_spoils_neither_order_nor_limit(ap, service, path, limit):
    """When a frame's listing has to be read again, the second reading counts alone: right, and in order."""
    service.reset(files=900)

    def read():
        if path.endswith("nodes"):
            return ap.nodes("kind:FILE", sort=SORT, limit=limit)
        return ap.query("type:(PHOTOS)", sort=SORT, limit=limit, save=False)

    right = list(read().id)
    service.set(paging="offset")
    service.faults([{"path": path, "nth": 2, "fault": "repeat"}])
    assert list(read().id) == right


def test_the_trash_leaves_room_for_six_parameters(ap, service):
    """More text than that is refused before anything is sent; of a tree the rest is answered here."""
    service.reset(files=700)
    service.requests.clear()
    with pytest.raises(errors.FilterError, match="less 2 for what is sent along: 6"):
        ap.trashed(" AND ".join(["name:a*"] * 7))
    assert service.requests == []
    everything = ap.trashed()
    assert len(everything) > 5
    wanted = F.name > "0"
    for _ in range(8):
        wanted &= F.name.startswith("")
    assert set(ap.trashed(wanted).id) == set(everything.id[everything.name > "0"])
