"""The commands of README.md and docs/backup.md run, block by block in their order, as somebody pastes them.

Each document has a machine of its own, where ``~/Pictures`` is, before an emulator with a library. All lines of a block
are given to ``sh -e`` as they stand, but for this:

=====================================  ==============================================================================
what stands there                      what is run
=====================================  ==============================================================================
amazon-photos login …                  amazon-photos login --from ~/cookies.txt, with its --profile: nobody can be asked
amazon-photos probe …                  the same with --pause 0
amazon-photos doctor                   the same; 1 is as good as 0, for what is wrong on this machine is not the point
amazon-photos emulator …, pip, make,   nothing: they install, run on, or are tested elsewhere
python, jupyter
/media/…                               ~/media/…, where ``card`` is, with pictures of its own
a line with "# exit code 3"            the same, and that is how it has to end; the others end with 0
=====================================  ==============================================================================

Of docs/backup.md the blocks of ``sh`` are run, too; there ``systemctl``, ``docker`` and the like are programs that only
note how they were called.
"""

import re
import shlex
import stat

import pytest

import pictures
from amazon_photos import AmazonPhotos
from machines import ROOT, Machine, write_program

README, BACKUP = ROOT / "README.md", ROOT / "docs" / "backup.md"
NOTING = ("systemctl", "loginctl", "journalctl", "crontab", "docker")
"""What is called on somebody's machine, and not on this one."""
_BLOCK = re.compile(r"^```(bash|sh)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LEFT_OUT = re.compile(r'(pip|make|python|jupyter|eval "\$\(amazon-photos emulator|amazon-photos emulator)\b')
_LOGIN = re.compile(r"^amazon-photos login\b(?:.*?( --profile \S+))?.*$", re.MULTILINE)
_CODE = re.compile(r"^(.*?)\s*#.*\bexit code (\d+).*$")


def list_blocks(document, *languages):
    return [found[2] for found in _BLOCK.finditer(document.read_text("utf-8")) if found[1] in languages]


def to_script(block):
    """The block as it is run here."""
    lines = [line for line in block.replace("\\\n", "").splitlines() if not _LEFT_OUT.match(line)]
    lines = [_CODE.sub(r"{ \1; } && exit 99 || test $? -eq \2", line) for line in lines]
    text = _LOGIN.sub(r"amazon-photos login --from ~/cookies.txt\1", "\n".join(lines))
    text = text.replace("amazon-photos probe", "amazon-photos probe --pause 0")
    text = re.sub(r"^(amazon-photos doctor\b[^#\n]*)", r"{ \1; } || test $? -eq 1", text, flags=re.MULTILINE)
    return re.sub(r"(?<![\w/~])/media/", "~/media/", text)


@pytest.fixture
def machine(service, tmp_path):
    """A machine before a library of some years, in which there is an album "Summer"."""
    service.reset(files=200)
    made = Machine(tmp_path / "home", service)
    (made.home / "cookies.txt").write_text(made.cookies, "utf-8")
    pictures.write(made.home / "media" / "card", "DCIM/DSC1.JPG", "DCIM/DSC2.JPG", start=90)
    (made.home / "packaging").symlink_to(ROOT / "packaging")
    programs = made.home / ".local" / "bin"
    for name in NOTING:
        write_program(programs / name, f'echo {name} "$@" >> "$HOME/noted"')
    made.environ["PATH"] = f"{programs}:/usr/bin:/bin"
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "x.parquet", progress=False) as ap:
        ap.albums.create("Summer", node_ids=ap.photos(limit=3).id)
    return made


def run_all(machine, blocks):
    for block in blocks:
        script = to_script(block)
        done = machine.run(f"set -eux\n{script}")
        assert done.returncode == 0, f"{script}\n\n{done.stderr}"


def test_the_commands_of_the_readme_run(machine):
    """A reader can paste the blocks one after the other."""
    blocks = [block for block in list_blocks(README, "bash") if "amazon-photos " in block]
    assert blocks
    run_all(machine, blocks)


def test_the_backup_can_be_set_up_as_it_is_told(machine):
    """Every line of docs/backup.md: the files are where their units look for them, and what came back is the same."""
    run_all(machine, list_blocks(BACKUP, "bash", "sh"))
    units = machine.home / ".config" / "systemd" / "user"
    assert {path.name for path in units.iterdir()} == {
        path.name for path in (ROOT / "packaging" / "systemd").iterdir() if path.is_file()
    }
    assert stat.S_IMODE((machine.home / ".config" / "amazon-photos" / "backup.env").stat().st_mode) == 0o600
    assert (machine.home / ".local" / "bin" / "amazon-photos-failed").stat().st_mode & stat.S_IXUSR
    assert (machine.home / ".config" / "amazon-photos" / "logrotate.conf").is_file()
    noted = (machine.home / "noted").read_text("utf-8").splitlines()
    assert {line.split()[0] for line in noted} == set(NOTING)
    started = {word for line in noted if line.startswith("systemctl") for word in line.split() if "amazon-" in word}
    assert all((units / name).is_file() for name in started)
    assert len(started) == 3
    assert len(list((machine.home / "restored").rglob("*.JPG"))) == 2


def test_containers_are_run_as_the_image_wants_it():
    """The volume where it is, the pictures to be read only, the user's own number, and commands that there are."""
    from amazon_photos.cli.app import app

    runs = [line for block in list_blocks(BACKUP, "sh") for line in block.splitlines() if line.startswith("docker run")]
    assert len(runs) == 3
    for line in runs:
        before, _, rest = line.partition(" amazon-photos")
        mounts = re.findall(r"-v (\S+)", before)
        assert mounts[0].endswith(":/data")
        assert [mount for mount in mounts[1:] if not mount.endswith(":/photos:ro")] == []
        assert '--user "$(id -u):$(id -g)"' in before
        assert "--rm" in before
        words = shlex.split(rest.partition("amazon-photos")[2] or rest)
        if words:
            app.get_command(None, words[0]).make_context(words[0], words[1:])
        assert ("-it" in before) == (words[:1] == ["login"])


def test_the_page_shows_every_file():
    """What lies under packaging stands in docs/backup.md, as it is: ``make docs`` writes it."""
    text = BACKUP.read_text("utf-8")
    for path in sorted((ROOT / "packaging").rglob("*")):
        if path.is_file():
            assert f"<!-- file: {path.relative_to(ROOT)} -->" in text
            assert re.search(rf"^```\w+\n{re.escape(path.read_text('utf-8'))}```$", text, re.MULTILINE), path.name


def test_the_page_tells_every_exit_code():
    """Each code, and no other."""
    from amazon_photos.cli.exits import Exit

    rows = re.findall(r"^\| ([\d, ]+) \|", BACKUP.read_text("utf-8"), re.MULTILINE)
    assert {int(code) for row in rows for code in row.split(",")} == set(Exit)


@pytest.mark.parametrize(
    ("line", "run"),
    [
        (
            "amazon-photos login --register --profile family",
            "amazon-photos login --from ~/cookies.txt --profile family",
        ),
        ("amazon-photos login", "amazon-photos login --from ~/cookies.txt"),
        ("amazon-photos upload /media/card", "amazon-photos upload ~/media/card"),
        ("amazon-photos doctor --json", "{ amazon-photos doctor --json; } || test $? -eq 1"),
        ("pip install .", ""),
        ("amazon-photos check x  # exit code 1", "{ amazon-photos check x; } && exit 99 || test $? -eq 1"),
    ],
)
def test_what_is_changed_for_the_test(line, run):
    """The rules of this file, at one line each."""
    assert to_script(line) == run
