"""A session that lives: renewed before it ends or when it has, once for all who wait, in the middle of anything."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
from dataclasses import replace

import pytest

import devices
from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Settings, errors
from amazon_photos.auth.session_store import SessionStore
from devices import MINT, age, keep, mints
from leaks import everything_of, spelled_in

QUICK = {"backoff_initial": 0.01, "backoff_max": 0.05}
INFO = "/drive/v1/account/info"


@pytest.fixture
def device(service):
    """The session of a device that has just been registered."""
    return devices.sign_in_device(service)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home for profiles, and the current folder beside it."""
    for name in ("AMAZON_PHOTOS_PROFILE", "AMAZON_PHOTOS_COOKIE_COMMAND", "session_id", "ubid_main", "at_main"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AMAZON_PHOTOS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
async def connect(service, home):
    """Makes async clients of a profile that lose no time."""
    clients = []

    def make(profile=None, cookies=None, **settings):
        tuned = Settings(endpoint=service.url, **QUICK | settings)
        clients.append(AsyncAmazonPhotos(cookies, profile=profile, settings=tuned, progress=False))
        return clients[-1]

    yield make
    for client in clients:
        await client.close()


def asked(service, path=INFO):
    return sum(request.path == path for request in service.requests)


# --- whose session ------------------------------------------------------------------------------------------


def test_a_client_of_a_profile(service, home, device):
    """By its name, with a catalogue of its own, and with what may be told of the session, which sends nothing."""
    keep(device, "family")
    with AmazonPhotos(profile="family", endpoint=service.url, progress=False) as ap:
        service.requests.clear()
        info = ap.session
        assert (info.way, info.marketplace, info.renewable, info.account) == ("registered", "com", True, "")
        assert info.made == device.made
        assert info.expires is not None
        assert not service.requests
        assert ap.account()["status"] == "ACTIVE"
        assert ap.settings.catalog == str(home / "profiles" / "family" / "ap.parquet")
    with AmazonPhotos(profile="family", endpoint=service.url, catalog="mine.parquet") as ap:
        assert ap.settings.catalog == "mine.parquet"


def test_the_profile_of_whoever_names_none(service, home, device, monkeypatch):
    """``AmazonPhotos()`` takes the profile "default"; cookies in the environment come before it, arguments first."""
    keep(device)
    with AmazonPhotos(endpoint=service.url) as ap:
        assert ap.session.way == "registered"
        assert ap.account()["status"] == "ACTIVE"
    for name, value in service.cookies.items():
        monkeypatch.setenv(name.replace("-", "_"), value)
    with AmazonPhotos(endpoint=service.url) as ap:
        assert (ap.session.way, ap.settings.catalog) == ("pasted", "ap.parquet")
    with AmazonPhotos(profile="default", endpoint=service.url) as ap:
        assert ap.session.way == "registered"


def test_nobody_signed_in(home):
    """Without a session anywhere, the error names the ways and the command."""
    with pytest.raises(errors.CredentialsError, match="amazon-photos login"):
        AmazonPhotos()
    with pytest.raises(errors.NotSignedIn, match="amazon-photos login --profile family"):
        AmazonPhotos(profile="family")


async def test_whose_account_it_is(connect, service, device):
    """The account's hash is kept as soon as Amazon has told whose it is; the session of another account is refused."""
    store = keep(device, "family")
    ap = connect("family")
    await ap.root
    account = ap.session.account
    assert account
    assert store.load().account == account
    store.update(replace(store.load(), account=""))
    keep(device.of_account("somebody else"), "other")
    with pytest.raises(errors.WrongProfile):
        await connect("other").root


# --- before it ends -----------------------------------------------------------------------------------------


async def test_old_cookies_are_renewed_once_before_anything_else(connect, service, device):
    """Twenty requests at once with cookies of 21 hours: one request more, for every client of that day."""
    store = keep(age(device, 21))
    service.requests.clear()
    ap = connect()
    await asyncio.gather(*(ap.account() for _ in range(20)))
    assert (mints(service), asked(service), len(service.requests)) == (1, 20, 21)
    assert store.load().minted > device.minted
    await connect().account()
    assert len(service.requests) == 22


async def test_a_device_without_cookies_yet(connect, service, device):
    """It gets them before its first request."""
    keep(replace(device, cookies=()))
    service.requests.clear()
    assert (await connect().account())["status"] == "ACTIVE"
    assert [request.path for request in service.requests] == [MINT, INFO]


@pytest.mark.parametrize("fault", ["429", "500", "captcha", "html", "reset-before", "cut"])
async def test_a_renewal_that_fails_leaves_good_cookies_in_use(connect, service, device, fault):
    """Throttled, failed, a bot check or a sign-in page: requests go on with the old cookies, and it is not tried at
    each of them."""
    keep(age(device, 21))
    service.faults([{"operation": "auth.cookies", "fault": fault}])
    service.requests.clear()
    ap = connect()
    for _ in range(5):
        assert (await ap.account())["status"] == "ACTIVE"
    assert asked(service) == 5
    assert len(service.requests) <= 6


async def test_a_renewal_that_hangs_is_not_waited_for_long(connect, service, device, monkeypatch):
    """While the cookies still sign, a request goes on without the renewal."""
    monkeypatch.setattr("amazon_photos.net.renewer._PATIENCE", 0.1)
    keep(age(device, 21))
    service.faults([{"operation": "auth.cookies", "fault": "stall"}])
    async with asyncio.timeout(20):
        assert (await connect().account())["status"] == "ACTIVE"


# --- when it has ended --------------------------------------------------------------------------------------


async def test_twenty_five_hours_later(connect, service, device):
    """The next day, by Amazon's clock, everything goes on: one renewal for all that were refused."""
    keep(device)
    ap = connect()
    await ap.account()
    service.set(clock_offset=90_000)
    service.requests.clear()
    await asyncio.gather(*(ap.account() for _ in range(40)))
    assert mints(service) == 1
    assert asked(service) <= 40 + ap.settings.max_concurrency  # what waited in the queue was not sent to be refused


@pytest.mark.parametrize("off", [-3600, 3600])
async def test_a_clock_off_by_an_hour(connect, service, device, off):
    """Ours against Amazon's: fresh cookies are used, and those that it calls ended are renewed once."""
    service.set(clock_offset=off)
    keep(device)
    service.requests.clear()
    ap = connect()
    await ap.account()
    assert mints(service) == 0
    service.set(clock_offset=off + 90_000)
    await ap.account()
    await ap.account()
    assert mints(service) == 1


async def test_a_cancelled_request_leaves_the_renewal_alone(connect, service, device):
    """Who waits and is cancelled goes; the renewal goes on, and the next one has its cookies."""
    store = keep(device)
    service.sign_in.expire_sessions()
    service.set(latency=0.3)
    service.requests.clear()
    ap = connect()
    asking = asyncio.create_task(ap.account())
    while not asked(service):
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)  # the renewal is under way
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
    assert asking.cancelled()
    service.set(latency=0)
    assert (await ap.account())["status"] == "ACTIVE"
    assert mints(service) == 1
    assert store.load().minted > device.minted


