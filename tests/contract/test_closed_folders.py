"""Places that somebody may not even look at: above them is a folder that only another user enters."""

import pytest

import terminals
import unprivileged

pytestmark = unprivileged.REQUIRED


@pytest.fixture
def home(service, tmp_path, monkeypatch):
    """A machine where the environment signs in."""
    monkeypatch.chdir(tmp_path)
    cookies = {name.replace("-", "_"): value for name, value in service.cookies.items()}
    return terminals.clean_environ(tmp_path, AMAZON_PHOTOS_ENDPOINT=service.url, **cookies)


@pytest.fixture
def closed(tmp_path):
    """A folder that is there, in one that cannot be entered."""
    above = tmp_path / "closed"
    (above / "in").mkdir(parents=True)
    (above / "in" / "a.jpg").write_bytes(b"a")
    above.chmod(0)
    yield above / "in"
    above.chmod(0o700)


def run(home, *arguments, **more):
    return terminals.run(arguments, home | more, before=unprivileged.LOSE_RIGHTS)


@pytest.mark.parametrize(
    "words", ["check {0}", "check {0}/a.jpg", "backed-up {0}/a.jpg", "upload {0}", "download / --out {0}"]
)
def test_a_place_of_files(words, home, closed):
    """The place is named, and the system's reason; it is no mistake of this program."""
    done = run(home, *words.format(closed).split())
    assert done.returncode not in (0, 6)
    assert str(closed) in done.stderr
    assert "ermission denied" in done.stderr


@pytest.mark.parametrize("words", ["find x", "sql x", "refresh", "history", "upload a.jpg"])
def test_a_catalogue(words, home, closed, tmp_path):
    """Whether it is there, nobody knows: it is not said that there is none yet."""
    (tmp_path / "a.jpg").write_bytes(b"a")
    done = run(home, *words.split(), AMAZON_PHOTOS_CATALOG=str(closed / "ap.parquet"))
    assert (done.returncode, "Permission denied" in done.stderr) == (1, True)


def test_a_file_of_cookies(home, closed):
    """It is not said that there is no such file."""
    done = run(home, "login", "--from", str(closed / "cookies.txt"))
    assert "Permission denied" in done.stderr
    assert "no file" not in done.stderr


def test_a_profile_of_firefox(home, tmp_path):
    """What cannot be read is left out."""
    profile = tmp_path / "user/.mozilla/firefox/a.default"
    profile.mkdir(parents=True)
    (profile.parent / "profiles.ini").write_text("[Profile0]\nName=a\nIsRelative=1\nPath=a.default\n")
    profile.chmod(0)
    done = run(home, "login", "--from", "firefox")
    profile.chmod(0o700)
    assert "there is no firefox here that has cookies" in done.stderr


@pytest.mark.parametrize("words", ["logout", "whoami", "find x", "config set tld de"])
def test_the_own_folder(words, home, closed):
    """Nobody says that nobody is signed in: that cannot be known."""
    signed_out = {name: value for name, value in home.items() if name not in ("session_id", "ubid_main", "at_main")}
    done = run(signed_out, *words.split(), AMAZON_PHOTOS_HOME=str(closed))
    assert done.returncode
    assert "Permission denied" in done.stderr


def test_the_own_folder_is_diagnosed(home, closed):
    """``doctor`` looks at what is above, and has no row that says that it failed."""
    done = run(home, "doctor", "--json", AMAZON_PHOTOS_HOME=str(closed))
    assert "report it" not in done.stdout
    assert "nothing can be written there" in done.stdout
