"""Flags that nobody gave: their variables, their places in the config file, who wins, and what a wrong one says."""

import json
from pathlib import Path

import pytest

import terminals
from amazon_photos import AmazonPhotos
from amazon_photos.cli.app import app
from amazon_photos.cli.syntax.defaults import name_variable
from amazon_photos.cli.syntax.describe import describe_syntax
from amazon_photos.cli.syntax.table import NEVER, list_flags, list_paths, load_syntax


@pytest.fixture(scope="module")
def catalog(module_service, tmp_path_factory):
    """A catalogue of a small library."""
    module_service.reset(files=20)
    path = tmp_path_factory.mktemp("flags") / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as ap:
        ap.refresh()
    return path


@pytest.fixture
def write(catalog, tmp_path):
    """Writes the config file, and gives the environment of somebody whose it is."""
    (tmp_path / "user").mkdir()
    (tmp_path / "kept").mkdir()

    def write_config(text="", **environ):
        (tmp_path / "kept" / "config.toml").write_text(text, "utf-8")
        return terminals.clean_environ(tmp_path, AMAZON_PHOTOS_CATALOG=str(catalog), **environ)

    return write_config


def first(count):
    """So many names of columns."""
    return ",".join(("name", "size", "kind", "id", "extension", "width", "height")[:count])


def count(environ, *arguments):
    """How many columns are printed."""
    done = terminals.run(["find", "kind:FILE", "--limit", "1", "-o", "tsv", *arguments], environ)
    assert done.returncode == 0, done.stderr
    return len(done.stdout.splitlines()[0].split("\t"))


ALL = f"""
[cli]
columns = "{first(1)}"
[cli.find]
columns = "{first(2)}"
[profiles.family.cli]
columns = "{first(3)}"
[profiles.family.cli.find]
columns = "{first(4)}"
"""


def test_what_is_nearest_wins(write):
    """Argument, variable of the command, of all; the profile's tables, then those of all: the command's first."""
    upper = {"AMAZON_PHOTOS_CLI_COLUMNS": first(5), "AMAZON_PHOTOS_CLI_FIND_COLUMNS": first(6)}
    environ = write(ALL, **upper, AMAZON_PHOTOS_PROFILE="family")
    assert count(environ, "--columns", first(7)) == 7
    assert count(environ) == 6
    del environ["AMAZON_PHOTOS_CLI_FIND_COLUMNS"]
    assert count(environ) == 5
    del environ["AMAZON_PHOTOS_CLI_COLUMNS"]
    assert count(environ) == 4
    assert count(write(ALL.replace(f'columns = "{first(4)}"', ""), AMAZON_PHOTOS_PROFILE="family")) == 3
    assert count(write(ALL)) == 2
    assert count(write(ALL.replace(f'columns = "{first(2)}"', ""))) == 1


def test_the_profile_is_the_one_that_is_used(write):
    """Named by an argument or in the file; with cookies of their own it is nobody's."""
    assert count(write(ALL), "--profile", "family") == 4
    assert count(write('profile = "family"\n' + ALL)) == 4
    assert count(write('profile = "family"\n' + ALL, session_id="1-1", ubid_main="2-2", at_main="3")) == 2


def test_every_kind_of_flag_can_be_given(write):
    """Switches, counts, choices and lists; hyphens and underscores are alike; a line of a variable is a value."""
    environ = write(
        '[cli]\noutput = "json"\n[cli.find]\nsort = ["extension", "-name"]\nlog-file = "~/log"\nverbose = 2'
    )
    rows = json.loads(terminals.run(["find", "kind:FILE"], environ).stdout)
    again = terminals.run(["find", "kind:FILE", "--sort", "extension", "--sort=-name"], write("[cli]\njson = true"))
    assert rows == json.loads(again.stdout)
    assert (Path(environ["HOME"]) / "log").exists()
    lines = write("", AMAZON_PHOTOS_CLI_SORT="extension\n-name", AMAZON_PHOTOS_CLI_JSON="yes")
    assert json.loads(terminals.run(["find", "kind:FILE"], lines).stdout) == rows


def test_a_flag_given_by_hand_puts_away_its_twin(write):
    """``--json`` and ``-o`` say the same: what is typed counts, whatever stands elsewhere."""
    assert json.loads(terminals.run(["find", "--limit", "1", "--json"], write('[cli]\noutput = "csv"')).stdout)
    printed = terminals.run(["find", "--limit", "1", "-o", "ids"], write("[cli]\njson = true")).stdout
    assert not printed.startswith("[")


def test_empty_variables_say_nothing(write):
    """As those of settings."""
    assert (
        count(write("[cli]\ncolumns = 'name,size,kind'", AMAZON_PHOTOS_CLI_COLUMNS="", AMAZON_PHOTOS_CLI_XYZZY="")) == 3
    )


