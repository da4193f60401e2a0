"""``make live LOGIN=1``: registering this device, tried with a real account, step by step. See ``docs/live.md``.

    python -m live.login [--tld TLD] [--store file] [--out] [--journal FILE] [-v]

It registers as ``amazon-photos login --register`` does, in a profile of its own, and keeps the session as that does;
the cookies and tokens that the steps get by it are forgotten. ``--out`` takes the device back. Exit codes as ``run``.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import click

import pictures
from amazon_photos import AmazonPhotos, Settings
from amazon_photos.aio.sign_in import sign_out
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.profiles import find_profile
from amazon_photos.auth.saved_session import SavedSession
from amazon_photos.auth.session_store import SessionStore, Store
from amazon_photos.cli.sign_in.register import register
from amazon_photos.errors import AmazonPhotosError, CredentialsError, InvalidInput, SessionExpired
from amazon_photos.model.regions import origin
from amazon_photos.model.sign_in import AccessToken
from amazon_photos.net.session import Session
from amazon_photos.wire import account, content, sign_in
from amazon_photos.wire.call import Body, Call

from .checks import Check, Ended, LeftOut, Live, Report
from .gate import Gate
from .run import PAGE, SECONDS, ask_marketplace, fail, make_settings, open_journal, sum_up
from .writing import NAME, delete_made, tell_what_is_left

T = TypeVar("T")
PROFILE = "live"
DAY = timedelta(hours=24)
"""What ``at-…`` was seen to live."""
SLACK = timedelta(minutes=5)
REFUSED = frozenset({400, 401, 403})
DRIVE = "https://drive.amazonaws.com"


@click.command("login")
@click.option("--tld", help="The account's marketplace; what is typed must agree.")
@click.option("--endpoint", help="An emulator instead of Amazon: for the test of this program.")
@click.option(
    "--store", type=click.Choice(["auto", "keyring", "file"]), default="auto", help="As of the command login."
)
@click.option("--out", is_flag=True, help="Take the device back, and see that it is gone.")
@click.option("--journal", type=click.Path(path_type=Path, dir_okay=False), default=Path("amazon-photos-live.journal"))
@click.option("--pause", type=SECONDS, default=1.0, show_default=True, help="Between requests [s].")
@click.option("--lag", type=SECONDS, default=60.0, help="How far listings may lag behind [s].")
@click.option("-v", "verbose", is_flag=True, help="Show what surprises hold.")
def command(
    *,
    tld: str | None,
    endpoint: str | None,
    store: Store,
    out: bool,
    journal: Path,
    pause: float,
    lag: float,
    verbose: bool,
) -> None:
    """Register this device for a real account and try what that gives; once more after a day; then take it back."""
    marketplace = ask_marketplace(tld)
    notes = open_journal(journal, marketplace, clean_up=False)
    gate, report = Gate(pause=pause), Report(verbose)
    kept = SessionStore(find_profile(PROFILE))
    with tempfile.TemporaryDirectory(prefix="amazon-photos-live-") as work:
        settings = make_settings(Path(work), marketplace, endpoint, None, PAGE)
        session = _find_session(kept, settings, store, out)
        with gate.installed(), AmazonPhotos(_signing(session), settings=settings, progress=False) as ap:
            live = Live(ap, gate, Path(work), notes, lag)
            code = _run(live, report, LoginRun(live, kept, session, settings), out)
    sum_up(gate, report)
    sys.exit(code)


def _find_session(store: SessionStore, settings: Settings, where: Store, out: bool) -> SavedSession:
    """The session of the profile ``live``; made now, by the command's own screen, where there is none."""
    try:
        kept = store.look()
        if kept is None and out:
            fail(4, f"no device is registered in the profile {PROFILE!r}: nothing was sent")
        if kept is not None and (kept.info.way, kept.info.marketplace) != ("registered", settings.tld):
            fail(2, f"the profile {PROFILE!r} holds another session: `amazon-photos logout --profile {PROFILE}` first")
        if kept is None:
            register(store, settings, where=where, opens=True, yes=False)
        return store.load()
    except click.Abort:
        fail(130, "nothing was registered")
    except AmazonPhotosError as error:
        codes = {CredentialsError: 4, InvalidInput: 2}
        fail(next((code for kind, code in codes.items() if isinstance(error, kind)), 5), str(error).partition("\n")[0])


