"""Whether to send again, after how long, and how often. The jitter is given, and hardly any time passes."""

import pytest

from amazon_photos import errors
from amazon_photos.net.retry import Policy
from amazon_photos.settings import Settings

POLICY = Policy(max_attempts=4, first=0.5, longest=4.0, budget=100.0, jitter=lambda: 1.0)


def wait(
    error: errors.AmazonPhotosError, *, attempt: int = 1, waited: float = 0.0, idempotent: bool = True
) -> float | None:
    return POLICY.wait(error, attempt=attempt, waited=waited, idempotent=idempotent)


@pytest.mark.parametrize(
    "error",
    [
        errors.SessionExpired("x", status=401),
        errors.BadRequest("x", status=400),
        errors.Forbidden("x", status=403),
        errors.NotFound("x", status=404),
        errors.Conflict("x"),
        errors.UnexpectedReply("x"),
        errors.InvalidInput("x"),
        errors.ClientClosed("x"),
        errors.CertificateError("x"),
        errors.LocalFileError("x"),
    ],
)
def test_what_never_helps_is_never_repeated(error: errors.AmazonPhotosError) -> None:
    """Fault 13: a lost session is one error at once, as is everything else that sending again cannot mend."""
    assert wait(error) is None


def test_fault_13_a_401_is_never_repeated() -> None:
    """Fault 13 of the predecessor: 401 was retried twelve times over three minutes."""
    assert not errors.SessionExpired.retryable
    assert [
        wait(errors.SessionExpired("x", status=401), attempt=n, idempotent=r) for n in (1, 2) for r in (True, False)
    ] == [None] * 4


@pytest.mark.parametrize(
    "error", [errors.Unavailable("x", status=503), errors.TimedOut("x"), errors.ConnectionFailed("x")]
)
def test_an_unknown_outcome_is_repeated_only_where_that_is_safe(error: errors.AmazonPhotosError) -> None:
    """After a 5xx, a time-out or a broken connection a write may have happened: only what may be repeated is."""
    assert wait(error) == 0.5
    assert wait(error, idempotent=False) is None


def test_a_429_is_always_repeated() -> None:
    """Too fast means not carried out: even an upload is sent again."""
    assert wait(errors.RateLimited("x"), idempotent=False) == 0.5


def test_waits_double_up_to_the_longest() -> None:
    """Back-off doubles, is bounded, and ends with the attempts."""
    policy = Policy(max_attempts=7, first=0.5, longest=4.0, budget=100.0, jitter=lambda: 1.0)
    error = errors.TimedOut("x")
    waits = [policy.wait(error, attempt=n, waited=0.0, idempotent=True) for n in range(1, 8)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, None]


def test_jitter_spreads_clients() -> None:
    """A wait is anything between nothing and the full back-off."""
    policy = Policy(max_attempts=4, first=1.0, longest=8.0, budget=100.0, jitter=lambda: 0.25)
    assert policy.wait(errors.TimedOut("x"), attempt=2, waited=0.0, idempotent=True) == 0.5
    drawn = [Policy.of(Settings()).wait(errors.TimedOut("x"), attempt=1, waited=0, idempotent=True) for _ in range(50)]
    assert all(0 <= (pause or 0) <= Settings().backoff_initial for pause in drawn)
    assert len(set(drawn)) > 1


def test_retry_after_is_honoured() -> None:
    """Never sooner than Amazon asks; not sooner than our own back-off either."""
    assert wait(errors.RateLimited("x", retry_after=9.0)) == 9.0
    assert wait(errors.RateLimited("x", retry_after=0.1)) == 0.5
    assert wait(errors.Unavailable("x", retry_after=9.0, status=503)) == 9.0


def test_the_budget_ends_it() -> None:
    """An operation waits no longer in all than its budget, and for nothing that Amazon wants too late."""
    assert wait(errors.TimedOut("x"), waited=99.0) == 0.5
    assert wait(errors.TimedOut("x"), waited=99.8) is None
    assert wait(errors.RateLimited("x", retry_after=101.0)) is None
    assert (
        Policy(4, 0.5, 4.0, 9e9).wait(
            errors.RateLimited("x", retry_after=3600.0), attempt=1, waited=0.0, idempotent=True
        )
        is None
    )


