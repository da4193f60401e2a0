"""Help, and what a mistyped line is told: the nearest, and what the shell made of it."""

import click
import pyarrow as pa
import pytest

import terminals
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.cli.app import app
from amazon_photos.cli.syntax.describe import walk_commands
from amazon_photos.cli.syntax.table import load_syntax

COMMANDS = list(load_syntax()["commands"])


@pytest.fixture
def home(tmp_path):
    (tmp_path / "user").mkdir()
    return terminals.clean_environ(tmp_path)


def test_without_a_command_the_help_is_shown_and_nothing_done(home, tmp_path):
    """With the three commands that a newcomer needs; the same for what has commands of its own."""
    done = terminals.run([], home)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"amazon-photos {name}" in done.stdout for name in ("login", "upload", "find"))
    assert all(name in done.stdout for name in COMMANDS if " " not in name)
    group = terminals.run(["config"], home)
    assert (group.returncode, group.stderr) == (0, "")
    assert "amazon-photos config set" in group.stdout
    assert not list((tmp_path / "user").iterdir())


@pytest.mark.parametrize("columns", ["80", "40", "1"])
def test_help_fits_the_terminal(home, columns):
    """As far as click lets it, whose narrowest is 50."""
    done = terminals.run(["trash", "-h"], home | {"COLUMNS": columns})
    assert done.returncode == 0, done.stderr
    assert max(map(len, _list_flowing(done.stdout))) <= max(50, int(columns))


def test_every_help_fits_80_columns():
    """But for examples, which stay lines that can be copied."""
    for path, command in walk_commands(app):
        shown = command.get_help(click.Context(command, info_name=path, terminal_width=80))
        assert max(map(len, _list_flowing(shown))) <= 80, path


def _list_flowing(shown):
    return [line for line in shown.splitlines() if "amazon-photos " not in line]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fnd"], "did you mean `amazon-photos find`?"),
        (["config", "shwo"], "did you mean `amazon-photos config show`?"),
        (["find", "--limt", "3"], "--limit"),
        (["config", "set", "--comand", "find"], "--command"),
        (["find", "–limit", "3"], "begins with a dash that is no hyphen: did you mean --limit?"),  # noqa: RUF001
        (["find", "“timeYear:2019”", "--limit", "x"], "has typographic quotes"),
        (["find", "a:1", "OR", "b:2"], "put quotes around the whole filter"),
    ],
)
def test_a_mistyped_line_is_told_what_was_meant(home, tmp_path, arguments, says):
    """The nearest command or option; a dash, quotes and words that a shell does not read as people do."""
    store = Store(tmp_path / "ap.parquet")
    with store.lock():
        store.write(pa.table({"id": pa.array([], pa.string())}), Header(owner="OWNER", complete=True))
    done = terminals.run(arguments, home | {"AMAZON_PHOTOS_CATALOG": str(store.path)})
    assert done.stdout == ""
    assert says in done.stderr