@pytest.mark.parametrize(
    ("text", "variables", "says"),
    [
        ("[cli]\ncolums = 'id'", {}, "unknown flag 'colums' in [cli] ({config}): did you mean columns?"),
        ("[cli.fnd]\nlimit = 3", {}, "unknown command 'fnd' in [cli] ({config}): did you mean find?"),
        ("[cli.find]\nrelations = true", {}, "unknown flag 'relations' in [cli.find] ({config}); known: album,"),
        ("[cli.find]\nlimit = 'many'", {}, "cli.find.limit ({config}): 'many' is not a valid integer"),
        ("[cli.find]\nlimit = -1", {}, "cli.find.limit ({config}): -1 is not in the range"),
        ("[cli.find]\nlimit = true", {}, "cli.find.limit ({config}) must be text or a number, not bool"),
        ("[cli]\nquiet = 1", {}, "cli.quiet ({config}) must be true or false, not 1"),
        ("[cli]\noutput = 'xml'", {}, "cli.output ({config}): 'xml' is not one of"),
        ("[cli]\nlog_file = 'a'\nlog-file = 'b'", {}, "are the same flag"),
        ("[cli]\ntld = 'ca'", {}, "tld in [cli] ({config}): that is a setting, whose place is tld above all tables"),
        ("[cli]\nyes = true", {}, "yes in [cli] ({config}): --yes is only ever given by hand"),
        ("[profiles.family.cli.trash]\nyes = true", {}, "yes in [profiles.family.cli.trash] ({config}): --yes is only"),
        (
            "[cli]\nalbum = 'Summer'",
            {},
            "album in [cli] ({config}): --album is set for one command at a time: [cli.COMM",
        ),
        ("[cli]\nolder-than = '1y'", {}, "--older-than is set for one command at a time"),
        ("[cli.albums]\nfilter = 'x'", {}, "--filter is set for one command at a time: [cli.albums.COMMAND]"),
        ("[profiles.family.cli]\nout = 'x'", {}, "at a time: [profiles.family.cli.COMMAND]"),
        (
            "",
            {"AMAZON_PHOTOS_CLI_OFFSET": "2"},
            "--offset is set for one command at a time: AMAZON_PHOTOS_CLI_COMMAND_OF",
        ),
        ("", {"AMAZON_PHOTOS_CLI_REPORT": "x"}, "--report is set for one command at a time"),
        (
            "",
            {"AMAZON_PHOTOS_CLI_COLUMS": "id"},
            "CLI_COLUMS (environment): did you mean AMAZON_PHOTOS_CLI_COLUMNS",
        ),
        ("", {"amazon_photos_cli_columns": "id"}, "(environment): did you mean AMAZON_PHOTOS_CLI_COLUMNS?"),
        ("[cli]\nlimit = 3", {}, "--limit is set for one command at a time"),
        ("", {"AMAZON_PHOTOS_CLI_FIND_LIMIT": "x"}, "AMAZON_PHOTOS_CLI_FIND_LIMIT: 'x' is not a valid integer"),
        ("", {"AMAZON_PHOTOS_CLI_YES": "1"}, "AMAZON_PHOTOS_CLI_YES: --yes is only ever given by hand"),
        ("", {"AMAZON_PHOTOS_CLI_FIND_TLD": "1"}, "unknown flag AMAZON_PHOTOS_CLI_FIND_TLD (environment)"),
        ("", {"AMAZON_PHOTOS_CLI_TLD": "1"}, "that is a setting, whose place is AMAZON_PHOTOS_TLD"),
    ],
)
def test_a_wrong_one_is_told_with_its_place(write, text, variables, says):
    """The file and the key, or the variable; unknown ones with the nearest. Nothing is printed."""
    environ = write(text, **variables)
    done = terminals.run(["find", "kind:FILE"], environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert says.format(config=f"{environ['AMAZON_PHOTOS_HOME']}/config.toml") in done.stderr


@pytest.mark.parametrize("text", ["[cli.trash]\nfilter = 'kind:FILE'", "[cli.trash.list]\nfilter = 'kind:FILE'"])
def test_what_selects_has_a_place_for_each_command(write, text):
    """Also for one that has commands of its own."""
    assert terminals.run(["config", "show"], write(text)).returncode == 0
    assert terminals.run(["find", "--limit", "1"], write(text)).returncode == 0


def test_what_the_command_finds_wrong_is_told_with_its_place_too(write):
    """Not only what the type of an option finds."""
    done = terminals.run(["trash", "x"], write('[cli.trash]\nolder-than = "long"'))
    assert done.returncode == 2
    assert "--older-than is from cli.trash.older-than (" in done.stderr


@pytest.mark.parametrize("arguments", [["find", "--help"], ["config", "path"], ["--help"], ["--version"]])
def test_help_is_there_where_the_config_file_is_wrong(write, arguments):
    """Whoever reads it may be about to mend the file."""
    assert terminals.run(arguments, write("= = =", AMAZON_PHOTOS_CLI_XYZZY="1")).returncode == 0


def test_the_emulator_s_own_flags_have_places_too(write):
    """It knows nothing of the command line's tables: the value reaches it as an argument would."""
    done = terminals.run(["emulator", "--port", "0"], write("", AMAZON_PHOTOS_CLI_EMULATOR_SIZES="huge"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "AMAZON_PHOTOS_CLI_EMULATOR_SIZES: 'huge' is not one of 'small', 'real'" in done.stderr


def test_the_table_of_commands_says_what_the_commands_say():
    """`make docs` has nothing to write."""
    assert load_syntax() == describe_syntax(app)


def test_every_flag_has_one_variable():
    """No name could be read as two."""
    names = [name_variable(path, flag) for path in list_paths() for flag in list_flags(path) if flag not in NEVER]
    assert len(names) == len(set(names))
