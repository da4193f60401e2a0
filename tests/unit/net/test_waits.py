"""What a session waits for, in words for people."""

import pytest

from amazon_photos import errors
from amazon_photos.net.waits import Waits, explain_wait


@pytest.fixture
def clock():
    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    return Clock()


def test_nothing_is_waited_for(clock):
    """Then there is nothing to tell."""
    assert Waits(clock).tell() == ""


def test_what_holds_all_is_told_with_its_seconds(clock):
    """Rounded up, until it is over; the longest counts, and it comes before single retries."""
    waits = Waits(clock)
    waits.hold(12.0, errors.RateLimited("x"))
    waits.hold(3.0, errors.Unavailable("x", status=503))
    with waits.pausing("anything"):
        assert waits.tell() == "waiting 12 s: Amazon asks to slow down (429)"
        clock.now = 11.5
        assert waits.tell() == "waiting 1 s: Amazon asks to slow down (429)"
        clock.now = 12.0
        assert waits.tell() == "retrying 1: anything"
    assert waits.tell() == ""


def test_retries_are_counted_while_they_pause(clock):
    """How many, and why the latest."""
    waits = Waits(clock)
    with waits.pausing("one"), waits.pausing("two"):
        assert waits.tell() == "retrying 2: two"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errors.RateLimited("x"), "Amazon asks to slow down (429)"),
        (errors.Unavailable("x", status=503), "Amazon is not available (503)"),
        (errors.RenewalFailed("x"), "the session cannot be renewed now"),
        (errors.TimedOut("x"), "no answer from content-na.drive.amazonaws.com"),
        (errors.ConnectionFailed("x"), "no connection to content-na.drive.amazonaws.com"),
        (errors.ContentMismatch("x"), "what arrived was damaged"),
    ],
)
def test_why(error, told):
    """A few words, with the host only: no path, no id."""
    error.request = "GET content-na.drive.amazonaws.com/cdproxy/nodes/abcdefghijklmnopqrstuv/content"
    assert explain_wait(error) == told


def test_without_a_request_there_is_no_host():
    """What no request of ours met is Amazon's."""
    assert explain_wait(errors.TimedOut("x")) == "no answer from Amazon"