async def test_a_renewal_that_fails_is_tried_again(connect, service, device):
    """Dead cookies and a renewal that is throttled, fails, or is answered by pages for people: tried again, and no
    more often than one request may be sent."""
    keep(device)
    service.sign_in.expire_sessions()
    service.faults([{"operation": "auth.cookies", "times": 4, "fault": ["429", "500", "captcha", "html"]}])
    service.requests.clear()
    ap = connect()
    await asyncio.gather(*(ap.account() for _ in range(10)))
    assert mints(service) == 5


async def test_a_renewal_that_fails_for_long(connect, service, device):
    """All attempts in vain are a ``RenewalFailed``, never a lost session; later it goes on."""
    keep(device)
    service.sign_in.expire_sessions()
    service.faults([{"operation": "auth.cookies", "fault": "503"}])
    service.requests.clear()
    ap = connect(max_attempts=3)
    with pytest.raises(errors.RenewalFailed):
        await ap.account()
    assert mints(service) == 3
    service.faults([])
    assert (await ap.account())["status"] == "ACTIVE"


@pytest.mark.parametrize("fault", ["429", "captcha", "503"])
async def test_throttling_is_no_dead_session(connect, service, device, fault):
    """Whoever is too fast, or is taken for a bot, renews nothing."""
    keep(device)
    service.faults([{"operation": "account*", "fault": fault}])
    service.requests.clear()
    with pytest.raises((errors.RateLimited, errors.Unavailable)):
        await connect(max_attempts=2).account()
    assert mints(service) == 0


