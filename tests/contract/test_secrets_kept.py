"""Nothing that holds cookies leaves the process by itself: no pickle, no copy, no look inside shows one."""

import asyncio
import copy
import pickle
import pprint

import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Settings
from amazon_photos.auth.cookie_formats import Cookie
from amazon_photos.auth.credentials import Credentials

COOKIES = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": "Atza|very-secret"}
SECRETS = ("very-secret", "222-2222222")


@pytest.fixture(params=[AmazonPhotos, AsyncAmazonPhotos])
def client(request, tmp_path):
    """One that sends nothing."""
    ap = request.param(COOKIES, catalog=tmp_path / "ap.parquet", endpoint="http://127.0.0.1:9", progress=False)
    yield ap
    closing = ap.close()
    if closing is not None:
        asyncio.run(closing)


HOLDERS = {
    "the client": lambda ap: ap,
    "a method": lambda ap: ap.query,
    "a search": lambda ap: ap.search(),
    "its session": lambda ap: getattr(ap, "_aio", ap)._session._live,
    "a list of clients": lambda ap: [ap],
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("holder", HOLDERS)
def test_what_holds_cookies_is_not_pickled(client, holder, protocol):
    """Whoever can read a pickle could read the photos (fault E2)."""
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)) as caught:
        pickle.dumps(HOLDERS[holder](client), protocol)
    assert not any(secret in str(caught.value) for secret in SECRETS)


@pytest.mark.parametrize(
    ("holder", "copied"),
    [
        ("the client", copy.copy),
        ("the client", copy.deepcopy),
        ("its session", copy.copy),
        ("its session", copy.deepcopy),
        ("a list of clients", copy.deepcopy),
    ],
)
def test_what_holds_cookies_is_not_copied(client, holder, copied):
    """Two clients with one set of connections would close each other's (fault E2)."""
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        copied(HOLDERS[holder](client))


def test_the_refusal_names_the_class_that_people_made(client):
    """And says what to do instead (fault E2)."""
    name = type(client).__name__
    with pytest.raises(TypeError, match=rf"^{name} holds cookies .* make another {name}$"):
        pickle.dumps(client)


def test_credentials_and_cookies_by_themselves():
    """They are refused without a client around them (fault E2)."""
    for secret in (Credentials.load(COOKIES, environ={}), Cookie("at-main", "very-secret")):
        for copied in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot be pickled or copied"):
                copied(secret)
        assert "secret" not in repr(secret)


def test_settings_hold_nothing_secret_and_travel():
    """They are what another process needs to make a client of its own (fault E2)."""
    settings = Settings(endpoint="http://127.0.0.1:1", bwlimit="2M")
    assert pickle.loads(pickle.dumps(settings)) == copy.deepcopy(settings) == copy.copy(settings) == settings


def test_looking_inside_shows_no_cookie(client):
    """What debuggers and notebooks show of a client and its parts, three deep (fault E2)."""
    seen, waiting = set(), [(client, 0)]
    while waiting:
        thing, depth = waiting.pop()
        if id(thing) in seen or not hasattr(thing, "__dict__") or isinstance(thing, type):
            continue
        seen.add(id(thing))
        shown = pprint.pformat(vars(thing)) + repr(thing)
        if type(thing).__name__ not in ("CookieAuth", "Secrets"):  # what signs and what hides must have them
            assert not any(secret in shown for secret in SECRETS), thing
        if depth < 3 and type(thing).__module__.startswith("amazon_photos"):
            waiting += [(part, depth + 1) for part in vars(thing).values()]
    assert len(seen) > 5
