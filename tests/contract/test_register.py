"""``amazon-photos login --register``: a device on the account, asked for, kept and taken back, as real commands."""

import re
import stat
import time
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="Windows has no terminals of this kind")

import sign_in_pages
import terminals
from amazon_photos import AmazonPhotos
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.profiles import find_profile
from amazon_photos.auth.saved_session import make_session
from amazon_photos.auth.session_store import SessionStore

PASTE = "then press Enter:"


@pytest.fixture
def home(service, tmp_path):
    """A machine where nobody has signed in; its environment. The keyring is a folder of the test's."""
    service.sign_in.start_over()
    (tmp_path / "user").mkdir()
    return terminals.clean_environ(tmp_path, AMAZON_PHOTOS_ENDPOINT=service.url)


@pytest.fixture
def keyring(tmp_path):
    """A keyring that there is, by the environment."""
    pytest.importorskip("keyring")
    return {
        "PYTHON_KEYRING_BACKEND": "keyrings.FileKeyring",
        "KEYRING_FOLDER": str(tmp_path / "keyring"),
        "PYTHONPATH": str(Path(terminals.__file__).parent),
    }


@pytest.fixture
def terminal(home):
    """Starts commands at terminals, and ends those that a test has left."""
    with terminals.starting(home) as start:
        yield start


@pytest.fixture
def begin(terminal):
    """Goes on until an address is asked for; gives the command and the address to sign in at."""

    def to_the_address(*arguments, **more):
        start = terminal("login", "--register", "--tld", "com", "--store", "file", *arguments, **more)
        start.expect("Register this device? [y/N]:")
        start.type("y\n")
        start.expect(PASTE)
        return start, sign_in_pages.find_address(start.seen)

    return to_the_address


@pytest.fixture
def register(begin, service):
    """Registers this device, as a person does."""

    def to_the_end(*arguments, **more):
        start, address = begin(*arguments, **more)
        start.type(sign_in_pages.sign_in(address, service.sign_in.account) + "\n")
        assert start.end() == 0, start.seen
        return start

    return to_the_end


def kept_bytes(folder):
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_device_is_registered(register, home, service, tmp_path):
    """It says first what it is; then one device is on the account, by a name that its owner knows again."""
    seen = register().seen
    for told in ("of Amazon's apps (Alexa's)", "whole account", "logout"):
        assert told in " ".join(seen.split())
    (device,) = service.sign_in.devices()
    assert "amazon-photos on" in str(device)
    told = terminals.whoami(home)
    assert (told["way"], told["renewable"], told["kept"]) == ("registered", True, "file")
    assert re.fullmatch(r"[0-9a-f]{16}", told["account"])
    path = tmp_path / "kept" / "profiles" / "default" / "session.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_never_done_unless_it_is_wanted(terminal, home, service):
    """Whoever presses Enter at the question has no device on the account."""
    start = terminal("login", "--register", "--tld", "com", "--store", "file")
    start.expect("Register this device? [y/N]:")
    start.type("\n")
    assert start.end() != 0
    assert (service.sign_in.devices(), terminals.whoami(home)) == ([], None)


def test_wrong_addresses_are_told_apart(begin, home, service):
    """Another site, the sign-in page, a cut one: each is told, and the right one still works. None is shown."""
    start, address = begin()
    right = sign_in_pages.sign_in(address, service.sign_in.account)
    for wrong, told in (
        ("https://example.com/ap/maplanding?openid.oa2.authorization_code=SECRETCODE", "is not Amazon's"),
        (address, "that is the sign-in page itself"),
        (right.partition("?")[0], "no code in it"),
        ("hello", "that is no address"),
    ):
        start.type(wrong + "\n")
        assert told in start.expect(PASTE)
    assert "SECRETCODE" not in start.seen
    start.type(right + "\n")
    assert start.end() == 0
    code = re.search(r"authorization_code=([^&]+)", right)[1]
    assert code not in start.seen