async def test_a_refused_renewal(connect, service, device, home):
    """One error, which says what died, since when, and what mends it; nothing is sent after it, until somebody has
    signed in again: then the same client goes on."""
    store = keep(device.of_account("a"), "family")
    service.sign_in.kill_refresh_tokens()
    service.sign_in.expire_sessions()
    ap = connect("family")
    service.requests.clear()
    results = await asyncio.gather(*(ap.account() for _ in range(20)), return_exceptions=True)
    assert {type(result) for result in results} == {errors.SessionExpired}
    assert {str(result) for result in results} == {str(results[0])}
    assert "the profile 'family' (the registration of this device, made " in str(results[0])
    assert "run `amazon-photos login --profile family --register`" in str(results[0])
    assert mints(service) == 1
    sent = len(service.requests)
    with pytest.raises(errors.SessionExpired, match="died"):
        await ap.account()
    assert len(service.requests) == sent
    service.sign_in.start_over()
    again = await asyncio.to_thread(devices.sign_in_device, service)
    store.save(again.of_account("a"), store="file")
    assert (await ap.account())["status"] == "ACTIVE"


async def test_somebody_else_signs_in_meanwhile(connect, service, device):
    """A client whose session died does not go on with one of which nobody knows that it is the same account's."""
    store = keep(device, "family")
    ap = connect("family")
    service.sign_in.expire_sessions()
    store.delete()
    store.save(await asyncio.to_thread(devices.sign_in_device, service), store="file")
    with pytest.raises(errors.SessionExpired, match="perhaps to another account"):
        await ap.account()


async def test_signed_out_meanwhile(connect, service, device):
    """A session that was signed out elsewhere is not renewed."""
    store = keep(device, "family")
    ap = connect("family")
    await ap.account()
    store.delete()
    service.sign_in.expire_sessions()
    service.requests.clear()
    with pytest.raises(errors.SessionExpired, match="nobody has signed in"):
        await ap.account()
    assert mints(service) == 0


async def test_cookies_that_nobody_can_renew(connect, service, home):
    """A profile of pasted cookies names the command; the same client goes on after it was run."""
    from amazon_photos.auth.credentials import Credentials
    from amazon_photos.auth.saved_session import make_session

    session = make_session(Credentials.load(service.cookies, environ={}), "pasted").of_account("a")
    store = keep(session, "family")
    ap = connect("family")
    service.faults([{"operation": "account*", "times": 1, "fault": "401"}])
    with pytest.raises(errors.SessionExpired, match=r"the cookies that were pasted.* login --profile family"):
        await ap.account()
    *others, last = session.cookies
    made = replace(session, id="another", cookies=(*others, replace(last, value="Atza|y")))
    store.save(made, store="file")
    service.faults([{"operation": "account*", "times": 1, "fault": "401"}])
    with pytest.raises(errors.SessionExpired):  # sent with what was kept: the emulator doesn't know it
        await ap.account()
    assert ap.session.id == "another"


async def test_fresh_cookies_that_are_refused(connect, service, device):
    """Renewed cookies that Amazon refuses are not renewed again and again."""
    keep(device)
    service.faults([{"operation": "account*", "fault": "401"}])
    service.requests.clear()
    ap = connect()
    for _ in range(3):
        with pytest.raises(errors.SessionExpired):
            await ap.account()
    assert mints(service) == 1


