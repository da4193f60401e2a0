"""The systemd units of packaging/systemd: they are right for systemd, and what they start does what they say."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from amazon_photos.cli.exits import Exit
from machines import ROOT, Machine, write_program
from units import read_codes, read_unit

UNITS = ROOT / "packaging" / "systemd"
NAMES = sorted(path.name for path in UNITS.iterdir() if path.is_file())
SERVICES = ["amazon-photos-backup.service", "amazon-photos-check.service"]
FAILED = ROOT / "packaging" / "amazon-photos-failed"
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here (Debian: apt-get install systemd)"
)


@pytest.fixture
def machine(service, tmp_path):
    """A machine with the units where docs/backup.md puts them."""
    made = Machine(tmp_path / "home", service)
    shutil.copytree(UNITS, made.home / ".config" / "systemd" / "user")
    shutil.copy(FAILED, made.home / ".local" / "bin")
    return made


def verify(machine, name):
    """What ``systemd-analyze verify`` says of a unit, and whether it lets it pass."""
    environ = machine.environ | {"XDG_RUNTIME_DIR": str(machine.home)}
    command = ["systemd-analyze", "--user", "--recursive-errors=one", "--man=no", "verify", f"./{name}"]
    where = machine.home / ".config" / "systemd" / "user"
    done = subprocess.run(command, cwd=where, env=environ, capture_output=True, text=True, timeout=60, check=False)
    ours = [line for line in done.stderr.splitlines() if "amazon-photos" in line]
    return done.returncode, ours


def start(machine, name, **environ):
    """Run what a service starts, with the variables that systemd gives it and those of its EnvironmentFile."""
    service = read_unit(UNITS / name)["Service"]
    (line,) = service["ExecStart"]
    words = shlex.split(line.replace("%h", str(machine.home)))
    for value in service["EnvironmentFile"]:
        path = Path(value.removeprefix("-").replace("%h", str(machine.home)))
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        environ |= dict(line.split("=", 1) for line in lines if line[:1] not in ("", "#"))
    return machine.run(shlex.join(words), machine.environ | environ)


@needs_systemd
@pytest.mark.parametrize("name", NAMES)
def test_systemd_understands_them(name, machine):
    """``systemd-analyze verify`` has nothing to say of any unit, with the drop-in beside it and without."""
    assert verify(machine, name) == (0, [])
    shutil.rmtree(machine.home / ".config" / "systemd" / "user" / "amazon-photos-backup.service.d")
    assert verify(machine, name) == (0, [])


@needs_systemd
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("Type=oneshot", "Type=onshot"), ("Restart=on-failure", "Restart=always"), ("bin/amazon-photos", "bin/nothing")],
)
def test_a_mistake_in_a_unit_would_be_noticed(right, wrong, machine):
    """A value that does not exist, two that contradict each other, and a command that is not there."""
    unit = machine.home / ".config" / "systemd" / "user" / SERVICES[0]
    assert right in unit.read_text("utf-8")
    unit.write_text(unit.read_text("utf-8").replace(right, wrong), "utf-8")
    code, told = verify(machine, SERVICES[0])
    assert code or told


@needs_systemd
@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".timer")])
def test_timers_come_again(name, machine):
    """Their calendar is one, what was missed is made up for, and they are not all at once."""
    unit = read_unit(UNITS / name)
    timer = unit["Timer"]
    (calendar,) = timer["OnCalendar"]
    done = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=False)
    assert "Next elapse" in done.stdout
    assert (timer["Persistent"], unit["Install"]["WantedBy"]) == (["true"], ["timers.target"])
    assert timer["RandomizedDelaySec"]
    assert name.replace(".timer", ".service") in NAMES


def test_every_exit_code_is_provided_for():
    """Stopped is no failure, 5 is tried again, and the rest waits for somebody: no code was forgotten."""
    service = read_unit(UNITS / SERVICES[0])["Service"]
    stopped, waits = (read_codes(service[key]) for key in ("SuccessExitStatus", "RestartPreventExitStatus"))
    assert stopped == {Exit.HUNG_UP, Exit.INTERRUPTED, Exit.TERMINATED}
    assert set(Exit) - stopped - waits == {Exit.DONE, Exit.UNAVAILABLE}
    assert service["Restart"] == ["on-failure"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_failure_is_told(name):
    """Both services call what tells their owner."""
    assert read_unit(UNITS / name)["Unit"]["OnFailure"] == ["amazon-photos-failed@%n.service"]
    assert "amazon-photos-failed@.service" in NAMES


def test_the_services_back_up_and_check(machine):
    """What they start works with systemd's few variables, twice; before the first backup the check says no."""
    machine.sign_in()
    assert start(machine, SERVICES[1]).returncode == Exit.FAILED
    missing = machine.state / "missing.txt"
    assert len(missing.read_text("utf-8").splitlines()) == 3
    for _ in range(2):
        done = start(machine, SERVICES[0])
        assert (done.returncode, done.stderr) == (0, "")
    assert start(machine, SERVICES[1]).returncode == 0
    assert missing.read_text("utf-8") == ""
    assert (machine.state / "upload.jsonl").exists()