def test_settings_make_the_policy() -> None:
    """attempts, back-off and budget are settings."""
    made = Policy.of(Settings(max_attempts=2, backoff_initial=1, backoff_max=2, retry_budget=3))
    assert (made.max_attempts, made.first, made.longest, made.budget) == (2, 1, 2, 3)


# --- the attempts ----------------------------------------------------------------------------------------------------

AT_ONCE = Policy(max_attempts=3, first=0.001, longest=0.002, budget=100.0, jitter=lambda: 1.0)


class Work:
    """Fails with each of ``errors``, then gives "done"."""

    def __init__(self, *fails: Exception) -> None:
        self.left = list(fails)
        self.begun = 0

    def __call__(self) -> str:
        self.begun += 1
        if self.left:
            raise self.left.pop(0)
        return "done"


async def repeat(work: Work, *, idempotent: bool = True, policy: Policy = AT_ONCE) -> str:
    async for attempt in policy.attempts(idempotent=idempotent):
        with attempt:
            return work()
    raise AssertionError


@pytest.mark.parametrize("fails", [0, 1, 2])
async def test_it_is_tried_until_it_succeeds(fails: int) -> None:
    """A failure that passes is not seen outside."""
    work = Work(*(errors.TimedOut(str(n)) for n in range(fails)))
    assert await repeat(work) == "done"
    assert work.begun == fails + 1


@pytest.mark.parametrize("most", [1, 2, 3])
async def test_it_is_tried_as_often_as_allowed_and_the_last_error_is_raised(most: int) -> None:
    """``max_attempts`` counts the first one; the error is the last one itself."""
    last = errors.TimedOut("last")
    work = Work(*(errors.TimedOut(str(n)) for n in range(most - 1)), last, errors.TimedOut("one too many"))
    with pytest.raises(errors.TimedOut) as caught:
        await repeat(work, policy=Policy(most, 0.001, 0.002, 100.0))
    assert caught.value is last
    assert work.begun == most


@pytest.mark.parametrize("error", [errors.NotFound("x"), errors.SessionExpired("x"), ValueError("a bug")])
async def test_what_no_attempt_helps_against_goes_on(error: Exception) -> None:
    """At once and as itself, also when it is none of ours."""
    work = Work(error)
    with pytest.raises(type(error)) as caught:
        await repeat(work)
    assert caught.value is error
    assert work.begun == 1


async def test_what_must_not_happen_twice_is_tried_again_after_a_429_only() -> None:
    """Of the two that say "later", only one says that nothing was done."""
    assert await repeat(Work(errors.RateLimited("x")), idempotent=False) == "done"
    with pytest.raises(errors.Unavailable):
        await repeat(Work(errors.Unavailable("x")), idempotent=False)


async def test_turns_without_a_failure_are_free() -> None:
    """Who mends the request and goes on at once has not used up an attempt."""
    turns = 0
    async for attempt in AT_ONCE.attempts():
        turns += 1
        if turns > 10:
            attempt.note_failure(errors.TimedOut("x"))
        if turns == 12:
            break
    with pytest.raises(errors.TimedOut):
        attempt.note_failure(errors.TimedOut("the third"))


async def test_what_is_judged_decides_and_what_failed_is_raised() -> None:
    """An error may be retried as if it were another; nobody sees the other."""
    attempts = AT_ONCE.attempts()
    odd = errors.UnexpectedReply("x")
    attempts.note_failure(odd, judged=errors.ContentMismatch("x"))
    with pytest.raises(errors.UnexpectedReply):
        attempts.note_failure(odd)


async def test_progress_begins_anew() -> None:
    """What goes on from elsewhere is another request: it has all its attempts."""
    attempts = AT_ONCE.attempts()
    for _ in range(5):
        attempts.note_failure(errors.TimedOut("x"))
        attempts.reset()
    attempts.note_failure(errors.TimedOut("x"))
    attempts.note_failure(errors.TimedOut("x"))
    with pytest.raises(errors.TimedOut):
        attempts.note_failure(errors.TimedOut("x"))


async def test_all_the_waiting_counts_for_the_budget() -> None:
    """The pauses of one thing add up, and no pause begins that would end after the budget."""
    policy = Policy(max_attempts=100, first=0.01, longest=0.01, budget=0.035, jitter=lambda: 1.0)
    work = Work(*(errors.TimedOut("x") for _ in range(99)))
    with pytest.raises(errors.TimedOut):
        await repeat(work, policy=policy)
    assert work.begun == 4