async def test_a_host_that_takes_nothing_is_no_end(connect, service, device, tmp_path):
    """Of a wrong zone: after two renewals nothing is renewed for it, the zone is named, and all else goes on."""
    keep(device)
    service.faults([{"operation": "upload*", "fault": "401"}])
    service.requests.clear()
    ap = connect()
    for number in range(8):
        (tmp_path / f"{number}.jpg").write_bytes(b"\xff\xd8" + bytes([number]))
        with pytest.raises(errors.SessionExpired, match=r"Settings\(zone=…\)"):
            await ap.upload(tmp_path / f"{number}.jpg")
        assert (await ap.account())["status"] == "ACTIVE"
    assert mints(service) == 2


async def test_an_access_token_where_cookies_are_refused(connect, service, device):
    """With the setting, and only with it, it signs where fresh cookies don't."""
    keep(device)
    service.faults([{"operation": "account*", "times": 2, "fault": "401"}])
    service.requests.clear()
    ap = connect(access_token_fallback=True)
    assert (await ap.account())["status"] == "ACTIVE"
    assert [request.path for request in service.requests] == [INFO, MINT, INFO, "/auth/token", INFO]
    await ap.account()
    assert len(service.requests) == 6


async def test_trading_the_cookie_of_a_browser(connect, service):
    """Cookies with sess-at-… are traded for fresh ones at the first 401."""
    ap = connect(cookies=service.browser_cookies)
    service.faults([{"operation": "account*", "times": 1, "fault": "401"}])
    service.requests.clear()
    assert (await ap.account())["status"] == "ACTIVE"
    assert [request.path for request in service.requests] == [INFO, "/ap/exchangetoken/refresh", INFO]


# --- a command ----------------------------------------------------------------------------------------------


def command(tmp_path, service, *, first, then):
    """A command that prints ``first`` once, then ``then``, and counts."""
    script = tmp_path / "cookies.py"
    texts = ["; ".join(f"{n}={v}" for n, v in cookies.items()) for cookies in (first, then)]
    script.write_text(
        f"import pathlib\nruns = pathlib.Path({str(tmp_path / 'runs')!r})\n"
        "done = len(runs.read_text()) if runs.exists() else 0\nruns.write_text('x' * (done + 1))\n"
        f"print({texts!r}[min(done, 1)])\n"
    )
    return (sys.executable, str(script)), lambda: len((tmp_path / "runs").read_text())


async def test_a_command_is_run_again_once_for_all(connect, service, tmp_path, device):
    """When the session dies, the command gives the next one, to all that wait."""
    dead = dict(service.cookies, **{"at-main": "Atza|dead-as-can-be"})
    words, runs = command(tmp_path, service, first=dead, then=service.cookies)
    ap = connect(cookie_command=words)
    assert ap.session.way == "command"
    await asyncio.gather(*(ap.account() for _ in range(20)))
    assert runs() == 2


async def test_a_command_that_has_nothing_new(connect, service, tmp_path):
    """It is one error, which says so, and nothing more is sent than the one request that was refused."""
    dead = dict(service.cookies, **{"at-main": "Atza|dead-as-can-be"})
    words, runs = command(tmp_path, service, first=dead, then=dead)
    ap = connect(cookie_command=words)
    service.requests.clear()
    for _ in range(2):
        with pytest.raises(errors.SessionExpired, match="printed the cookies that were refused"):
            await ap.account()
    assert (runs(), len(service.requests)) == (3, 1)


# --- kept ---------------------------------------------------------------------------------------------------


async def test_rotated_cookies_are_saved(connect, service, device, monkeypatch):
    """What Amazon sets anew is kept: at once, what follows together, the rest when the client is closed."""
    writes = []
    update = SessionStore.update
    monkeypatch.setattr(SessionStore, "update", lambda *a, **k: (writes.append(1), update(*a, **k))[1])
    store = keep(device)
    service.set(rotate=True)
    ap = connect()
    for _ in range(30):
        await ap.account()
    await ap.close()
    assert len(writes) <= 3
    kept = {cookie.name: cookie.value for cookie in store.load().cookies}
    assert kept["session-token"] == ap._session._signer._cookies["session-token"]
    assert store.load().minted == device.minted