def test_the_environment_file_is_used(machine, monitor):
    """The monitor of backup.env is told, once its line is no comment any more."""
    machine.sign_in()
    example = (ROOT / "packaging" / "backup.env").read_text("utf-8")
    target = machine.home / ".config" / "amazon-photos" / "backup.env"
    line = "#AMAZON_PHOTOS_CLI_UPLOAD_HEALTHCHECK=https://hc-ping.com/your-own-uuid"
    assert line in example
    target.write_text(example.replace(line, f"AMAZON_PHOTOS_CLI_UPLOAD_HEALTHCHECK={monitor.url}"), "utf-8")
    assert start(machine, SERVICES[0]).returncode == 0
    assert monitor.paths == ["/ping/start", "/ping"]


def test_nobody_signed_in_is_code_4(machine):
    """And the message, which goes to the journal, names the command."""
    machine.sign_in()
    assert machine.run("~/.local/bin/amazon-photos logout").returncode == 0
    done = start(machine, SERVICES[0])
    assert done.returncode == Exit.SIGN_IN
    assert "amazon-photos login" in done.stderr


@pytest.fixture
def told(tmp_path):
    """Runs what tells of a failure, where some programs are there that deliver it; gives how, and what it said."""
    programs = tmp_path / "bin"
    programs.mkdir()

    def tell(code, *deliver, refuse=()):
        for name in deliver:
            end = "exit 1" if name in refuse else f'printf "%s " {name} "$@"; cat'
            write_program(programs / name, end)
        environ = {"PATH": f"{programs}:/usr/bin:/bin"} | ({"MONITOR_EXIT_STATUS": str(code)} if code else {})
        command = ["/bin/sh", "-u", FAILED, "amazon-photos-backup.service"]
        done = subprocess.run(command, env=environ, input="", capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.partition(" ")[0] or "journal", done.stdout + done.stderr

    return tell


@pytest.mark.skipif(shutil.which("notify-send", path="/usr/bin:/bin") is not None, reason="it would really be shown")
@pytest.mark.skipif(shutil.which("mail", path="/usr/bin:/bin") is not None, reason="it would really be sent")
def test_the_owner_is_told_on_whatever_way_there_is(told):
    """On the desktop, else by mail, else in the journal; always with the unit, and the way to its log."""
    assert told(4)[0] == "journal"
    assert told(4, "mail")[0] == "mail"
    way, text = told(4, "mail", "notify-send")
    assert way == "notify-send"
    assert told(4, "notify-send", refuse=["notify-send"])[0] == "mail"
    assert "amazon-photos-backup.service" in text
    assert "journalctl --user" in text


@pytest.mark.parametrize("code", [None, 1, 2, 3, 4, 5, 6, 77])
def test_the_owner_is_told_what_to_do(code, told):
    """Each code that is a failure has words of its own; the one for 4 names the command."""
    text = told(code, "notify-send")[1]
    others = {told(other, "notify-send")[1] for other in (None, 1, 2, 3, 4, 5, 6, 77) if other != code}
    assert text not in others
    assert ("amazon-photos login" in text) == (code == 4)
