"""packaging/crontab and packaging/logrotate.conf: cron can read the lines, and they do what they say."""

import gzip
import json
import re
import shutil
import subprocess
from typing import NamedTuple

import pytest

import pictures
from amazon_photos.cli.exits import Exit
from machines import ROOT, Machine

CRONTAB = (ROOT / "packaging" / "crontab").read_text("utf-8")
LOGROTATE = ROOT / "packaging" / "logrotate.conf"
HEALTHCHECK = "#AMAZON_PHOTOS_CLI_UPLOAD_HEALTHCHECK=https://hc-ping.com/your-own-uuid"
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Minute, hour, day, month and day of the week."""


class Job(NamedTuple):
    """When, and what."""

    fields: tuple[str, ...]
    command: str


def read_crontab(text):
    """The variables and the jobs of a crontab, as cron(8) reads them: a line each, and nothing is expanded."""
    environ, jobs = {}, []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if found := re.fullmatch(r"(\w+)=(.*)", line):
            environ[found[1]] = found[2]
        else:
            *fields, command = line.split(maxsplit=5)
            jobs.append(Job(tuple(fields), command))
    return environ, jobs


NIGHTLY, WEEKLY, ROTATING = read_crontab(CRONTAB)[1]


@pytest.fixture
def machine(service, tmp_path):
    """Somebody who has signed in once."""
    made = Machine(tmp_path / "home", service)
    made.sign_in()
    return made


def run(machine, job, crontab=CRONTAB):
    """Run a job as cron does: its own few variables, those of the crontab, and the shell that it names."""
    environ, _ = read_crontab(crontab)
    assert environ["SHELL"] == "/bin/sh"
    return machine.run(job.command, {"HOME": str(machine.home), "LOGNAME": "somebody", **environ})


@pytest.mark.parametrize("job", [NIGHTLY, WEEKLY, ROTATING])
def test_cron_can_read_its_lines(job):
    """Five fields in their ranges, no minute that everybody takes, and no percent sign, which would end a command."""
    assert len(job.fields) == 5
    for field, (low, high) in zip(job.fields, RANGES, strict=True):
        assert field == "*" or low <= int(field) <= high
    assert int(job.fields[0]) % 5
    assert "%" not in job.command
    assert CRONTAB.endswith("\n")


def test_a_good_night_is_quiet(machine):
    """What is not there goes up, twice nothing is printed, so no mail is sent; the report and the log are there."""
    for counts in ({"uploaded": 3}, {"exists": 3}):
        done = run(machine, NIGHTLY)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        summary = json.loads((machine.state / "upload.jsonl").read_text("utf-8").splitlines()[-1])
        assert (summary["exit_code"], summary["counts"]) == (0, counts)
    assert "/nodes" in (machine.state / "upload.log").read_text("utf-8")
    done = run(machine, WEEKLY)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_missing_is_told_once_a_week(machine):
    """One line, which cron mails, and the paths in a file; the weekly job itself changes nothing."""
    run(machine, NIGHTLY)
    pictures.write(machine.home / "Pictures", "new.jpg", start=99)
    done = run(machine, WEEKLY)
    assert done.stdout == "backed-up ended with 1: see ~/.local/state/amazon-photos/missing.txt\n"
    assert (machine.state / "missing.txt").read_text("utf-8").split() == [str(machine.home / "Pictures" / "new.jpg")]


def test_a_session_that_has_ended_is_told(machine, service):
    """By mail: what died, and the one command that mends it; code 4. Signed in again, the next night does it."""
    service.sign_in.sign_out()
    done = run(machine, NIGHTLY)
    assert (done.returncode, done.stdout) == (Exit.SIGN_IN, "")
    assert "amazon-photos login" in done.stderr
    service.reset()
    machine.sign_in()
    assert run(machine, NIGHTLY).returncode == 0


def test_no_network_is_code_5(machine):
    """Nothing is lost; trying later helps."""
    config = machine.home / ".config" / "amazon-photos" / "config.toml"
    config.write_text('endpoint = "http://127.0.0.1:9"\nbackoff_initial = 0.01\nmax_attempts = 2\n', "utf-8")
    done = run(machine, NIGHTLY)
    assert done.returncode == Exit.UNAVAILABLE, done.stderr


def test_a_monitor_is_told_by_the_variable(machine, monitor):
    """The crontab's own line, once it is no comment: begun, and well; or the code. It is in no log."""
    assert HEALTHCHECK in CRONTAB
    watched = CRONTAB.replace(HEALTHCHECK, f"AMAZON_PHOTOS_CLI_UPLOAD_HEALTHCHECK={monitor.url}")
    assert run(machine, NIGHTLY, watched).returncode == 0
    assert monitor.paths == ["/ping/start", "/ping"]
    assert monitor.url not in (machine.state / "upload.log").read_text("utf-8")


def test_a_folder_that_is_not_mounted_is_no_success(machine, tmp_path):
    """The disk with the pictures is away: neither job says that all is well."""
    (machine.home / "Pictures").rename(tmp_path / "elsewhere")
    assert run(machine, NIGHTLY).returncode not in (0, Exit.PARTLY)
    assert run(machine, WEEKLY).stdout


@pytest.mark.skipif(
    shutil.which("logrotate", path="/usr/sbin:/usr/bin:/sbin:/bin") is None,
    reason="logrotate is not here (Debian: apt-get install logrotate)",
)
def test_logs_are_rotated(machine):
    """Weekly, kept for eight weeks, compressed a week later; what is still being written is lost to nobody."""
    shutil.copy(LOGROTATE, machine.home / ".config" / "amazon-photos")
    shown = {name: f"{name} of week 0\n" for name in ("upload.log", "upload.jsonl")}
    for name, text in shown.items():
        (machine.state / name).write_text(text, "utf-8")
    kept = (machine.state / "upload.log").open("a", encoding="utf-8")
    with kept:
        for week in range(1, 11):
            done = run(machine, ROTATING._replace(command=ROTATING.command.replace("logrotate ", "logrotate --force ")))
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
            if week == 1:
                kept.write("the end of a run\n")
                kept.flush()
                assert "the end of a run" in (machine.state / "upload.log.1").read_text("utf-8")
            for name in shown:
                (machine.state / name).write_text(f"{name} of week {week}\n", "utf-8")
    for name in shown:
        assert (machine.state / f"{name}.1").read_text("utf-8") == f"{name} of week 9\n"
        assert gzip.decompress((machine.state / f"{name}.2.gz").read_bytes()).decode() == f"{name} of week 8\n"
        assert len(list(machine.state.glob(f"{name}.*"))) == 8
    assert (machine.state / "profiles").is_dir()


def test_nothing_but_cron_is_needed(machine):
    """``env -i`` with cron's variables, as docs/backup.md tells to try it."""
    done = machine.run('env -i HOME="$HOME" PATH=/usr/bin:/bin ~/.local/bin/amazon-photos doctor')
    assert done.returncode in (0, 1), done.stderr
    assert "session" in done.stdout
    assert subprocess.run(["/bin/sh", "-n", "-c", NIGHTLY.command], check=False).returncode == 0
