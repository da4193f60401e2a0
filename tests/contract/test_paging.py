"""Listings are complete, hold each node once, and come to an end, whatever the service does meanwhile.

Against the emulator for what the real service does, and against a small server that plays one that misbehaves.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
from aiohttp import web

from amazon_photos import errors
from amazon_photos.auth.credentials import Credentials
from amazon_photos.net import paging
from amazon_photos.net.session import Session
from amazon_photos.query.expr import and_
from amazon_photos.query.parser import parse
from amazon_photos.query.sort import SortOrder, parse_sort
from amazon_photos.settings import Settings
from amazon_photos.wire import albums, folders, nodes, search, trash

COOKIES = {"session-id": "1", "ubid-main": "2", "at-main": "Atza|3"}
FILES = parse("kind:FILE", dialect="node")


def order(text):
    """A sort as the door for arguments reads it."""
    return SortOrder(text, parse_sort(text))


def session(url: str, cookies: dict[str, str] = COOKIES, **settings: Any) -> Session:
    return Session(Credentials.load(cookies, environ={}), Settings(endpoint=url, backoff_initial=0.001, **settings))


async def ids_of(pages: AsyncIterator[Any]) -> list[str]:
    return [json.loads(bytes(raw))["id"] async for page in pages for raw in page.data]


def each_once(ids: list[str]) -> set[str]:
    assert [i for i, number in Counter(ids).items() if number > 1] == []
    return set(ids)


# --- against the emulator ----------------------------------------------------------------------------------


@pytest.fixture
async def client(service):
    made = session(service.url, service.cookies)
    yield made
    await made.close()


def listed(service: Any, path: str = "/drive/v1/nodes") -> list[dict[str, str]]:
    return [seen.query for seen in service.requests if seen.path == path]


@pytest.mark.parametrize("way", ["token", "offset"])
async def test_fault_05_nodes_gives_all_and_not_200(service, client, way):
    """Fault 5: a listing goes on past its first page, by token and by offset, with one request for each page."""
    service.reset(files=1000)
    service.set(paging=way)
    service.requests.clear()
    ids = each_once(await ids_of(paging.list_nodes(client, nodes.nodes, filters=FILES)))
    first = await client.send(nodes.nodes(filters=FILES, limit=1))
    assert len(ids) == first.count > 600
    asked = listed(service)[:-1]
    assert len(asked) == -(-first.count // 200)
    assert ["startToken" in query for query in asked] == [False] + [way == "token"] * (len(asked) - 1)


@pytest.mark.parametrize("way", ["token", "offset"])
async def test_fault_10_no_page_is_asked_for_twice(service, client, way):
    """Fault 10: the first page comes once, in listings and in searches; so does every other."""
    service.reset(files=1000)
    service.set(paging=way)
    service.requests.clear()
    each_once(await ids_of(paging.list_nodes(client, nodes.nodes, filters=FILES)))
    asked = [query.get("startToken", query.get("offset")) for query in listed(service)]
    assert len(asked) == len(set(asked)) > 3
    each_once(await ids_of(paging.by_offset(client, partial(search.search, filters=parse("type:(PHOTOS)")))))
    offsets = [int(query["offset"]) for query in listed(service, "/drive/v1/search")]
    assert sorted(offsets) == list(range(0, 200 * len(offsets), 200))


async def test_past_9999(service, client):
    """More than 9999 nodes come completely, by offsets as by tokens, in any order, with few requests to spare."""
    service.reset(files=12_000)
    there = (await client.send(nodes.nodes(filters=FILES, limit=1))).count
    assert there > 10_000
    pages = -(-there // 200)
    oldest_first, newest_first = "['createdDate ASC']", "['createdDate DESC']"
    for way, sort, most in [
        ("offset", "", pages + 8),
        ("offset", newest_first, pages + 8),
        ("token", oldest_first, pages),
        ("token", "", pages + 16),
    ]:
        service.set(paging=way)
        service.requests.clear()
        found = paging.list_nodes(client, nodes.nodes, filters=FILES, sort=order(sort))
        dates, ids = [], []
        async for page in found:
            decoded = [json.loads(bytes(raw)) for raw in page.data]
            ids += [node["id"] for node in decoded]
            dates += [node["createdDate"] for node in decoded]
        assert len(each_once(ids)) == there, (way, sort)
        assert len(listed(service)) <= most, (way, sort)
        if sort:
            assert dates == sorted(dates, reverse=sort == newest_first)


async def test_nodes_created_meanwhile_neither_double_nor_drop_out(service, client):
    """What is created while a long listing runs changes nothing about the rest; by every way of listing."""
    service.reset(files=12_000)
    before = each_once(await ids_of(paging.list_nodes(client, nodes.nodes, filters=FILES)))
    for way, sort in [("offset", ""), ("offset", "['createdDate DESC']"), ("token", ""), ("token", "['name ASC']")]:
        service.set(paging=way)
        ids, made = [], 0
        async for page in paging.list_nodes(
            client, nodes.nodes, sort=order(sort), filters=parse("kind:FILE OR kind:VISUAL*", dialect="node")
        ):
            ids += [json.loads(bytes(raw))["id"] for raw in page.data]
            if made < 3:
                made += 1
                await client.send(albums.create_album(f"{way} {sort} {made}"))
        assert before <= each_once(ids), (way, sort)


@pytest.mark.parametrize("way", ["token", "offset"])
@pytest.mark.parametrize(("offset", "limit"), [(0, 1), (0, 200), (0, 250), (150, 250), (990, None), (5000, None)])
async def test_offset_and_limit(service, client, way, offset, limit):
    """A listing begins where it is told and has exactly as many as are wanted, with no page too many."""
    service.reset(files=1000)
    service.set(paging=way)
    sort = "['createdDate ASC']"
    everything = await ids_of(paging.list_nodes(client, nodes.nodes, filters=FILES, sort=order(sort)))
    service.requests.clear()
    some = paging.list_nodes(client, nodes.nodes, filters=FILES, sort=order(sort), offset=offset, limit=limit)
    assert await ids_of(some) == everything[offset:][:limit]
    assert len(service.requests) == max(1, -(-len(everything[offset:][:limit]) // 200))


async def test_nothing_is_asked_for_no_nodes(service, client):
    """A limit of 0 sends no request."""
    assert await ids_of(paging.list_nodes(client, nodes.nodes, limit=0)) == []
    assert await ids_of(paging.by_offset(client, search.search, limit=0)) == []
    assert service.requests == []


async def test_all_folders_take_one_request_for_200(service, client):
    """All folders come in as many requests as they fill pages, not in one request each."""
    service.reset(files=12_000)
    service.requests.clear()
    found = await ids_of(paging.list_nodes(client, nodes.nodes, filters=folders.ALL_FOLDERS))
    assert len(each_once(found)) > 5
    assert len(service.requests) == -(-len(found) // 200)


def bunched(nights: int) -> Callable[[Any], None]:
    """Moves a library: all but the root was created in so many nights, some years apart, 50 nodes a second."""
    age = f"({nights} - seq % {nights}) * 3 * 365 * 86400"
    moment = f"strftime('%Y-%m-%dT%H:%M:%fZ', '2024-01-01', '-' || ({age} - seq * 0.02) || ' seconds')"
    return lambda db: db.execute(f"UPDATE nodes SET created = {moment} WHERE kind != 'FOLDER' OR seq > 1")


@pytest.mark.parametrize("way", ["token", "offset"])
@pytest.mark.parametrize("nights", [2, *(pytest.param(many, marks=pytest.mark.soak) for many in (1, 5))])
async def test_dates_that_are_bunched(service, client, way, nights):
    """A library that was moved here in one night, or in some, comes completely, with few requests to spare."""
    service.reset(files=12_000)
    service.library.write(bunched(nights))
    service.set(paging=way)
    found = each_once(await ids_of(paging.list_nodes(client, nodes.nodes)))
    asked = len(listed(service))
    there = (await client.send(nodes.nodes(limit=1))).count
    assert len(found) == there > 10_000
    assert asked <= -(-there // 200) + 16


async def test_the_trash_is_listed_from_the_trash(service, client):
    """Every page of the trash comes from /trash: page 2 of /nodes would hold live photos."""
    service.reset(files=1000)
    ids = (await ids_of(paging.list_nodes(client, nodes.nodes, filters=FILES)))[:450]
    for start in range(0, len(ids), 50):
        await client.send(trash.trash(ids[start : start + 50]))
    for way in ("token", "offset"):
        service.set(paging=way)
        service.requests.clear()
        pages = paging.list_nodes(client, trash.list_trash, filters=trash.IN_TRASH)
        found = [json.loads(bytes(raw)) async for page in pages for raw in page.data]
        assert {node["status"] for node in found} == {"TRASH"}
        assert set(ids) <= each_once([node["id"] for node in found])
        assert {seen.path for seen in service.requests} == {"/drive/v1/trash"}


async def test_limits_that_amazon_sets_are_said(service, client):
    """Past 9999 by offset, and with no room for the term that splits, there is an error that says what to do."""
    service.reset(files=12_000)
    service.set(paging="offset")
    for offset in (500, 9_999, 20_000):
        with pytest.raises(errors.InvalidInput, match="past 9999 by offset"):
            await ids_of(paging.list_nodes(client, nodes.nodes, filters=FILES, offset=offset))
    eight = and_(*[FILES] * 8)
    with pytest.raises(errors.FilterError, match="one filter parameter more"):
        await ids_of(paging.list_nodes(client, nodes.nodes, filters=eight))
    service.set(paging="token")
    assert len(each_once(await ids_of(paging.list_nodes(client, nodes.nodes, filters=eight)))) > 10_000


async def test_an_expired_session_is_one_request(service):
    """A listing with dead cookies ends after its first request."""
    client = session(service.url)
    with pytest.raises(errors.SessionExpired):
        await ids_of(paging.list_nodes(client, nodes.nodes))
    assert len(service.requests) == 1
    await client.close()


async def test_more_created_at_once_than_amazon_gives(service, client):
    """More nodes of one millisecond than offsets reach are an error that says so, not the first 9999 of them."""
    service.reset(files=12_000)
    service.library.write(lambda db: db.execute("UPDATE nodes SET created = '2020-01-01T00:00:00.000Z' WHERE seq > 1"))
    service.set(paging="offset")
    with pytest.raises(errors.UnexpectedReply, match="more than 9999 nodes were created at once"):
        await ids_of(paging.list_nodes(client, nodes.nodes))


@pytest.mark.parametrize("way", ["token", "offset"])
async def test_through_faults(service, client, way):
    """A listing through broken connections, errors and web pages is as complete as any."""
    service.reset(files=4000)
    service.set(paging=way)
    clean = each_once(await ids_of(paging.list_nodes(client, nodes.nodes, filters=FILES)))
    faults = ["503", "500", "429", "reset-before", "reset-after", "cut", "captcha", "repeat"]
    service.faults([{"operation": "*", "probability": 0.2, "seed": 3, "fault": faults, "times": 12}])
    assert each_once(await ids_of(paging.list_nodes(client, nodes.nodes, filters=FILES))) == clean


# --- against a service that misbehaves ---------------------------------------------------------------------


class Shelf:
    """A listing that tests can change while it is read. ``before`` is called with the number of each request."""

    def __init__(self, size: int, *, tokens: bool) -> None:
        self.ids = [f"n{number:05}" for number in range(size)]
        self.tokens = tokens
        self.requests: list[dict[str, str]] = []
        self.at_once = self.most_at_once = 0
        self.latency = 0.0
        self.before: Callable[[int], None] = lambda number: None
        self.twist: Callable[[int, dict[str, Any]], dict[str, Any]] = lambda number, page: page
        self.status = 200

    async def __call__(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        self.requests.append(query)
        number = len(self.requests)
        self.before(number)
        start, limit = int(query.get("startToken", query.get("offset", "0"))), int(query["limit"])
        page: dict[str, Any] = {
            "count": len(self.ids),
            "data": [{"id": i, "kind": "FILE"} for i in self.ids[start : start + limit]],
        }
        if self.tokens and start + limit < len(self.ids):
            page["nextToken"] = str(start + limit)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.latency)
        self.at_once -= 1
        page = self.twist(number, page)
        return web.json_response(page, status=page.pop("status", 200))


@pytest.fixture
async def shelf():
    """Puts a shelf of so many nodes behind an address; gives it and a session."""
    ends: list[Any] = []

    async def put(size: int, *, tokens: bool = False, **settings: Any) -> tuple[Shelf, Session]:
        made = Shelf(size, tokens=tokens)
        runner = web.ServerRunner(web.Server(made))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        client = session(f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}", **settings)
        ends.extend([client.close, runner.cleanup])
        return made, client

    yield put
    for end in ends:
        await end()


@pytest.mark.parametrize("tokens", [True, False])
async def test_nodes_that_come_in_front(shelf, tokens):
    """New nodes at the front push others over the edges of pages: these come once, and none is lost."""
    made, client = await shelf(1000, tokens=tokens)
    there = set(made.ids)
    made.before = lambda number: made.ids.insert(0, f"new{number}") if 2 <= number <= 4 else None
    ids = each_once(await ids_of(paging.list_nodes(client, nodes.nodes)))
    assert there <= ids
    assert len(made.requests) <= 20


@pytest.mark.parametrize("size", [0, 1, 199, 200, 201, 400, 1000, 1001, 2200])
async def test_no_page_is_asked_for_behind_the_last(shelf, size):
    """As many requests as pages, also when the last one is full: its count says that it is the last."""
    made, client = await shelf(size)
    for listing in (paging.list_nodes(client, nodes.nodes), paging.by_offset(client, search.search)):
        made.requests.clear()
        assert each_once(await ids_of(listing)) == set(made.ids)
        assert len(made.requests) == max(1, -(-size // 200))


@pytest.mark.parametrize("place", [0, 10**6])
async def test_an_upload_that_goes_on_meanwhile(shelf, place):
    """What is created all the while, first or last in order, costs no second reading and loses nothing."""
    made, client = await shelf(3000)
    there = set(made.ids)
    made.before = lambda number: made.ids.insert(place, f"new{number}") if number % 5 == 2 else None
    made.latency = 0.005
    assert there <= each_once(await ids_of(paging.list_nodes(client, nodes.nodes)))
    assert len(made.requests) <= 3 * 16
    made.requests.clear()
    assert there <= each_once(await ids_of(paging.by_offset(client, search.search)))
    assert len(made.requests) <= 3 * 17


@pytest.mark.parametrize("count", [0, -1, 150])
async def test_a_count_that_is_too_low(shelf, count):
    """A first page that is longer than its count doesn't end the listing."""
    made, client = await shelf(1000)
    made.twist = lambda number, page: page | {"count": count} if number == 1 else page
    assert each_once(await ids_of(paging.by_offset(client, search.search))) == set(made.ids)


