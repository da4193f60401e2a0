"""A machine whose clock jumps: set back or on between two commands or in the middle of one, or years off."""

import json
import subprocess
import time
from pathlib import Path

import pytest

import pictures
from machines import Machine

LIBRARY = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
FAKE = {"LD_PRELOAD": str(LIBRARY), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
EACH_WAY = pytest.mark.parametrize("jump", ["-1d", pytest.param("+1d", marks=pytest.mark.soak)])
pytestmark = pytest.mark.skipif(
    LIBRARY is None, reason="libfaketime is not here, which moves a program's clock (Debian: apt-get install faketime)"
)


@pytest.fixture
def machine(service, tmp_path):
    """Somebody who is signed in."""
    made = Machine(tmp_path / "home", service, cold=True)
    made.sign_in()
    return made


def run(machine, arguments, *, to=None):
    """Run a command while the clock is off by ``to``, as faketime writes it."""
    moved = {} if to is None else FAKE | {"FAKETIME": to}
    done = machine.run(f"~/.local/bin/amazon-photos {arguments}", machine.environ | moved)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_clock_is_really_moved(machine):
    """Otherwise nothing here would be tested."""
    told = machine.run("date +%s", machine.environ | FAKE | {"FAKETIME": "-1d"}).stdout
    assert abs(int(told) - time.time() + 86_400) < 3600


@EACH_WAY
def test_between_two_commands(machine, jump):
    """What was backed up is known, what is new is found, and the last change is taken back, whatever the clock says."""
    run(machine, "upload ~/Pictures --to Backup")
    pictures.write(machine.home / "Pictures", "new.jpg", start=99)
    sent = json.loads(run(machine, "upload ~/Pictures --to Backup --all --json", to=jump))
    assert sorted(row["outcome"] for row in sent) == ["exists", "exists", "exists", "uploaded"]
    run(machine, "trash /Backup/Pictures/2023", to=jump)
    (trashed,) = [one["run"] for one in json.loads(run(machine, "history --json")) if one["operation"] == "trash"]
    run(machine, f"undo {trashed}")
    run(machine, "refresh")
    run(machine, "backed-up ~/Pictures")


@EACH_WAY
def test_in_the_middle_of_an_upload(machine, jump, tmp_path):
    """Time-outs, pauses and rates go by a clock that nobody can set: it is done as ever, and as soon."""
    pictures.write(machine.home / "Pictures", *(f"{number}.jpg" for number in range(40)), start=200)
    machine.service.set(latency=0.05)
    clock = tmp_path / "clock"
    clock.write_text("+0", "utf-8")
    environ = machine.environ | FAKE | {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1"}
    command = ["/bin/sh", "-c", "~/.local/bin/amazon-photos upload ~/Pictures --to Backup"]
    began = time.monotonic()
    with subprocess.Popen(
        command, env=environ, cwd=machine.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not any(request.method == "POST" for request in list(machine.service.requests)):
            assert time.monotonic() - began < 60
            time.sleep(0.01)
        clock.write_text(jump, "utf-8")
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert out.count("uploaded") == 43


@pytest.mark.parametrize("year", ["1999", pytest.param("2037", marks=pytest.mark.soak)])
def test_years_off(machine, year):
    """A machine without a battery for its clock, or one that was set wrongly: nothing is lost, everything works."""
    to = f"@{year}-06-01 12:00:00"
    run(machine, "upload ~/Pictures --to Backup", to=to)
    run(machine, "refresh", to=to)
    assert "IMG_1.JPG" in run(machine, 'find "name:IMG*"', to=to)
    run(machine, "backed-up ~/Pictures")
    run(machine, "whoami")
