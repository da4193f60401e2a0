"""``amazon-photos doctor`` and ``ap.doctor()``: what is wrong is named with what to do, and nothing private is told."""

import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import leaks
import terminals
from amazon_photos import AmazonPhotos
from amazon_photos.aio.diagnosis import hosts, patience
from amazon_photos.aio.diagnosis.privacy import make_redaction
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.profiles import find_profile
from amazon_photos.auth.saved_session import make_session
from amazon_photos.auth.session_store import SessionStore
from amazon_photos.files.network_disks import find_network_disk
from amazon_photos.model.findings import DoctorOutcome, fine


@pytest.fixture
def home(service, tmp_path):
    """A machine where nobody has signed in; its environment."""
    (tmp_path / "user").mkdir()
    return terminals.clean_environ(tmp_path, AMAZON_PHOTOS_ENDPOINT=service.url)


@pytest.fixture
def signed_in(home, service):
    """The same, signed in with the emulator's cookies."""
    session = make_session(Credentials.load(service.cookies), "pasted")
    SessionStore(find_profile(environ=home)).save(session, store="file")
    return home


def doctor(environ, *arguments):
    """Code, and the rows by what they are about."""
    done = terminals.run(["doctor", "--json", *arguments], environ)
    return done.returncode, {row["check"]: row for row in json.loads(done.stdout)}


def wrong(rows):
    """What is wrong; each of it has something to do about it, and nothing else has."""
    assert all(bool(row["to_do"]) == (row["outcome"] == "wrong") for row in rows.values())
    return {name for name, row in rows.items() if row["outcome"] == "wrong"}


def test_all_is_fine(signed_in):
    """Code 0, with a row for everything that was asked for."""
    code, rows = doctor(signed_in)
    assert (code, wrong(rows)) == (0, set())
    checks = "python libraries settings kept session cookies marketplace clock proxy certificates catalog cache disk"
    assert set(checks.split()) <= rows.keys()
    assert {f"host {name}" for name in ("drive", "content", "thumbnails", "memories", "sign-in")} <= rows.keys()
    assert "0600" in rows["kept"]["seen"]


def test_somebody_who_is_not_signed_in_is_told(home):
    """Code 1; everything else is looked at all the same, hosts too."""
    code, rows = doctor(home)
    assert (code, wrong(rows)) == (1, {"cookies"})
    assert "amazon-photos login" in rows["cookies"]["to_do"]
    assert rows["host drive"]["outcome"] == "fine"


@pytest.mark.parametrize("text", ["bwlimt = 3", "this is [no toml", 'endpoint = "ftp://x"', 'tld = "zz-top"'])
def test_a_broken_config_is_told(signed_in, tmp_path, text):
    """One that cannot be read, or says what cannot be: it is named, and the rest is looked at."""
    del signed_in["AMAZON_PHOTOS_ENDPOINT"]
    (tmp_path / "kept" / "config.toml").write_text(text)
    code, rows = doctor(signed_in)
    assert code == 1
    assert wrong(rows) & {"settings", "hosts", "cookies"}
    assert rows["python"]["outcome"] == rows["disk"]["outcome"] == "fine"


def test_where_settings_come_from_is_told(signed_in, tmp_path):
    """A row for each that is set, with its place; what may hold a password is not shown."""
    (tmp_path / "kept" / "config.toml").write_text('bwlimit = "2M"\nproxy = "http://ada:secret-word@127.0.0.1:9"\n')
    _, rows = doctor(signed_in, "--tld", "com")
    assert "arguments" in rows["setting tld"]["seen"]
    assert "environment" in rows["setting endpoint"]["seen"]
    assert "config.toml" in rows["setting bwlimit"]["seen"]
    assert "secret-word" not in str(rows)


def test_an_exposed_session_is_told(signed_in, tmp_path):
    """With the command that mends it."""
    (tmp_path / "kept" / "profiles" / "default" / "session.json").chmod(0o644)
    code, rows = doctor(signed_in)
    assert (code, "chmod" in rows["cookies"]["seen"]) == (1, True)


def test_a_dead_session_is_told(signed_in, service):
    """By the host that says so; the others are fine."""
    service.faults([{"operation": "account*", "fault": "401"}])
    code, rows = doctor(signed_in)
    assert (code, wrong(rows)) == (1, {"host drive"})
    assert "amazon-photos login" in rows["host drive"]["to_do"]


def test_throttling_is_no_dead_session(signed_in, service):
    """Whoever is throttled is told to wait, not to sign in."""
    service.faults([{"operation": "account*", "fault": "429"}])
    _, rows = doctor(signed_in)
    assert "wait" in rows["host drive"]["to_do"]
    assert "login" not in rows["host drive"]["to_do"]


def test_a_wrong_clock_is_told(signed_in, service):
    """An hour off, by the service's ``Date``."""
    when = datetime(2026, 1, 1, 12, tzinfo=UTC)
    found = hosts.check_clock(["Thu, 01 Jan 2026 11:00:00 GMT", "", "no date"], when)
    assert (found.outcome, found.seen) == (DoctorOutcome.WRONG, "3,600 s ahead")
    assert hosts.check_clock(["Thu, 01 Jan 2026 11:59:59 GMT"], when).outcome is DoctorOutcome.FINE
    assert hosts.check_clock([], when).outcome is DoctorOutcome.NOT_CHECKED


def test_a_dead_network_is_told_host_by_host(signed_in):
    """Nobody there: code 1, each host with what to do, and the session that is kept is not blamed."""
    code, rows = doctor(signed_in, "--endpoint", "http://127.0.0.1:9")
    assert code == 1
    assert wrong(rows) == {f"host {name}" for name in ("drive", "content", "thumbnails", "memories", "sign-in")}


