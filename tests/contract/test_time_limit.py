"""``timeout(seconds)``: what is done in the block ends in time, on both faces, and the client goes on afterwards."""

import asyncio
import math

import pytest

from amazon_photos import errors
from transfers import put

NEVER = [{"operation": "account.info", "fault": "stall", "seconds": 3600}]


async def test_what_takes_too_long_ends(async_ap, service):
    """``TimedOut``, which says whose limit it was; and the next call works."""
    service.faults(NEVER)
    with pytest.raises(errors.TimedOut, match=r"0\.2 seconds of timeout"):
        async with async_ap.timeout(0.2):
            await async_ap.account()
    service.faults([])
    async with async_ap.timeout(600):
        assert (await async_ap.account())["status"] == "ACTIVE"


async def test_other_time_outs_pass_as_they_are(async_ap):
    """What the program itself raises in the block is its own."""
    with pytest.raises(TimeoutError, match="mine"):
        async with async_ap.timeout(600):
            raise TimeoutError("mine")


def test_the_blocking_face_ends_in_time_too(ap, service):
    """Calls, attributes, groups and loops; what stands outside of the block has no limit."""
    service.faults(NEVER)
    with pytest.raises(errors.TimedOut, match=r"0\.2 seconds of timeout"), ap.timeout(0.2):
        ap.account()
    service.faults([{"operation": "*", "fault": "stall", "seconds": 3600}])
    for call in (lambda: ap.root, ap.albums.list, lambda: list(ap.search())):
        with pytest.raises(errors.TimedOut), ap.timeout(0.2):
            call()
    service.faults([])
    assert ap.account()["status"] == "ACTIVE"


def test_the_shorter_of_two_limits_counts(ap, service):
    """Whichever block is the inner one; afterwards the outer one's counts again."""
    service.faults(NEVER)
    for outer, inner in ((600, 0.2), (0.2, 600)):
        with pytest.raises(errors.TimedOut, match=r"0\.2 seconds"), ap.timeout(outer), ap.timeout(inner):
            ap.account()


def test_a_limit_that_is_over_lets_files_be_closed(ap, service):
    """A file and a stream that the block has opened give their connections back."""
    [node_id] = ap._loop_thread.wait(put(ap._aio, ["a.mp4"], size=3_000_000))
    with ap.timeout(2):
        file, pieces = ap.open(node_id), ap.stream(node_id)
        file.read(10)
        next(pieces)
        service.faults(NEVER)
        with pytest.raises(errors.TimedOut):
            ap.account()
        file.close()
        pieces.close()
    assert not ap._aio._session._transport._arriving


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf, True, "5", None])
def test_what_is_no_time_is_refused(ap, async_ap, seconds):
    """With the call, by name."""
    for client in (ap, async_ap):
        with pytest.raises(errors.InvalidInput, match="seconds must be above 0"):
            client.timeout(seconds)


async def test_a_limit_is_of_its_task(async_ap, service):
    """Another task of the same client goes on."""
    service.faults(NEVER)
    going_on = asyncio.create_task(async_ap.root)
    with pytest.raises(errors.TimedOut):
        async with async_ap.timeout(0.2):
            await async_ap.account()
    assert (await going_on).id
