"""The gate for requests and the bucket for bandwidth, on a real loop."""

import asyncio
import contextlib
import logging

import pytest

from amazon_photos.errors import NotFound, RateLimited, SessionExpired, TimedOut, Unavailable
from amazon_photos.net.limits import AdaptiveLimiter, RateLimiter


async def opened(start: int = 4, ceiling: int = 16, **options: float) -> AdaptiveLimiter:
    """A gate that has had its first answer."""
    limit = AdaptiveLimiter(start, ceiling, **options)
    async with limit.slot():
        pass
    return limit


async def turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Guests:
    """Tasks that hold a place until they are told to go."""

    def __init__(self, limit: AdaptiveLimiter) -> None:
        self.limit = limit
        self.inside: list[int] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.go: dict[int, asyncio.Future[Exception | None]] = {}

    async def come(self, number: int) -> None:
        for _ in range(number):
            self.tasks.append(asyncio.create_task(self._stay(len(self.tasks))))
        await turn()

    async def _stay(self, name: int) -> None:
        async with self.limit.slot():
            self.inside.append(name)
            self.go[name] = asyncio.get_running_loop().create_future()
            error = await self.go[name]
            if error:
                raise error

    async def leave(self, name: int, error: Exception | None = None) -> None:
        self.go[name].set_result(error)
        await turn()

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_the_first_request_goes_alone() -> None:
    """Until one answer has come, one request is under way: a lost session costs one request."""
    guests = Guests(AdaptiveLimiter(4, 16))
    await guests.come(6)
    assert guests.inside == [0]
    await guests.leave(0)
    assert guests.inside == [0, 1, 2, 3, 4]
    await guests.close()


async def test_an_answer_that_has_begun_lets_the_others_in() -> None:
    """A long first download doesn't hold up the rest: its headers are answer enough. So is an honest 404."""
    limit = AdaptiveLimiter(2, 16)
    guests = Guests(limit)
    async with limit.slot() as place:
        await guests.come(1)
        assert guests.inside == []
        place.mark_answered()
        await turn()
        assert guests.inside == [0]
    await guests.close()
    other = AdaptiveLimiter(2, 16)
    with pytest.raises(NotFound):
        async with other.slot():
            raise NotFound("x", status=404)
    guests = Guests(other)
    await guests.come(3)
    assert guests.inside == [0, 1]
    await guests.close()


async def test_no_more_than_the_limit_and_in_order() -> None:
    """Exactly the limit is inside, and those who wait come in the order they came."""
    guests = Guests(await opened(start=3, ceiling=3))
    await guests.come(7)
    assert guests.inside == [0, 1, 2]
    await guests.leave(1)
    await guests.leave(0)
    assert guests.inside == [0, 1, 2, 3, 4]
    await guests.close()


async def test_it_grows_while_answers_are_quick_up_to_the_ceiling() -> None:
    """One more after as many quick answers as it is wide, and never above the ceiling."""
    limit = AdaptiveLimiter(1, 3)
    widths = []
    for _ in range(12):
        async with limit.slot():
            pass
        widths.append(limit.width)
    assert widths == [2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]


async def test_slow_answers_do_not_widen_it() -> None:
    """When answers take long, more at once would only make it worse."""
    limit = AdaptiveLimiter(1, 16, quick=0.0)
    for _ in range(10):
        async with limit.slot():
            pass
    assert limit.width == 1


@pytest.mark.parametrize("error", [RateLimited("x"), Unavailable("x", status=503), Unavailable("x", status=200)])
async def test_a_push_back_halves_once_for_all_that_were_under_way(error: RateLimited | Unavailable) -> None:
    """A 429, a 503 or a bot check halves; the others of the same moment don't halve again, a later one does."""
    limit = await opened(start=8)
    guests = Guests(limit)
    await guests.come(8)
    for name in range(4):
        await guests.leave(name, type(error)("x", status=error.status))
    assert limit.width == 4
    for name in range(4, 8):
        await guests.leave(name)
    with pytest.raises(type(error)):
        async with limit.slot():
            raise error
    assert limit.width == 2
    for _ in range(5):
        with pytest.raises(type(error)):
            async with limit.slot():
                raise error
    assert limit.width == 1
    await guests.close()


@pytest.mark.parametrize(
    "error", [Unavailable("x", status=500), Unavailable("x", status=504), TimedOut("x"), ValueError()]
)
async def test_other_failures_do_not_halve(error: Exception) -> None:
    """What is no sign of being too fast leaves the limit alone, and gives its place back."""
    limit = await opened(start=1, ceiling=1)
    for _ in range(3):
        with pytest.raises(type(error)):
            async with limit.slot():
                raise error
    assert limit.width == 1
    async with limit.slot():
        pass


