"""``amazon-photos whoami``: whose session is used and why, quickly, and without asking anybody."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

import terminals
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.profiles import find_profile
from amazon_photos.auth.saved_session import make_session
from amazon_photos.auth.session_store import SessionStore

COOKIES = {"session-id": "123-1234567-1234567", "ubid-acbde": "123-1234567-1234567", "at-acbde": f"Atza|{'x' * 300}"}


@pytest.fixture
def home(tmp_path):
    """A machine where nobody has signed in, with nobody to ask; its environment."""
    (tmp_path / "user").mkdir()
    return terminals.clean_environ(tmp_path, AMAZON_PHOTOS_ENDPOINT="http://127.0.0.1:9")


@pytest.fixture
def keep(home):
    """Keeps a session in a profile."""

    def save(name="default", **options):
        session = make_session(Credentials.load(COOKIES), "pasted", **options)
        SessionStore(find_profile(name, home)).save(session.of_account("OWNER"), store="file")

    return save


def test_nobody_is_code_4(home):
    """With the command that signs in, of the profile that was named."""
    done = terminals.run(["whoami", "--profile", "family"], home)
    assert (done.returncode, done.stdout) == (4, "")
    assert "amazon-photos login --profile family" in done.stderr


def test_it_tells_who(home, keep):
    """Everything that may be told, and no secret; code 0, without a network."""
    keep()
    done = terminals.run(["whoami", "--json"], home)
    (told,) = json.loads(done.stdout)
    assert {"profile": "default", "marketplace": "de", "way": "pasted", "kept": "file"}.items() <= told.items()
    assert told.keys() == {"profile", "account", "marketplace", "way", "made", "expires", "renewable", "kept"}
    assert done.returncode == 0
    assert "xxx" not in done.stdout


def test_what_has_ended_is_code_4(home, keep):
    """Where an end is known and was reached, and nobody can renew it."""
    keep(expires={"at-acbde": datetime.now(UTC) - timedelta(minutes=1)})
    done = terminals.run(["whoami"], home)
    assert (done.returncode, "has ended" in done.stderr) == (4, True)


def test_it_explains_why(home, keep):
    """For every value where it is from: argument, environment, config file, profile, default."""
    keep("family")
    (config,) = [terminals.Path(home["AMAZON_PHOTOS_HOME"]) / "config.toml"]
    config.write_text('bwlimit = "2M"\nprofile = "nobody"\nproxy = "http://ada:secret-word@proxy:3128"\n')
    done = terminals.run(["whoami", "--explain", "--json", "--profile", "family"], home)
    told = {row["name"]: (row["value"], row["from"]) for row in json.loads(done.stdout)}
    assert told["session"] == ("profile 'family'", "arguments")
    assert told["endpoint"] == ("http://127.0.0.1:9", "environment")
    assert told["bwlimit"][1] == str(config)
    assert told["catalog"][1] == "profile 'family'"
    assert told["max_attempts"][1] == "default"
    assert "secret-word" not in done.stdout


def test_cookies_of_the_environment_are_told(home):
    """Without a profile: the way, and whose marketplace."""
    more = {name.replace("-", "_"): value for name, value in COOKIES.items()}
    (told,) = json.loads(terminals.run(["whoami", "--json"], home | more).stdout)
    assert (told["profile"], told["way"], told["marketplace"]) == (None, "environment", "de")


def test_a_command_is_not_run(home, tmp_path):
    """It may ask for a password: that it is there is enough."""
    more = {"AMAZON_PHOTOS_COOKIE_COMMAND": f"touch {tmp_path / 'was-run'}"}
    done = terminals.run(["whoami"], home | more)
    assert (done.returncode, (tmp_path / "was-run").exists()) == (0, False)


def test_it_loads_nothing_heavy(home, keep):
    """Neither pandas nor pyarrow nor aiohttp nor asyncio nor rich, into a pipe."""
    keep()
    code = (
        "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
        "sys.argv = ['amazon-photos', 'whoami']; " + terminals.MAIN
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=home, capture_output=True, text=True, timeout=60, check=True
    )
    assert not {"pandas", "pyarrow", "aiohttp", "asyncio", "rich", "numpy", "keyring"} & set(done.stderr.split())


def test_another_marketplace_than_the_profiles_is_told(home, keep):
    """As a client would tell it: what signs nothing is not told as if it did."""
    keep()
    done = terminals.run(["whoami"], home | {"AMAZON_PHOTOS_TLD": "ca"})
    assert (done.returncode, done.stdout) == (4, "")
    assert "is of amazon.de, not of amazon.ca" in done.stderr