def test_the_address_of_an_earlier_attempt_registers_nothing(begin, home, service):
    """A code belongs to the process that printed the address: another one is refused, with 4."""
    first, address = begin()
    landing = sign_in_pages.sign_in(address, service.sign_in.account)
    first.kill()
    second, _ = begin()
    second.type(landing + "\n")
    assert second.end() == 4
    assert (service.sign_in.devices(), terminals.whoami(home)) == ([], None)


def test_a_code_is_old_after_five_minutes(begin, home, service):
    """It is said that a code lives for five minutes; nothing is kept."""
    start, address = begin()
    landing = sign_in_pages.sign_in(address, service.sign_in.account)
    service.set(clock_offset=301)
    start.type(landing + "\n")
    assert start.end() == 4
    assert "five minutes" in " ".join(start.seen.split())
    assert (service.sign_in.devices(), terminals.whoami(home)) == ([], None)


def test_a_second_time_renews(register, home, service):
    """A profile registers one device, never a second one; the account of the profile stays."""
    register()
    before, devices = terminals.whoami(home), service.sign_in.devices()
    done = terminals.run(["login", "--register"], home)
    assert (done.returncode, "renewed" in done.stderr) == (0, True)
    assert len(service.sign_in.devices()) == len(devices) == 1
    after = terminals.whoami(home)
    assert (after["made"], after["account"]) == (before["made"], before["account"])


def test_a_registration_that_was_ended_is_made_anew(register, begin, home, service):
    """With the same serial number, so that Amazon sees the same machine; nobody is asked where there is no terminal."""
    register()
    (before,) = service.sign_in.devices()
    service.sign_in.kill_refresh_tokens()
    assert terminals.run(["login", "--register"], home).returncode == 2
    start, address = begin()
    start.type(sign_in_pages.sign_in(address, service.sign_in.account) + "\n")
    assert start.end() == 0, start.seen
    (after,) = service.sign_in.devices()
    assert after["serial"] == before["serial"]


def test_logout_takes_the_device_off_the_account(register, home, service, tmp_path):
    """Nothing stays there, and nothing here."""
    register()
    done = terminals.run(["logout"], home)
    assert (done.returncode, service.sign_in.devices(), terminals.whoami(home)) == (0, [], None)
    assert not kept_bytes(tmp_path / "kept" / "profiles")


def test_logout_without_a_network_says_what_stays(register, home, service, tmp_path):
    """Deleted here, code 3, and where to take the device off the account."""
    register()
    done = terminals.run(["logout", "--endpoint", "http://127.0.0.1:9"], home)
    assert done.returncode == 3
    assert "Devices" in done.stderr
    assert terminals.whoami(home) is None
    assert len(service.sign_in.devices()) == 1


def test_logout_of_what_amazon_has_ended_is_done(register, home, service):
    """A registration that has ended is no reason to fail; that it was taken off is not said, as nobody could."""
    register()
    service.sign_in.kill_refresh_tokens()
    done = terminals.run(["logout"], home)
    assert done.returncode == 0
    assert "had ended" in done.stderr
    assert "was taken off" not in done.stderr


def test_cookies_over_a_registration_take_it_back_first(register, home, service):
    """Asked, or with --yes; without, the registration stays as it is."""
    register()
    header = "; ".join(f"{name}={value}" for name, value in service.cookies.items())
    refused = terminals.run(["login", "--from", "-"], home, given=header)
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    assert (terminals.whoami(home)["way"], len(service.sign_in.devices())) == ("registered", 1)
    done = terminals.run(["login", "--from", "-", "--yes"], home, given=header)
    assert (done.returncode, "taken off" in done.stderr) == (0, True)
    assert (terminals.whoami(home)["way"], service.sign_in.devices()) == ("pasted", [])


