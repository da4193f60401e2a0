"""``config``: what is set and where from, and a file that is changed in one place and nowhere else."""

import json
import os
import stat
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import terminals

TEXT = """# what I like
tld = "ca"  # at home there

[cli]   # the command line
quiet = true
# a list
sort = [
    "-size",  # large ones first
]

[profiles.family]
tld = "de"
"""


@pytest.fixture
def home(tmp_path):
    """The environment of somebody who has a config file."""
    (tmp_path / "user").mkdir()
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "config.toml").write_text(TEXT, "utf-8")
    return terminals.clean_environ(tmp_path)


@pytest.fixture
def config(home):
    return Path(home["AMAZON_PHOTOS_HOME"]) / "config.toml"


def run(home, *arguments):
    done = terminals.run(["config", *arguments], home)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_value_is_set_and_all_else_stays(home, config):
    """Comments, order and spaces are as they were; the new value is read like any other."""
    run(home, "set", "page_size", "50")
    run(home, "set", "bwlimit", "2M", "--profile", "family")
    run(home, "set", "limit", "7", "--command", "find")
    run(home, "set", "tld", "it")
    text = config.read_text("utf-8")
    assert [line for line in TEXT.replace('"ca"', '"it"').splitlines() if line not in text.splitlines()] == []
    assert tomllib.loads(text) == {
        "tld": "it",
        "page_size": 50,
        "cli": {"quiet": True, "sort": ["-size"], "find": {"limit": 7}},
        "profiles": {"family": {"tld": "de", "bwlimit": "2M"}},
    }
    for name, where in (("page_size", []), ("bwlimit", ["--profile", "family"]), ("limit", ["--command", "find"])):
        run(home, "unset", name, *where)
    assert run(home, "get", "tld") == "it\n"
    run(home, "set", "tld", "ca")
    assert tomllib.loads(config.read_text("utf-8")) == tomllib.loads(TEXT) | {
        "cli": {"quiet": True, "sort": ["-size"], "find": {}}
    }


