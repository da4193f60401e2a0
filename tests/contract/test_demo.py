"""``amazon-photos demo``: what somebody types first, before there is an account."""

import hashlib
import subprocess
import sys

import pytest

import pictures
import terminals

DONE = "Done: every byte came back as it left.\n"


@pytest.fixture
def environ(tmp_path):
    """A machine where nobody has signed in, with a folder of its own for what is temporary."""
    for name in ("user", "tmp"):
        (tmp_path / name).mkdir()
    return terminals.clean_environ(tmp_path, TMPDIR=str(tmp_path / "tmp"))


def fingerprint(folder):
    return {path: hashlib.sha256(path.read_bytes()).digest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("chosen", [False, True], ids=["pictures of its own", "FOLDER"])
def test_the_demo_runs_to_its_end(chosen, environ, tmp_path):
    """Every byte comes back, a chosen folder is only read, and nothing stays on the machine."""
    pictures.write(tmp_path / "Mine", "DSC1.JPG", "trip/DSC2.JPG", start=50)
    before = fingerprint(tmp_path)
    done = terminals.run(["demo", *([str(tmp_path / "Mine")] if chosen else [])], environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(DONE)
    assert ("2 uploaded" if chosen else "7 uploaded") in done.stdout
    assert fingerprint(tmp_path) == before
    assert not list((tmp_path / "tmp").iterdir())


def test_somebodys_account_is_left_alone(environ, service):
    """Neither the session nor the settings of whoever tries it are used."""
    service.requests.clear()
    mine = {
        **environ,
        **service.environ,
        "AMAZON_PHOTOS_SITE_ENDPOINT": service.url,
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    done = terminals.run(["demo"], mine)
    assert done.returncode == 0, done.stderr
    assert not service.requests


@pytest.mark.parametrize("empty", [True, False], ids=["no files", "no folder"])
def test_a_folder_without_pictures_is_told(empty, environ, tmp_path):
    """Before anything is started."""
    folder = tmp_path / "Mine"
    if empty:
        folder.mkdir()
    done = terminals.run(["demo", str(folder)], environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert str(folder) in done.stderr


def test_without_pillow_it_says_what_to_install(environ):
    """An installation that is not the emulator's has none."""
    code = "import sys; sys.modules['PIL'] = None; sys.argv = ['amazon-photos', 'demo']; " + terminals.MAIN
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install" in done.stderr
    assert "pillow" in done.stderr
