"""Many nodes in few requests, with one answer for each node."""

import asyncio

import pytest

from amazon_photos.aio.batches import in_batches
from amazon_photos.aio.progress import Progress
from amazon_photos.errors import AccountNotFound, NotFound, SessionExpired, Unavailable
from amazon_photos.frames.results import NODES
from amazon_photos.frames.row_builder import table_of
from amazon_photos.frames.to_pandas import to_frame
from amazon_photos.net.concurrency import gather_or_cancel
from amazon_photos.net.limits import AdaptiveLimiter

QUIET = Progress(shown=False)


async def test_a_refused_batch_is_halved_until_the_bad_ids_stand_alone():
    """Everything but the bad ids goes through, and no batch is above the size."""
    sent = []

    async def send(ids):
        sent.append(list(ids))
        if bad & set(ids):
            raise NotFound("there is no such node")
        return {}

    ids, bad = [str(n) for n in range(20)], {"3", "17"}
    results = await in_batches(
        ids, size=8, done="trashed", send=send, to_frame=list, progress=QUIET, limit=AdaptiveLimiter(4, 8)
    )
    assert [row.id for row in results] == ids
    assert {row.id for row in results if row.outcome == "failed"} == bad
    assert all(len(batch) <= 8 for batch in sent)
    went_through = [i for batch in sent if not bad & set(batch) for i in batch]
    assert sorted(went_through) == sorted(set(ids) - bad)


@pytest.mark.parametrize("bad", ["0", "13", "31"])
async def test_one_bad_id_costs_few_requests(bad):
    """It is found by halves: eleven requests among 32, wherever it stands."""
    sent = []

    async def send(ids):
        sent.append(ids)
        if bad in ids:
            raise NotFound("there is no such node")
        return {}

    results = await in_batches(
        [str(n) for n in range(32)],
        size=50,
        done="trashed",
        send=send,
        to_frame=list,
        progress=QUIET,
        limit=AdaptiveLimiter(4, 8),
    )
    assert [row.id for row in results if row.reason] == [bad]
    assert len(sent) == 11


async def test_ids_that_amazon_singles_out_fail_alone():
    """A batch that is answered with errors for some ids fails for those."""

    async def send(ids):
        return {"2": "locked"}

    results = await in_batches(
        ["1", "2", "3"], size=50, done="deleted", send=send, to_frame=list, progress=QUIET, limit=AdaptiveLimiter(4, 8)
    )
    assert [(row.id, row.outcome, row.reason) for row in results] == [
        ("1", "deleted", None),
        ("2", "failed", "locked"),
        ("3", "deleted", None),
    ]


@pytest.mark.parametrize("error", [SessionExpired("over"), Unavailable("down"), AccountNotFound("abroad")])
async def test_a_lost_session_or_a_dead_service_raises(error):
    """It is no fault of any id, so no id is blamed, and nothing is halved."""
    sent = []

    async def send(ids):
        sent.append(ids)
        raise error

    with pytest.raises(type(error)):
        await in_batches(
            ["1", "2"], size=50, done="trashed", send=send, to_frame=list, progress=QUIET, limit=AdaptiveLimiter(4, 8)
        )
    assert len(sent) == 1


async def test_the_first_error_stops_the_others():
    """together() cancels what is under way and raises the error itself."""
    stopped = []

    async def wait():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    async def fail():
        await asyncio.sleep(0)
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        await gather_or_cancel([wait(), fail(), wait()])
    assert stopped == [True, True]


def test_the_frame_has_a_row_for_each():
    """Columns id, outcome, reason; an empty list gives an empty frame with them."""
    assert list(to_frame(table_of([], NODES)).columns) == ["id", "outcome", "reason"]


async def test_what_is_no_id_fails_alone_and_is_not_sent():
    """Paths, empty texts and the like: a row with its reason; all others go through (faults A2 and B3)."""
    sent = []

    async def send(ids):
        sent.extend(ids)
        return {}

    ids = ["1", "/../victim", "2", "", "x\0", ""]
    results = await in_batches(
        ids, size=2, done="trashed", send=send, to_frame=list, progress=QUIET, limit=AdaptiveLimiter(4, 8)
    )
    assert sent == ["1", "2"]
    assert [row.id for row in results] == ids
    assert [row.outcome for row in results] == ["trashed", "failed", "trashed", "failed", "failed", "failed"]
    table = to_frame(table_of((result.row() for result in results), NODES))
    assert table.id.isna().tolist() == [False, False, False, True, False, True]
    assert "not a node id" in table.reason[1]
    assert "came without an id" in table.reason[3]
    assert table.reason.isna().tolist() == [True, False, True, False, False, False]


async def test_an_error_tells_what_was_done_before_it():
    """The outcomes of the error have the nodes whose answer came; of the others nothing is said."""
    ids = [f"{n:022}" for n in range(6)]

    async def send(some):
        if ids[4] in some:
            raise Unavailable("gone")
        return {ids[1]: "not this one"}

    with pytest.raises(Unavailable) as caught:
        await in_batches(
            ["no id", *ids],
            size=2,
            done="trashed",
            send=send,
            to_frame=list,
            progress=QUIET,
            limit=AdaptiveLimiter(4, 8),
        )
    told = [(row.id, row.outcome, row.reason is None) for row in caught.value.outcomes]
    assert told[:3] == [("no id", "failed", False), (ids[0], "trashed", True), (ids[1], "failed", False)]
    assert ids[4] not in {row.id for row in caught.value.outcomes}
    assert "outcomes" in caught.value.__notes__[0]