@pytest.mark.parametrize("tokens", [True, False])
async def test_nodes_that_go_meanwhile(shelf, tokens):
    """Deleted nodes pull others over the edges of pages: none that stays is lost, by one reading more."""
    made, client = await shelf(1000, tokens=tokens)
    gone = set(made.ids[:3])
    made.before = lambda number: made.ids.remove(min(made.ids)) if 2 <= number <= 4 else None
    ids = each_once(await ids_of(paging.list_nodes(client, nodes.nodes)))
    assert set(made.ids) <= ids <= set(made.ids) | gone
    assert len(made.requests) == 10


async def test_a_listing_that_is_emptied_meanwhile(shelf):
    """When everything is deleted while it is read, what had come by then is the answer."""
    made, client = await shelf(9000)
    made.before = lambda number: made.ids.clear() if number == 2 else None
    assert len(each_once(await ids_of(paging.list_nodes(client, nodes.nodes)))) == 200
    assert len(made.requests) <= 12


@pytest.mark.parametrize("tokens", [True, False])
@pytest.mark.parametrize("odd", [2, 4])
async def test_one_empty_page_in_the_middle(shelf, tokens, odd):
    """A page that is empty once is read again, and nothing is missing."""
    made, client = await shelf(1000, tokens=tokens)
    made.twist = lambda number, page: page | {"data": []} if number == odd else page
    assert each_once(await ids_of(paging.list_nodes(client, nodes.nodes))) == set(made.ids)
    assert len(made.requests) <= 12