def _run(live: Live, report: Report, steps: LoginRun, out: bool) -> int:
    """The steps, to the first surprise; the exit code."""
    live.ends_at_surprise = live.gate.may_sign_in = True
    try:
        report.run(live, steps.list_last() if out else steps.list_steps())
    except Ended as why:
        click.echo(f"Stopped: {why}", err=True)
        code = live.gate.exit_code
    except KeyboardInterrupt:
        click.echo("Interrupted", err=True)
        code = 130
    else:
        code = 0
    finally:
        live.gate.close("the run has ended")
    if not out:
        click.echo("The device stays registered until `make live LOGIN=out`.", err=True)
    return tell_what_is_left(live) or code


class LoginRun:
    """The steps, and what each leaves for the next."""

    def __init__(self, live: Live, store: SessionStore, session: SavedSession, settings: Settings) -> None:
        self.live, self.store, self.session, self.settings = live, store, session, settings
        self.minted = session
        self.token = AccessToken("", 0)
        self.name = f"{NAME}{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"

    def list_steps(self) -> list[tuple[str, Check]]:
        """List the steps of both evenings; what needs a day is left out on the first."""
        return [
            ("login: what was kept", self.look_at_kept),
            ("login: cookies of the day before", self.use_old_cookies),
            ("login: cookies by the token", self.mint),
            ("login: they sign in", self.sign_in_by_cookies),
            ("login: an access token", self.get_token),
            ("login: the token at Drive", self.ask_drive),
            ("login: the token at Photos", self.ask_photos),
            ("login: a folder", self.make_folder),
            ("login: a file up by cookies", lambda live: self.upload("one.jpg", None)),
            ("login: a file up by the token", lambda live: self.upload("two.jpg", self.token)),
            ("login: delete both for good", delete_made),
        ]

    def list_last(self) -> list[tuple[str, Check]]:
        """List the steps that take the device back."""
        return [
            ("login: cookies by the token", self.mint),
            ("login: take it back", self.take_back),
            ("login: the refresh token is dead", self.refresh_token_is_dead),
            ("login: so are its cookies", self.cookies_are_dead),
        ]

    def look_at_kept(self, live: Live) -> None:
        """A refresh token of the known kind, for this account."""
        live.expect(self.session.refresh_token.startswith("Atnr|"), "the refresh token is of another kind")
        live.expect(bool(self.session.account), "Amazon has not told whose session it is")

    def use_old_cookies(self, live: Live) -> None:
        """A day later, the cookies that were kept sign nobody in."""
        again = self.session.minted + DAY + SLACK
        if datetime.now(UTC) < again:
            raise LeftOut(f"the same command again, after {again.astimezone():%A %H:%M}")
        live.expect(not self._signs_in(self.session), "cookies of the day before still sign in")

    def mint(self, live: Live) -> None:
        """Five cookies of the marketplace; two of them end after a day."""
        now = datetime.now(UTC)
        cookies = self._ask(sign_in.mint_cookies(self.session.region, self.session.refresh_token))
        suffix = self.session.region.suffix
        names = {"session-id", f"ubid-{suffix}", f"x-{suffix}", f"at-{suffix}", f"sess-at-{suffix}"}
        live.expect({cookie.name for cookie in cookies} == names, "other cookies", sorted(c.name for c in cookies))
        for cookie in cookies:
            if cookie.name.startswith(("at-", "sess-at-")):
                near = cookie.expires is not None and abs(cookie.expires - now - DAY) < SLACK
                live.expect(near, f"{cookie.name} does not end after 24 hours", cookie.expires)
        self.minted = self.session.renew(cookies, now)

    def sign_in_by_cookies(self, live: Live) -> None:
        """Photos takes them."""
        with AmazonPhotos(_signing(self.minted), settings=self.settings, progress=False) as ap:
            status = ap.account()["status"]
            found = ap.search("type:(PHOTOS OR VIDEOS)", limit=1).frame()
        live.expect(status == "ACTIVE", "the account is not active", status)
        live.expect(len(found) <= 1, "a search for one gave more")

    def get_token(self, live: Live) -> None:
        """For an hour."""
        self.token = self._ask(sign_in.access_token(self.session.refresh_token))
        live.expect(self.token.value.startswith("Atna|"), "the access token is of another kind")
        live.expect(self.token.seconds == 3600, "the access token is not for an hour", self.token.seconds)

    def ask_drive(self, live: Live) -> None:
        """``drive.amazonaws.com`` takes the token, and names the hosts of the account, which take it as well."""
        root = self.settings.endpoint or DRIVE
        status, told = asyncio.run(_get(f"{root}/drive/v1/account/endpoint", self.token))
        address = str(told.get("metadataUrl", ""))
        live.expect(status == 200 and address, f"drive.amazonaws.com answered with {status}", sorted(told))
        there = origin(address)
        amazons = there.startswith("https://") and there.endswith(".amazonaws.com")
        live.expect(amazons or there == self.settings.endpoint, "metadataUrl is not Amazon's", there)
        status, told = asyncio.run(_get(f"{address.rstrip('/')}/account/info", self.token))
        live.expect(status == 200 and told.get("status") == "ACTIVE", f"the host it names answered with {status}")

    def ask_photos(self, live: Live) -> None:
        """Whether www.amazon takes the token is what nobody knows: both answers are told."""
        taken = self._signs_in(self.minted, self.token)
        live.told.append("taken: access_token_fallback would help, please tell" if taken else "refused")

    def make_folder(self, live: Live) -> None:
        """A folder of this run's own name; the journal knows whose account it is in."""
        live.journal.check_owner(live.ap.root.owner_id or "")
        live.gate.whole_library = True
        live.gate.journal, live.gate.own_name = live.journal, self.name
        live.expect(live.ap.create_folders(self.name).outcome.tolist() == ["created"], "the folder was not created")

    def upload(self, name: str, token: AccessToken | None) -> None:
        """A made picture goes up into it."""
        start = secrets.randbelow(1 << 20)
        picture = pictures.write(self.live.work / self.name, name, start=start, keywords=self.name)[0].read_bytes()

        async def chunks() -> AsyncIterator[bytes]:
            yield picture

        folder = self.live.journal.of_kind("FOLDER")[0].id
        self._ask(content.upload(name, folder, Body(len(picture), chunks)), self.minted, token)
        files = [node.names for node in self.live.journal.of_kind("FILE")]
        self.live.expect([name] in files, "the upload is not in the journal", files)

    def take_back(self, live: Live) -> None:
        """Off the account, and off this machine."""
        report = asyncio.run(sign_out(self.store, self.settings))
        live.expect(not report.remains, "the device was not taken back", report.remains)
        live.expect(self.store.look() is None, "something is left on this machine")

    def refresh_token_is_dead(self, live: Live) -> None:
        """It gives nothing any more, and Amazon says so in a known word."""
        with self._foreseeing_refusals():
            try:
                self._ask(sign_in.access_token(self.session.refresh_token))
            except SessionExpired as error:
                live.told.append(error.code or "")
                return
        live.note("the refresh token still gives access tokens")

    def cookies_are_dead(self, live: Live) -> None:
        """A guess of the emulator's: both answers are told."""
        alive = self._signs_in(self.minted)
        live.told.append("they live on (guess-register-end is wrong)" if alive else "they are")

    # --- parts

    def _signs_in(self, session: SavedSession, token: AccessToken | None = None) -> bool:
        with self._foreseeing_refusals():
            try:
                self._ask(account.info(), session, token)
            except SessionExpired:
                return False
        return True

    @contextmanager
    def _foreseeing_refusals(self) -> Iterator[None]:
        self.live.gate.foreseen = REFUSED
        try:
            yield
        finally:
            self.live.gate.foreseen = frozenset()

    def _ask(self, call: Call[T], session: SavedSession | None = None, token: AccessToken | None = None) -> T:
        """Send a call by itself: with these cookies, with the token in their place, or with neither."""

        async def ask() -> T:
            signing = Credentials.load(_signing(session or self.session), tld=self.settings.tld)
            door = Session(signing, self.settings)
            if token is not None:
                door._live.sign_with(token)
            door.hide(self.session.refresh_token)
            try:
                return await door.send(call)
            finally:
                await door.close()

        return asyncio.run(ask())


def _signing(session: SavedSession) -> dict[str, str]:
    """The cookies that sign, without the one that a client would renew them with by itself."""
    return {cookie.name: cookie.value for cookie in session.cookies if not cookie.name.startswith("sess-at-")}


async def _get(address: str, token: AccessToken) -> tuple[int, dict[str, Any]]:
    """Ask a host that the client has no call for: status, and the JSON object that came."""
    headers = {"x-amz-access-token": token.value, "Accept": "application/json"}
    limit = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=limit) as http, http.get(address, headers=headers) as answer:
        body = await answer.content.read(1 << 20)
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    return answer.status, told if isinstance(told, dict) else {}


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command(prog_name="make live")