async def test_cookies_that_come_during_the_last_write_are_saved(connect, service, device, monkeypatch):
    """Those that Amazon sets anew while earlier ones are being written are kept, too, though the client is closed."""
    begun, go_on, update = threading.Event(), threading.Event(), SessionStore.update

    def slow(*args, **named):
        begun.set()
        assert go_on.wait(60)
        return update(*args, **named)

    monkeypatch.setattr(SessionStore, "update", slow)
    store = keep(device)
    service.set(rotate=True)
    ap = connect()
    await ap.account()
    assert await asyncio.to_thread(begun.wait, 60)
    await ap.account()
    closing = asyncio.create_task(ap.close())
    while not ap._session._live._closing.is_set():
        await asyncio.sleep(0)
    go_on.set()
    await closing
    kept = {cookie.name: cookie.value for cookie in store.load().cookies}
    assert kept["session-token"] == ap._session._signer._cookies["session-token"]


async def test_a_session_that_cannot_be_saved(connect, service, device, caplog, monkeypatch):
    """It is used all the same, as long as the process lives, and that is said once."""

    def full(*_, **__):
        raise errors.NotWritable("the disk is read-only")

    keep(age(device, 21))
    monkeypatch.setattr(SessionStore, "update", full)
    monkeypatch.setattr(SessionStore, "hold", contextlib.contextmanager(lambda *_, **__: (yield full())))
    service.set(rotate=True)
    service.requests.clear()
    ap = connect()
    for _ in range(3):
        await ap.account()
    await ap.root
    await ap.close()
    assert mints(service) == 1
    assert sum("cannot be saved" in record.getMessage() for record in caplog.records) == 1


# --- secrets ------------------------------------------------------------------------------------------------


async def test_tokens_and_cookies_stand_nowhere(connect, service, device, caplog, tmp_path):
    """Renewed, throttled, refused: no secret that was ever given is in a log, an error, its frames, a repr, or any file
    but the session's own."""
    caplog.set_level(logging.DEBUG)
    keep(device, "family")
    tuned = Settings(endpoint=service.url, access_token_fallback=True, max_attempts=2, **QUICK)
    ap = AsyncAmazonPhotos(profile="family", settings=tuned, save_responses=tmp_path / "answers", progress=False)
    caught = []
    service.sign_in.expire_sessions()
    for script in ([{"operation": "auth.cookies", "times": 3, "fault": ["429", "html", "cut"]}], []):
        service.faults(script)
        with contextlib.suppress(errors.RenewalFailed):
            try:
                await ap.account()
            except errors.RenewalFailed as error:
                caught.append(error)
                raise
    service.faults([{"operation": "account*", "times": 2, "fault": "401"}])
    service.sign_in.expire_sessions()
    for _ in range(2):
        try:
            await ap.account()
        except errors.SessionExpired as error:
            caught.append(error)
    service.sign_in.kill_refresh_tokens()
    service.sign_in.expire_sessions()
    try:
        await ap.account()
    except errors.SessionExpired as error:
        caught.append(error)
    assert len(caught) >= 2
    secrets = {f"{number} {each['kind']}": each["token"] for number, each in enumerate(service.sign_in.secrets())}
    secrets |= {"refresh": device.refresh_token, **{c.name: c.value for c in device.cookies}}
    log = "\n".join(r.getMessage() + (r.exc_text or "") for r in caplog.records if r.name != "aiohttp.access")
    shown = "\n".join(map(repr, (ap, ap.session, ap._session, ap._session._live, ap._session._renewer)))
    said = "\n".join(everything_of(error, but=__file__) for error in caught)
    assert spelled_in("\n".join((log, shown, said)), secrets) == []
    await ap.close()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.parent.name == "answers" for path in written)
    for path in written:
        if path.name != "session.json":
            assert spelled_in(path.read_text("utf-8", "replace"), secrets) == []