async def test_retry_after_closes_the_gate_for_all(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody enters before the time Amazon asked for, also not those who waited already; then all do, in order."""
    caplog.set_level(logging.INFO, "amazon_photos.net")
    limit = await opened(start=2, ceiling=2)
    loop = asyncio.get_running_loop()
    guests = Guests(limit)
    await guests.come(4)
    began = loop.time()
    await guests.leave(0, RateLimited("x", retry_after=0.2))
    await guests.leave(1)
    assert guests.inside == [0, 1]
    while len(guests.inside) < 4:
        await asyncio.sleep(0.005)
    assert loop.time() - began >= 0.2
    assert guests.inside == [0, 1, 2, 3]
    assert "Amazon says we are too fast (429): waiting 0.2 s as it asked, then 1 at once" in caplog.text
    await guests.close()


async def test_long_waits_are_told_as_warnings(caplog: pytest.LogCaptureFixture) -> None:
    """Who looks at a program that seems to hang sees why it waits."""
    limit = await opened(max_wait=100.0)
    with pytest.raises(RateLimited):
        async with limit.slot():
            raise RateLimited("x", retry_after=30.0)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_a_retry_after_beyond_patience_is_an_error_for_all() -> None:
    """When Amazon wants more time than we would wait, those who wait and those who come are told so at once."""
    limit = await opened(start=1, ceiling=1, max_wait=10.0)
    guests = Guests(limit)
    await guests.come(3)
    await guests.leave(0, RateLimited("come back later", retry_after=3600.0))
    results = await asyncio.gather(*guests.tasks, return_exceptions=True)
    assert [(type(r), getattr(r, "retry_after", None)) for r in results] == [(RateLimited, 3600.0)] * 3
    with pytest.raises(RateLimited, match="nothing was sent") as caught:
        async with limit.slot():
            pytest.fail("somebody got in")
    assert 3000 < (caught.value.retry_after or 0) <= 3600


async def test_a_lost_session_turns_away_all_who_wait() -> None:
    """One 401 is enough: who waits for a place gets the same error, as an object of its own, and sends nothing."""
    guests = Guests(AdaptiveLimiter(4, 16))
    await guests.come(5)
    await guests.leave(0, SessionExpired("the session is over", status=401, operation="nodes"))
    results = await asyncio.gather(*guests.tasks, return_exceptions=True)
    assert guests.inside == [0]
    assert [str(result) for result in results] == ["the session is over"] * 5
    assert len({id(result) for result in results}) == 5


async def test_a_lost_session_is_no_matter_of_what_is_not_signed() -> None:
    """A public link waits on while a session ends, and its own "sign in" turns away nobody who is signed in."""
    limit = await opened(start=1, ceiling=1)
    for ends_signed, left in ((True, [False]), (False, [True, False])):
        waiting = {}
        with contextlib.suppress(SessionExpired):
            async with limit.slot(signed=ends_signed):
                waiting = {signed: asyncio.create_task(_pass(limit, signed=signed)) for signed in (True, False)}
                await turn()
                raise SessionExpired("401")
        results = await asyncio.wait_for(asyncio.gather(*waiting.values(), return_exceptions=True), 5)
        passed = [signed for signed, result in zip(waiting, results, strict=True) if result is None]
        assert passed == left
        assert not limit.is_waited_for


async def test_cancelling_gives_the_place_back() -> None:
    """Whoever is cancelled, waiting, just let in, or inside, leaves no place behind."""
    limit = await opened(start=1, ceiling=1)
    guests = Guests(limit)
    await guests.come(4)
    guests.tasks[1].cancel()  # waits
    await turn()
    guests.go[0].set_result(None)
    for _ in range(100):  # cancelled in the very step in which it is let in, or right after
        await asyncio.sleep(0)
        guests.tasks[2].cancel()
        if guests.tasks[2].done():
            break
    await turn()
    assert guests.inside[-1] == 3
    guests.tasks[3].cancel()  # is inside
    await turn()
    async with asyncio.timeout(5), limit.slot():
        pass


async def test_bandwidth_is_shared_and_bounded() -> None:
    """Everybody's bytes together take at least as long as the rate says; without a rate nobody waits."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    rate = RateLimiter(100_000)
    await asyncio.gather(*[rate.spend(5_000) for _ in range(4)])
    assert loop.time() - began >= 0.19
    await RateLimiter(None).spend(1 << 60)


async def test_what_renews_the_session_comes_ahead():
    """It needs no place and is not turned away by a lost session, but waits while the gate is closed."""
    limit = AdaptiveLimiter(1, 1)
    async with limit.slot():
        waiting = asyncio.create_task(_pass(limit))
        await asyncio.sleep(0)
        async with asyncio.timeout(5), limit.slot(ahead=True):
            pass
        assert not waiting.done()
    await waiting
    with pytest.raises(RateLimited):
        async with limit.slot():
            raise RateLimited("slower", retry_after=0.2)
    ahead = asyncio.create_task(_pass(limit, ahead=True))
    behind = asyncio.create_task(_pass(limit))
    await asyncio.sleep(0)
    assert not ahead.done()
    limit._reject_waiting(SessionExpired("401"))
    with pytest.raises(SessionExpired):
        await behind
    await ahead


async def _pass(limit, *, ahead=False, signed=True):
    async with limit.slot(ahead=ahead, signed=signed):
        pass
