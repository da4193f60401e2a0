"""One kind of session: what it tells, how it is rotated, renewed and merged."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.saved_session import SavedSession, hash_account, make_session
from amazon_photos.errors import CredentialsError
from amazon_photos.model.sign_in import MintedCookie

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COOKIES = {"session-id": "1", "ubid-main": "2", "at-main": "Atza|x"}


def session() -> SavedSession:
    return make_session(Credentials.load(COOKIES, environ={}), "pasted", NOW)


SESSION = session()
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.booleans(),
        st.dictionaries(
            st.sampled_from(["session-id", "session-token", "at-main"]), st.sampled_from("abc"), max_size=2
        ),
    ),
    max_size=4,
)


def change(session: SavedSession, changes: list[tuple[int, bool, dict[str, str]]]) -> SavedSession:
    for minute, whole, values in changes:
        now = NOW + minute * MINUTE
        if whole:
            session = session.renew([MintedCookie(name, value) for name, value in values.items()], now)
        else:
            session = session.rotate(values, now)
    return session


def cookies(session: SavedSession) -> dict[str, str]:
    return {cookie.name: cookie.value for cookie in session.cookies}


@given(CHANGES, CHANGES, CHANGES)
def test_merging_does_not_depend_on_who_is_first(one: list, two: list, three: list) -> None:  # type: ignore[type-arg]
    """Whoever merges with whom, in whichever order and however often, gets the same cookies."""
    a, b, c = (change(SESSION, changes) for changes in (one, two, three))
    assert cookies(a.merge(b)) == cookies(b.merge(a))
    assert cookies(a.merge(b).merge(c)) == cookies(a.merge(b.merge(c)))
    assert cookies(a.merge(a)) == cookies(a)


def test_what_signs_nothing_is_not_kept() -> None:
    """Of what was minted: no other names, no other marketplace's, nothing empty in the place of what there was."""
    names = {"at-main": "Atza|y", "session-id": "", "at-acbde": "Atza|z", "x-name-of-mine": "Jane", "é": "é"}
    renewed = SESSION.renew([MintedCookie(name, value) for name, value in names.items()], NOW)
    assert cookies(renewed) == COOKIES | {"at-main": "Atza|y"}


def test_what_is_newer_wins() -> None:
    """Of one cookie the value that was set last; a clock that was set back in between changes nothing."""
    first = SESSION.rotate({"session-id": "a"}, NOW + MINUTE)
    second = first.rotate({"session-id": "b"}, NOW - 60 * MINUTE)
    assert cookies(first.merge(second))["session-id"] == "b"


def test_cookies_of_one_renewal_stay_together() -> None:
    """A process that still rotates the old ones does not mix them into the new ones."""
    renewed = SESSION.renew([MintedCookie("session-id", "new"), MintedCookie("at-main", "Atza|new")], NOW + MINUTE)
    old = SESSION.rotate({"session-id": "old", "session-token": "t"}, NOW + 2 * MINUTE)
    merged = cookies(renewed.merge(old))
    assert (merged["session-id"], merged["at-main"], merged["session-token"]) == ("new", "Atza|new", "t")


def test_two_sessions_are_not_merged() -> None:
    """Another sign-in is another session, even with the same cookies."""
    with pytest.raises(ValueError, match="not one"):
        session().merge(session())


def test_nothing_changes_nothing() -> None:
    """A cookie that is set to the value that it has is not newer."""
    assert SESSION.rotate(COOKIES, NOW + MINUTE) is SESSION


def test_minted_cookies_that_sign_nothing() -> None:
    """A renewal whose cookies are no good is refused, and the session stays as it was."""
    with pytest.raises(CredentialsError, match="characters that no cookie has"):
        SESSION.renew([MintedCookie("at-main", "Atza|a;b")], NOW)


def test_accounts_are_told_apart_by_a_hash() -> None:
    """Equal ids have equal hashes; the id does not stand in it."""
    assert hash_account("A1B2C3") == hash_account("A1B2C3") != hash_account("A1B2C4")
    assert "A1B2C3" not in hash_account("A1B2C3")