async def test_a_page_that_is_always_empty(shelf):
    """A page that stays empty is an error with numbers, after a bounded number of requests."""
    made, client = await shelf(1000)
    made.twist = lambda number, page: page | {"data": []} if made.requests[number - 1]["offset"] == "400" else page
    with pytest.raises(errors.UnexpectedReply, match="1000 nodes announced, 800 given"):
        await ids_of(paging.list_nodes(client, nodes.nodes))
    assert len(made.requests) == 15


@pytest.mark.parametrize("tokens", [True, False])
async def test_a_page_that_repeats_for_ever(shelf, tokens):
    """A service that gives its first page for ever is an error, and soon; not a loop, and not a short answer."""
    made, client = await shelf(9900, tokens=tokens)
    first = [{"id": i} for i in made.ids[:200]]
    made.twist = lambda number, page: page | {"data": first} | ({"nextToken": f"{number}"} if tokens else {})
    with pytest.raises(errors.UnexpectedReply, match="leads nowhere: 20 pages held nothing new"):
        await ids_of(paging.list_nodes(client, nodes.nodes))
    assert len(made.requests) < 60


async def test_twenty_pages_of_nothing_new_are_read_on(shelf):
    """So many may be alike, one after another, in a library that changes: what comes behind them is not lost."""
    made, client = await shelf(9900, tokens=True)
    first = [{"id": i} for i in made.ids[:200]]
    made.twist = lambda number, page: page | {"data": first, "nextToken": f"{number}"} if 2 <= number <= 23 else page
    assert each_once(await ids_of(paging.list_nodes(client, nodes.nodes))) == set(made.ids)


