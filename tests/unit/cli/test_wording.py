"""What the library says, as the command line tells it: nobody at a terminal is told to call a method."""

import ast
import re
from pathlib import Path

import pytest

import amazon_photos
from amazon_photos.auth.credentials import WAYS
from amazon_photos.cli.wording import to_command_line
from amazon_photos.wire.error_response import FRESH_COOKIES

SOURCE = Path(amazon_photos.__file__).parent
_PYTHON = re.compile(r"\b[a-z_]+=(?:True|False|None|…)|\b[a-z_.]+\(\)|\b[a-z_]+=[ '(\[]|\bap\.[a-z]")
_NEVER_MET = {
    "aio/arguments.py", "aio/export.py", "aio/family.py", "aio/listing.py", "aio/predecessor.py", "catalog/cursor.py",
    "catalog/history.py", "model/addresses.py", "net/connection.py", "net/home_loop.py", "settings/settings.py",
    "transfer/upload/plan.py",
}  # fmt: skip
"""Where what is said is about arguments and calls that no command has."""


def messages():
    """The texts of all errors that the library raises, and where."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name.split("/")[0] in ("emulator", "cli", "blocking") or name in _NEVER_MET:
            continue
        for raised in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(raised, ast.Raise) and raised.exc is not None:
                for part in ast.walk(raised.exc):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield f"{name}:{part.lineno}", part.value


def test_no_message_speaks_python():
    """Every text of every error, in the words of the command line."""
    found = {place: to_command_line(text) for place, text in messages()}
    assert len(found) > 400
    assert not {place: text for place, text in found.items() if _PYTHON.search(text)}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "dry_run=True shows what it would be, max_delete=11 allows it",
            "--dry-run shows what it would be, --max-delete 11 allows it",
        ),
        ("and max_delete allows 4", "and --max-delete allows 4"),
        ("refresh(relations=True) asks for it", "`amazon-photos refresh --relations` asks for it"),
        ("ap.catalog.refresh() fills it", "`amazon-photos refresh` fills it"),
        ("people.list() tells whom it knows", "`amazon-photos people list` tells whom it knows"),
        ("one row of history.list()", "one row of `amazon-photos history`"),
        ("Settings(zone=…) names it", "the setting zone names it"),
        ("ask it with query()", "ask it with `amazon-photos search`"),
        ("no change here (1 = 1)", "no change here (1 = 1)"),
    ],
)
def test_advice_is_a_command(said, told):
    """What is to be done is said as it is typed."""
    assert to_command_line(said) == told


@pytest.mark.parametrize(
    "name", ["'profile=a refresh()'", "'/dry_run=True/--my_folder'", '"it\'s out=x"', r"'a\'b\\ max_delete'", "''"]
)
def test_what_is_quoted_keeps_its_words(name):
    """The name of a file is not advice: it is told as it is, whatever it looks like."""
    assert to_command_line(f"no {name}: call ap.refresh()") == f"no {name}: call `amazon-photos refresh`"


def test_who_is_signed_out_is_told_the_command():
    """What a session's end says names the command that begins another, before the way by hand."""
    told = to_command_line(f"the session is over; {FRESH_COOKIES}")
    assert told.startswith("the session is over; run `amazon-photos login`, or sign in to Amazon Photos in a browser")


def test_who_is_not_signed_in_is_told_commands():
    """The first message that a newcomer may see has no Python in it."""
    told = to_command_line(WAYS)
    assert "AmazonPhotos(" not in told
    assert "{" not in told
    assert "1. `amazon-photos login`" in told
    assert "3. --cookies cookies.txt" in told