@pytest.mark.parametrize(
    ("arguments", "tables", "value"),
    [
        (["output", "jsonl"], "cli.output", "jsonl"),
        (["verbose", "2"], "cli.verbose", 2),
        (["progress", "off"], "cli.progress", False),
        (["--command", "find", "--", "sort", "-size", "name"], "cli.find.sort", ["-size", "name"]),
        (["cli.find.limit", "3"], "cli.find.limit", 3),
        (["profiles.family.cli.trash.max-delete", "10%"], "profiles.family.cli.trash.max_delete", "10%"),
        (["history", "no"], "history", False),
        (["read-timeout", "2.5"], "read_timeout", 2.5),
        (["cookie_command", "pass", "show", "amazon"], "cookie_command", ["pass", "show", "amazon"]),
    ],
)
def test_values_have_the_types_of_toml(home, config, arguments, tables, value):
    """And names with tables in them are as good as options."""
    run(home, "set", *arguments)
    found = tomllib.loads(config.read_text("utf-8"))
    for name in tables.split("."):
        found = found[name]
    assert found == value


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["limt", "3"], "unknown setting or flag 'limt': did you mean limit?"),
        (["bwlimt", "3"], "did you mean bwlimit?"),
        (["bwlimit", "fast"], "bwlimit"),
        (["page_size", "500"], "page_size must be from 1 to 200"),
        (["limit", "x", "--command", "find"], "cli.find.limit: 'x' is not a valid integer"),
        (["output", "xml"], "'xml' is not one of"),
        (["limit", "3", "--command", "fnd"], "there is no command 'fnd': did you mean find?"),
        (["tld", "ca", "--profile", "My Family"], "did you mean 'my-family'?"),
        (["tld", "ca", "de"], "tld has one value, not 2"),
        (["profile", "x", "--profile", "family"], "profiles.family.profile cannot be"),
        (["yes", "true"], "--yes is only ever given by hand"),
        (["cli.find.limit", "3", "--command", "find"], "leave out --profile and --command"),
        (["upload.wait", "true"], "is no name: its tables are cli, cli.COMMAND and profiles.NAME"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(home, config, arguments, says):
    """It is told, with the nearest."""
    done = terminals.run(["config", "set", *arguments], home)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert config.read_text("utf-8") == TEXT


BROKEN = {
    "no TOML": lambda path: path.write_text("tld = = ="),
    "not UTF-8": lambda path: path.write_bytes(b'tld = "\xff"'),
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "nowhere to write": lambda path: path.symlink_to("/proc/photos/config.toml"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_that_cannot_be_changed_stays_as_it_is(home, config, broken):
    """Whoever wrote it can mend it; the message names the file."""
    config.unlink()
    BROKEN[broken](config)
    before = (os.lstat(config).st_mode, config.read_bytes() if config.is_file() else b"")
    done = terminals.run(["config", "set", "tld", "ca"], home)
    assert done.returncode in (1, 2)
    assert "config.toml" in done.stderr
    assert "Traceback" not in done.stderr
    assert "a mistake of this program" not in done.stderr
    assert (os.lstat(config).st_mode, config.read_bytes() if config.is_file() else b"") == before


def test_it_stays_a_link_with_its_mode(home, config, tmp_path):
    """As people keep such files in a repository of their own."""
    real = tmp_path / "dotfiles.toml"
    config.rename(real)
    real.chmod(0o640)
    config.symlink_to(real)
    run(home, "set", "tld", "it")
    assert config.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert 'tld = "it"' in real.read_text("utf-8")


def test_a_new_file_is_its_owner_s_alone(home, config):
    """A proxy's address may hold a password; folders that are missing are made."""
    config.unlink()
    home |= {"AMAZON_PHOTOS_HOME": str(config.parent / "new" / "home")}
    run(home, "set", "proxy", "http://me:hidden-word@host:3128")
    made = Path(home["AMAZON_PHOTOS_HOME"]) / "config.toml"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert run(home, "get", "proxy") == "(an address)\n"
    assert "hidden-word" not in run(home, "show", "--explain")


CHANGE = """
import sys
from amazon_photos.cli.config.edit import set_value
for number in range(10):
    set_value({"AMAZON_PHOTOS_CONFIG": sys.argv[1]}, ("profiles", f"p{number}"), f"{sys.argv[2]}", 1)
"""


def test_changes_at_once_lose_nothing(config):
    """Each waits for the others, and reads what they wrote."""

    def change(name):
        subprocess.run([sys.executable, "-c", CHANGE, str(config), name], check=True, timeout=60)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, "abcd"))
    found = tomllib.loads(config.read_text("utf-8"))["profiles"]
    assert all(found[f"p{number}"] == dict.fromkeys("abcd", 1) for number in range(10))
    assert TEXT.splitlines()[0] in config.read_text("utf-8")


def test_show_tells_what_is_set_and_explain_whence(home, config):
    """Arguments, variables, keys and tables; what nobody set is there with --explain only."""
    more = home | {"AMAZON_PHOTOS_PAGE_SIZE": "30", "AMAZON_PHOTOS_CLI_FIND_LIMIT": "3", "AMAZON_PHOTOS_CLI_QUIET": "0"}
    shown = {row["name"]: row["value"] for row in json.loads(run(more, "show", "--json"))}
    assert shown["tld"] == "ca"
    assert (shown["page_size"], shown["cli.find.limit"], shown["cli.quiet"]) == ("30", "3", "0")
    assert (shown["cli.sort"], shown["profiles.family.tld"]) == (["-size"], "de")
    assert "max_attempts" not in shown
    rows = {row["name"]: row for row in json.loads(run(more, "show", "--explain", "--json", "--profile", "family"))}
    assert (rows["tld"]["value"], rows["tld"]["from"]) == ("de", f"{config} [profiles.family]")
    assert rows["page_size"]["from"] == "environment"
    assert rows["max_attempts"]["from"] == "default"
    assert rows["profile"]["from"] == "arguments"
    assert rows["cli.quiet"]["from"] == "AMAZON_PHOTOS_CLI_QUIET"


def test_show_tells_the_flags_of_a_command_as_they_would_be(home, config):
    """Each once, with the place that won."""
    config.write_text(TEXT + "\n[profiles.family.cli.find]\nlimit = 9\n", "utf-8")
    shown = json.loads(run(home, "show", "--command", "find", "--explain", "--json", "--profile", "family"))
    rows = {row["name"]: (row["value"], row["from"]) for row in shown}
    assert rows["limit"] == (9, f"profiles.family.cli.find.limit ({config})")
    assert rows["sort"] == (["-size"], f"cli.sort ({config})")
    assert rows["offset"] == (None, "default")


def test_get_prints_the_value_that_holds(home):
    """Of the profile and command that are named; code 1 where there is none."""
    assert run(home, "get", "tld") == "ca\n"
    assert run(home, "get", "tld", "--profile", "family") == "de\n"
    assert run(home, "get", "max-attempts") == "6\n"
    assert json.loads(run(home, "get", "sort", "--command", "find", "--json")) == [{"sort": ["-size"]}]
    assert terminals.run(["config", "get", "limit", "--command", "find"], home).returncode == 1
    assert terminals.run(["config", "get", "lmit"], home).returncode == 2


def test_unset_removes_what_is_no_name_as_well(home, config):
    """It is how a misspelled one is got rid of; what is not there is code 1."""
    config.write_text(TEXT + '[cli.fnd]\nlimit = 3\n[profiles.family.cli]\n"outpt" = "x"\n', "utf-8")
    run(home, "unset", "cli.fnd")
    run(home, "unset", "profiles.family.cli.outpt")
    run(home, "unset", "quiet")
    assert tomllib.loads(config.read_text("utf-8"))["cli"] == {"sort": ["-size"]}
    assert terminals.run(["config", "unset", "quiet"], home).returncode == 1


@pytest.mark.parametrize(
    "text",
    ["cli.quiet = true\n", "cli = {quiet = true}\n", "[cli.find]\n[cli]\nquiet = true\n", "\r\n# x\r\n[cli]\r\n"],
)
def test_every_way_to_write_tables_is_kept(home, config, text):
    """Dotted, inline, out of order, with the line ends of another system; or it is refused, and left as it was."""
    config.write_bytes(text.encode())
    done = terminals.run(["config", "set", "output", "json"], home)
    now = config.read_bytes().decode()
    if done.returncode:
        assert now == text
        assert "only a hand" in done.stderr
    else:
        assert tomllib.loads(now)["cli"] == tomllib.loads(text)["cli"] | {"output": "json"}


def test_path_tells_where_it_is_or_would_be(home, config):
    """Also of one that is not there."""
    config.unlink()
    assert run(home, "path") == f"{config}\n"
    assert run(home | {"AMAZON_PHOTOS_CONFIG": "/x/y.toml"}, "path") == "/x/y.toml\n"