def test_nothing_is_registered_that_cannot_be_kept(terminal, home, service):
    """Without a keyring and without --store file, it is said before anybody signs in."""
    start = terminal("login", "--register", "--tld", "com", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert start.end() == 4
    assert "--store file" in " ".join(start.seen.split())


@pytest.mark.parametrize("answer", ["500", "429"])
def test_a_registration_is_kept_when_photos_does_not_answer(begin, home, service, answer):
    """It is on the account by then: it is kept, and whose it is is asked with the first request."""
    start, address = begin()
    landing = sign_in_pages.sign_in(address, service.sign_in.account)
    service.faults([{"path": "/drive/v1/*", "fault": answer}])
    start.type(landing + "\n")
    assert start.end() == 0, start.seen
    service.faults([])
    assert (terminals.whoami(home)["way"], terminals.whoami(home)["account"], len(service.sign_in.devices())) == (
        "registered",
        None,
        1,
    )


def test_the_keyring_keeps_it_where_there_is_one(terminal, home, keyring, service, tmp_path):
    """Then no secret is in any file of ours."""
    start = terminal("login", "--register", "--tld", "com", **keyring)
    start.expect("Register this device? [y/N]:")
    start.type("y\n")
    start.expect(PASTE)
    start.type(sign_in_pages.sign_in(sign_in_pages.find_address(start.seen), service.sign_in.account) + "\n")
    assert start.end() == 0, start.seen
    assert terminals.whoami(home | keyring)["kept"] == "keyring"
    ours = kept_bytes(tmp_path / "kept")
    assert not [each for each in service.sign_in.secrets() if each["token"].encode() in ours]
    assert terminals.run(["logout"], home | keyring).returncode == 0
    assert service.sign_in.devices() == []
    assert not kept_bytes(tmp_path / "keyring")


def test_the_address_is_opened_in_the_users_browser(terminal, home, tmp_path):
    """The one that is printed, and with --no-open none."""
    opened = tmp_path / "opened"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    program.chmod(0o755)
    for option, is_opened in (("--no-open", False), ("--yes", True)):
        start = terminal("login", "--register", "--tld", "com", "--store", "file", option, BROWSER=f"{program} %s")
        if option == "--no-open":
            start.expect("Register this device? [y/N]:")
            start.type("y\n")
        start.expect(PASTE)
        assert opened.exists() is is_opened
    assert opened.read_text() == sign_in_pages.find_address(start.seen)


def test_secrets_stay_where_they_belong(register, home, service, tmp_path, monkeypatch, caplog):
    """Every byte on the disk and of every log: no secret the service ever gave, but in the one private file."""
    register()
    for name, value in home.items():
        monkeypatch.setenv(name, value)
    caplog.set_level("DEBUG")
    with AmazonPhotos(progress=False) as ap:
        ap.usage()
        service.sign_in.expire_sessions()
        ap.usage()
        ap.doctor()
    said = [terminals.run([*words], home) for words in (["whoami", "--explain"], ["doctor"], ["whoami", "--json"])]
    texts = caplog.text + "".join(done.stdout + done.stderr for done in said)
    session = tmp_path / "kept" / "profiles" / "default" / "session.json"
    elsewhere = b"\n".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and p != session)
    for secret in service.sign_in.secrets():
        token = secret["token"]
        assert token not in texts, secret["kind"]
        assert token.encode() not in elsewhere, secret["kind"]
        if secret["kind"] in ("authorization_code", "access_token"):
            assert token.encode() not in session.read_bytes()


def test_stopped_in_the_middle_it_is_taken_back(begin, home, service):
    """Ctrl-C after the device is on the account, and before it is kept here: then it is on neither."""
    start, address = begin()
    landing = sign_in_pages.sign_in(address, service.sign_in.account)
    service.faults([{"path": "/drive/v1/*", "fault": "stall"}])
    start.type(landing + "\n")
    while not service.sign_in.devices():
        time.sleep(0.05)
    start.interrupt()
    assert start.end() == 130, start.seen
    assert (service.sign_in.devices(), terminals.whoami(home)) == ([], None)


def test_another_account_is_not_kept(begin, home, service, tmp_path):
    """Whoever signs in as somebody else than the profile is: refused, and no device stays on that account."""
    owned = make_session(Credentials.load(service.cookies), "pasted").of_account("SOMEBODYELSE")
    SessionStore(find_profile(environ=home)).save(owned, store="file")
    start, address = begin()
    start.type(sign_in_pages.sign_in(address, service.sign_in.account) + "\n")
    assert start.end() == 4
    assert "another account" in " ".join(start.seen.split())
    assert (service.sign_in.devices(), terminals.whoami(home)["way"]) == ([], "pasted")
