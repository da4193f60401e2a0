"""When a session is renewed, and when it is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.renewal import Renewal, explain_end, plan_after_answer, plan_before_request
from amazon_photos.auth.saved_session import SavedSession, make_session
from amazon_photos.errors import (
    AmazonPhotosError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    RateLimited,
    SessionExpired,
    Unavailable,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COOKIES = {"session-id": "1", "ubid-main": "2", "at-main": "Atza|x"}


def session(more: dict[str, str] | None = None, expires: datetime | None = None, **values: Any) -> SavedSession:
    credentials = Credentials.load(COOKIES | (more or {}), environ={})
    made = make_session(credentials, values.pop("way", "pasted"), NOW, expires={"at-main": expires} if expires else {})
    return replace(made, **values)


DEVICE = session(way="registered", refresh_token="Atnr|x")
COMMAND = session(way="command", command=("pass",))
PASTED = session()
TRADING = session({"sess-at-main": "s"})


@pytest.mark.parametrize(
    ("given", "age", "planned"),
    [
        (DEVICE, 19.9, Renewal.NONE),
        (DEVICE, 20, Renewal.MINT),
        (DEVICE, 23, Renewal.MINT),
        (DEVICE, 1000, Renewal.MINT),
        (DEVICE, -1, Renewal.NONE),
        (COMMAND, 20, Renewal.COMMAND),
        (PASTED, 1000, Renewal.NONE),
        (TRADING, 1000, Renewal.NONE),
    ],
)
def test_before_a_request(given: SavedSession, age: float, planned: Renewal) -> None:
    """Cookies older than 20 hours are renewed where they can be; others are used until Amazon refuses them."""
    assert plan_before_request(given, NOW + age * HOUR) is planned


def test_a_device_without_cookies() -> None:
    """It gets them before its first request."""
    assert plan_before_request(replace(DEVICE, cookies=()), NOW) is Renewal.MINT


def test_an_end_that_is_known() -> None:
    """Cookies that are about to end are renewed before."""
    ending = session(way="command", command=("pass",), expires=NOW + 5 * HOUR)
    assert plan_before_request(ending, NOW + 2.9 * HOUR) is Renewal.NONE
    assert plan_before_request(ending, NOW + 3 * HOUR) is Renewal.COMMAND


def test_after_a_failure_that_may_pass() -> None:
    """It is not tried again before every request; the cookies are still good."""
    late = NOW + 20 * HOUR
    assert plan_before_request(DEVICE, late + timedelta(minutes=4), failed=late) is Renewal.NONE
    assert plan_before_request(DEVICE, late + timedelta(minutes=5), failed=late) is Renewal.MINT
    assert plan_before_request(DEVICE, late - HOUR + timedelta(minutes=61), failed=late + 3 * HOUR) is Renewal.MINT


@pytest.mark.parametrize(
    ("given", "planned"),
    [(DEVICE, Renewal.MINT), (COMMAND, Renewal.COMMAND), (TRADING, Renewal.TRADE), (PASTED, Renewal.NONE)],
)
def test_signed_out(given: SavedSession, planned: Renewal) -> None:
    """Whatever can be renewed is, at the first answer that says so, however fresh the cookies are."""
    assert plan_after_answer(given, SessionExpired("401")) is planned


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("429"),
        Unavailable("a bot check"),
        Unavailable("503", status=503),
        Forbidden("403"),
        NotFound("404"),
        ConnectionFailed("no"),
    ],
    ids=str,
)
def test_throttling_and_bot_checks_are_no_signing_out(error: AmazonPhotosError) -> None:
    """Nothing but "signed out" renews a session."""
    assert plan_after_answer(DEVICE, error) is Renewal.NONE


def test_an_end_that_says_nothing() -> None:
    """A clock that is a day ahead, and a command that has no younger cookies, renew nothing at every request."""
    ended = session(way="command", command=("pass",), expires=NOW - HOUR)
    assert plan_before_request(ended, NOW + 2 * HOUR) is Renewal.NONE
    short = session(way="command", command=("pass",), expires=NOW + 1.5 * HOUR)
    assert plan_before_request(short, NOW + 0.9 * HOUR) is Renewal.NONE
    assert plan_before_request(short, NOW + HOUR) is Renewal.COMMAND


@pytest.mark.parametrize("off", [-1, 1])
def test_a_clock_off_by_an_hour(off: float) -> None:
    """Ours against Amazon's: what it says of the end is an hour wrong, and cookies are renewed after 20 hours still."""
    ending = session(way="command", command=("pass",), expires=NOW + (24 + off) * HOUR)
    assert plan_before_request(ending, NOW + 19.9 * HOUR) is Renewal.NONE
    assert plan_before_request(ending, NOW + 20 * HOUR) is Renewal.COMMAND


def test_what_died() -> None:
    """What it was, since when it lived, and the one command that mends it."""
    late = NOW + 50 * HOUR
    said = explain_end(DEVICE.info, "family", "amazon-photos login --profile family", late)
    assert "the profile 'family' (the registration of this device, made 2026-11-01, lived 2 days) died" in said
    assert said.endswith("run `amazon-photos login --profile family --register`")
    said = explain_end(PASTED.info, "default", "amazon-photos login", NOW + 30 * HOUR)
    assert "the cookies that were pasted" in said
    assert said.endswith("lived 30 hours) died: run `amazon-photos login`")