def test_a_host_that_never_answers_is_not_waited_for(signed_in):
    """A network that swallows everything: every host is asked at once, and given up at once."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        code, rows = doctor(signed_in, "--endpoint", f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert code == 1
    assert {row["outcome"] for name, row in rows.items() if name.startswith("host ")} == {"wrong"}


def test_a_keyring_that_hangs_is_not_waited_for(home, tmp_path):
    """It is told, with what to do; everything else is looked at."""
    pytest.importorskip("keyring")
    folder = tmp_path / "kept" / "profiles" / "default"
    folder.mkdir(mode=0o700, parents=True)
    (tmp_path / "kept" / "profiles").chmod(0o700)
    more = {
        "PYTHONPATH": str(Path(terminals.__file__).parent),
        "KEYRING_FOLDER": str(tmp_path / "keyring"),
        "PYTHON_KEYRING_BACKEND": "keyrings.FileKeyring",
    }
    header = "session-id=123-1234567-1234567; ubid-main=123-1234567-1234567; at-main=Atza|" + "x" * 100
    save = (
        "from amazon_photos.auth.cookie_formats import read; from amazon_photos.auth.credentials import Credentials; "
        "from amazon_photos.auth.profiles import find_profile; from amazon_photos.auth.session_store import "
        "SessionStore; from amazon_photos.auth.saved_session import make_session; "
        f"SessionStore(find_profile()).save(make_session(Credentials.of_cookies(read({header!r})), 'pasted'))"
    )
    terminals.subprocess.run([sys.executable, "-c", save], env=home | more, check=True)
    code, rows = doctor(home | more | {"PYTHON_KEYRING_BACKEND": "keyrings.HangingKeyring"})
    assert (code, wrong(rows)) == (1, {"cookies"})
    assert "keyring" in rows["cookies"]["seen"]
    assert "--store file" in rows["cookies"]["to_do"]


async def test_what_hangs_is_given_up():
    """A lookup in a dead network holds nothing up, not even the end of the program."""
    found = await patience.check("disk", lambda: [fine("disk", str(os.read(os.pipe()[0], 1)))], 0.05, "login")
    assert (found[0].check, found[0].outcome) == ("disk", DoctorOutcome.WRONG)


async def test_a_check_that_fails_is_a_finding():
    """Also by an error that nobody has thought of: its kind is told, its words are not."""

    def fail():
        raise RuntimeError("secret-word")

    (found,) = await patience.check("disk", fail, 5, "login")
    assert found.outcome is DoctorOutcome.WRONG
    assert "secret-word" not in str(found)


def test_it_can_be_posted(signed_in, service, tmp_path):
    """No cookie, in whichever spelling; no home folder, no user, no address of one's own, no account's id."""
    done = terminals.run(["doctor"], signed_in | {"AMAZON_PHOTOS_CATALOG": "~/ap.parquet"})
    text = done.stdout + done.stderr
    assert not leaks.spelled_in(text, service.cookies)
    assert str(tmp_path / "user") not in text
    assert socket.gethostname() not in text.replace("localhost", "")
    _, rows = doctor(signed_in, "--endpoint", "http://photos.ada.example:9")
    assert "ada.example" not in str(rows)


def test_names_are_taken_out(monkeypatch):
    """The home folder is ~, the user's name nowhere in a path, and a word that only looks like it stays."""
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("LOGNAME", "ada")
    hide = make_redaction()
    assert hide(fine("x", "/home/ada/ap.parquet is at /media/ada/Disk; adaptive")).seen == (
        "~/ap.parquet is at /media/…/Disk; adaptive"
    )
    assert hide(fine("x", "http://ada:word@proxy:1 ada@example.com Atza|abc")).seen == "http://…proxy:1 … …"


def test_a_client_can_be_looked_at(service, tmp_path, monkeypatch):
    """``ap.doctor()`` is a frame with the same rows; it sends one request to each host."""
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        ap.refresh()
        service.requests.clear()
        frame = ap.doctor()
    assert list(frame.columns) == ["check", "outcome", "seen", "to_do"]
    assert not list(frame[frame.outcome == "wrong"].check)
    assert len(service.requests) == len(hosts.HOSTS)
    seen = dict(zip(frame.check, frame.seen, strict=True))
    assert "rows, whole, as of less than an hour ago" in seen["catalog"]
    assert not leaks.spelled_in(str(list(frame.seen)), service.cookies)


def test_another_accounts_catalogue_is_told(service, tmp_path, monkeypatch):
    """By hashes, as the ids are of nobody's concern."""
    monkeypatch.chdir(tmp_path)
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        ap.refresh()
        owner = ap.catalog.owner
    from amazon_photos.aio.diagnosis.kept import check_catalog

    (row,) = check_catalog("ap.parquet", "0123456789abcdef")
    assert row.outcome is DoctorOutcome.WRONG
    assert owner not in row.seen


def test_network_disks_are_known(tmp_path):
    """By the kind of the innermost mount; local ones have none."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "22 21 0:40 / /mnt/my\\040nas rw - nfs4 nas:/x rw\n"
        "23 22 8:2 / /mnt/my\\040nas/local rw - xfs /dev/sdb1 rw\n"
    )
    kinds = [find_network_disk(Path(each), str(mounts)) for each in ("/home", "/mnt/my nas/a", "/mnt/my nas/local/a")]
    assert kinds == ["", "nfs4", ""]