async def test_a_token_that_leads_in_a_circle(shelf):
    """A token that leads back to itself is an error after three readings; one that did so once is none."""
    made, client = await shelf(1000, tokens=True)
    made.twist = lambda number, page: page | {"nextToken": "200"}
    with pytest.raises(errors.UnexpectedReply, match="circle"):
        await ids_of(paging.list_nodes(client, nodes.nodes))
    assert len(made.requests) <= 9
    made.twist = lambda number, page: page | {"nextToken": "400"} if number == 12 else page
    assert each_once(await ids_of(paging.list_nodes(client, nodes.nodes))) == set(made.ids)


async def test_a_token_that_expires(shelf):
    """When a token has expired, the listing begins again, and each node still comes once."""
    made, client = await shelf(1000, tokens=True)
    expired = {"status": 400, "message": "Next token is expired"}
    made.twist = lambda number, page: expired if number == 4 else page
    assert each_once(await ids_of(paging.list_nodes(client, nodes.nodes))) == set(made.ids)
    assert len(made.requests) == 4 + 5


async def test_a_token_that_always_expires(shelf):
    """Tokens that expire every time are an error after three readings."""
    made, client = await shelf(1000, tokens=True)
    expired = {"status": 400, "message": "Next token is expired"}
    made.twist = lambda number, page: page if "offset" in made.requests[number - 1] else dict(expired)
    with pytest.raises(errors.UnexpectedReply, match="1000 nodes announced, 200 given"):
        await ids_of(paging.list_nodes(client, nodes.nodes))
    assert len(made.requests) == 6


