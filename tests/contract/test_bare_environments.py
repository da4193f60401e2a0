"""Commands where next to nothing is set: as cron, init and containers start them."""

import json
import stat

import pytest

from machines import Machine

BARE = {"PATH": "/usr/bin:/bin"}
LOCALES = [{}, {"LC_ALL": "C"}, pytest.param({"LANG": "de_DE.ISO-8859-1"}, marks=pytest.mark.soak)]


@pytest.fixture
def machine(service, tmp_path):
    """A machine where nobody has signed in yet."""
    return Machine(tmp_path / "home", service, cold=True)


def run(machine, arguments, environ, **how):
    """Run a command by its full name, with these variables and no others."""
    done = machine.run(f"{machine.home}/.local/bin/amazon-photos {arguments}", environ, **how)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_first_day_without_a_home(machine, tmp_path):
    """No HOME, but AMAZON_PHOTOS_HOME: all that is kept goes there, and every kind of command works."""
    kept = tmp_path / "kept"
    environ = BARE | {"AMAZON_PHOTOS_HOME": str(kept), "AMAZON_PHOTOS_ENDPOINT": machine.service.url}
    run(machine, "login --from -", environ, given=machine.cookies)
    run(machine, f"upload {machine.home}/Pictures --to Backup", environ)
    run(machine, "refresh", environ)
    assert "früh.jpg" in run(machine, 'find "name:fr*"', environ)
    run(machine, f"backed-up {machine.home}/Pictures", environ)
    run(machine, "trash /Backup/Pictures/2023", environ)
    assert len(json.loads(run(machine, "history --json", environ))) == 2
    session = next(kept.rglob("session.json"))
    assert stat.S_IMODE(session.stat().st_mode) == 0o600
    assert list(kept.rglob("ap.parquet"))
    assert not (machine.home / ".local" / "state").exists()
    assert not (machine.home / ".cache").exists()


@pytest.mark.parametrize("locale", LOCALES, ids=str)
def test_names_are_what_they_are_without_a_language(machine, locale):
    """Letters outside of ASCII go up, come back and are printed as UTF-8, whatever LANG says or does not."""
    machine.sign_in()
    environ = machine.environ | locale
    assert "/früh.jpg" in run(machine, "upload ~/Pictures --to Backup", environ)
    assert "Straße" in run(machine, "ls /Backup/Pictures", environ)
    run(machine, 'download "/Backup/Pictures/Straße" --out ~/back', environ)
    assert (machine.home / "back" / "früh.jpg").is_file()


@pytest.mark.parametrize("streams", ["< /dev/null > /dev/null 2>&1", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(machine, streams):
    """What starts a command may have closed all of its streams."""
    machine.sign_in()
    run(machine, f"upload ~/Pictures --to Backup {streams}", machine.environ)
    run(machine, f"backed-up ~/Pictures {streams}", machine.environ)


def test_what_is_private_stays_so_under_any_umask(machine):
    """Some start their jobs with a mask that hides nothing."""
    where = "umask 000; AMAZON_PHOTOS_HOME=~/kept ~/.local/bin/amazon-photos login --from -"
    environ = machine.environ | {"AMAZON_PHOTOS_ENDPOINT": machine.service.url}
    assert machine.run(where, environ, given=machine.cookies).returncode == 0
    (session,) = (machine.home / "kept").rglob("session.json")
    assert stat.S_IMODE(session.stat().st_mode) == 0o600
    assert stat.S_IMODE(session.parent.stat().st_mode) == 0o700
