"""``make live LOGIN=1`` against the emulator: both evenings, and the end."""

import pytest
from click.testing import CliRunner

from amazon_photos import AmazonPhotos
from devices import age, keep, sign_in_device
from live.login import PROFILE, command
from live.writing import NAME


@pytest.fixture
def run(service, tmp_path, monkeypatch):
    """The command, for a device that is registered already: exit code, its table, and what it said of errors."""
    monkeypatch.setenv("AMAZON_PHOTOS_HOME", str(tmp_path / "home"))
    service.sign_in.start_over()

    def run(*flags):
        given = [
            "--endpoint",
            service.url,
            "--pause",
            "0",
            "--lag",
            "0",
            "--journal",
            str(tmp_path / "journal"),
            *flags,
        ]
        ended = CliRunner().invoke(command, given, input="com\n", prog_name="make live")
        assert isinstance(ended.exception, SystemExit | None), ended.exc_info
        return ended.exit_code, ended.stdout, ended.stderr

    return run


def register(service, hours=0):
    """A device in the profile of the command, registered so long ago."""
    session = age(sign_in_device(service), hours)
    return keep(session.of_account("owner"), PROFILE)


def test_the_first_evening(run, service):
    """Each step is as expected but the one that needs a day, which says when; nothing is left in the library."""
    register(service)
    code, out, err = run()
    assert (code, out.count("SURPRISE"), out.count("left out")) == (0, 0, 2), out + err
    assert "the same command again, after" in out
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False, catalog=None) as ap:
        assert not [name for name in ap.nodes("kind:(FILE* OR FOLDER*)").name.dropna() if name.startswith(NAME)]
    assert "LOGIN=out" in err


def test_the_second_evening(run, service):
    """Cookies that are a day old are refused, and the token gives others."""
    register(service, hours=25)
    service.set(clock_offset=90_000)
    _, out, err = run()
    service.set(clock_offset=0)
    assert "cookies of the day before  as expected" in out, out + err


def test_cookies_that_live_on_are_a_surprise(run, service):
    """A day later by our clock alone: they still sign in, which is told, and the run ends there."""
    register(service, hours=25)
    code, out, err = run()
    assert code == 1, out + err
    assert "SURPRISE     cookies of the day before still sign in" in out


def test_it_is_taken_back(run, service):
    """The device is off the account, its tokens are dead, and nothing is kept here."""
    store = register(service)
    code, out, err = run("--out")
    assert (code, out.count("as expected")) == (0, 5), out + err
    assert store.look() is None
    assert not service.sign_in.devices()


def test_nobody_to_ask_registers_nothing(run, service):
    """Where no device is registered and there is no terminal, nothing is sent."""
    service.requests.clear()
    code, _, err = run("--store", "file")
    assert code == 2, err
    assert "terminal" in err
    assert not list(service.requests)