async def test_more_announced_than_given(shelf):
    """A count that is never reached is an error with both numbers, after three readings."""
    made, client = await shelf(500)
    made.twist = lambda number, page: page | {"count": 600}
    with pytest.raises(errors.UnexpectedReply, match="600 nodes announced, 500 given, also after reading it 3 times"):
        await ids_of(paging.list_nodes(client, nodes.nodes))
    assert len(made.requests) == 9


async def test_a_count_that_fell_between_two_readings(shelf):
    """A second reading that is told of fewer nodes than the first one is not believed by itself: none is lost."""
    made, client = await shelf(1000)

    def twist(number: int, page: dict[str, Any]) -> dict[str, Any]:
        if number <= 5:  # the first reading: its last page comes empty
            return page | {"data": []} if made.requests[number - 1]["offset"] == "800" else page
        return page | {"count": 600} if number <= 8 else page  # the second, then the third

    made.twist = twist
    assert each_once(await ids_of(paging.list_nodes(client, nodes.nodes))) == set(made.ids)
    assert len(made.requests) == 5 + 3 + 5


async def test_a_count_that_grows_for_ever(shelf):
    """A library that grows faster than it is read comes to an end, with all that was there at the beginning."""
    made, client = await shelf(1000)
    there = set(made.ids)
    made.before = lambda number: made.ids.append(f"new{number}")
    assert there <= each_once(await ids_of(paging.list_nodes(client, nodes.nodes)))
    assert len(made.requests) < 30


@pytest.mark.parametrize("tokens", [True, False])
async def test_nodes_without_an_id_count(shelf, tokens):
    """What has no id is one of those that were announced, also when two of its kind look alike and when pages overlap:
    the listing is whole at its first reading, and each comes (fault B3)."""
    made, client = await shelf(1000, tokens=tokens)
    odd = [None, None, {"id": None, "name": "x"}, {"id": "", "name": "x"}, {"id": 5}, [], "text"]
    made.twist = lambda number, page: page | {"data": [*page["data"][: -len(odd)], *odd]} if number == 2 else page
    came = [json.loads(bytes(raw)) async for page in paging.list_nodes(client, nodes.nodes) for raw in page.data]
    assert len(came) == 1000
    assert [node for node in came if not (isinstance(node, dict) and node.get("id") in made.ids)] == odd
    assert len(made.requests) == 5


async def test_a_page_of_nodes_without_an_id_that_comes_again(shelf):
    """A part of a listing that overlaps another gives no second row, and one that comes for ever no endless listing
    (fault B3)."""
    made, client = await shelf(4000, tokens=True)
    odd = [{"id": None, "name": f"{number}"} for number in range(200)]
    made.twist = lambda number, page: page | {"data": odd, "nextToken": str(number)}
    with pytest.raises(errors.UnexpectedReply, match=r"leads nowhere: 20 pages held nothing new .*, 200 given"):
        [page async for page in paging.list_nodes(client, nodes.nodes)]
    assert len(made.requests) < 60


async def test_pages_are_fetched_side_by_side_within_the_limit(shelf):
    """The first page goes alone, then four at once, more while answers are quick, and never above the ceiling."""
    made, client = await shelf(9000, max_concurrency=6)
    made.latency = 0.01
    widths: list[int] = []
    made.twist = lambda number, page: widths.append(made.at_once) or page  # type: ignore[func-returns-value]
    ids = await ids_of(paging.list_nodes(client, nodes.nodes))
    assert ids == made.ids  # in order, too
    assert widths[0] == 0
    assert 4 <= made.most_at_once <= 6
    assert client.limit.width == 6


async def test_leaving_early_stops_what_is_under_way(shelf):
    """A reader who has seen enough costs no more requests than were under way."""
    made, client = await shelf(9000)
    pages = paging.list_nodes(client, nodes.nodes)
    async for _ in pages:
        break
    await pages.aclose()
    assert len(made.requests) == 1
    pages = paging.by_offset(client, search.search)
    await anext(pages)
    await anext(pages)
    await pages.aclose()
    await asyncio.sleep(0.05)  # what was on the wire arrives
    before = len(made.requests)
    await asyncio.sleep(0.1)
    assert len(made.requests) == before < 20


async def test_an_error_in_the_middle_is_raised_and_stops_the_rest(shelf):
    """When a page cannot be had, the listing ends with that error and asks for nothing more."""
    made, client = await shelf(9000, max_attempts=1)
    made.twist = lambda number, page: {"status": 401, "message": "Token has expired"} if number == 5 else page
    with pytest.raises(errors.SessionExpired):
        await ids_of(paging.list_nodes(client, nodes.nodes))
    await asyncio.sleep(0.05)  # what was on the wire arrives
    before = len(made.requests)
    await asyncio.sleep(0.1)
    assert len(made.requests) == before < 15


@pytest.mark.parametrize("tokens", [True, False])
async def test_progress_is_told(shelf, tokens):
    """Progress counts up to the total, which is known from the first page on, also with a limit."""
    _, client = await shelf(1000, tokens=tokens)
    told: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> None:
        told.append((done, of))

    for limit, total in ((None, 1000), (450, 450)):
        told.clear()
        await ids_of(paging.list_nodes(client, nodes.nodes, limit=limit, on_page=tell))
        assert [done for done, _ in told] == [*range(200, total, 200), total]
        assert {of for _, of in told} == {total}
