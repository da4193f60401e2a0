"""``amazon-photos check`` and ``backed-up``: is all that is here in the library, too?"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ...errors import InvalidInput
from ...model.amounts import show_count
from ..exits import Exit
from ..options import Account, Console, ExpandedPath, account_options, gather, output_options, refuse_empty
from ..output.frames import print_table, to_table
from ..output.missing import STDOUT, check_target, write_missing
from ..syntax.registry import Command

if TYPE_CHECKING:
    import pyarrow as pa

_COLUMNS = ("outcome", "path", "reason", "size", "id")
_FINE = ("same", "exists")
_NOT_HERE = "remote_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """What is to be told of a comparison."""

    junk: bool
    show_all: bool
    missing_to: str | None
    print0: bool

    def __post_init__(self) -> None:
        if self.print0 and self.missing_to is None:
            raise InvalidInput("--print0 says how --missing-to writes, and there is none")
        if self.missing_to is not None:
            check_target(self.missing_to)


_telling_options = gather(
    "telling",
    CompareOptions,
    click.option("--junk", is_flag=True, help="Also look at junk that cannot be a picture (Thumbs.db, .DS_Store …)."),
    click.option("--all", "show_all", is_flag=True, help="Print what is fine, too."),
    click.option(
        "--missing-to",
        metavar="FILE",
        help="Write the paths that the library does not have to a file, one a line; - is standard output.",
    ),
    click.option("-0", "--print0", is_flag=True, help="A NUL behind each of these paths, and no line break."),
)


@click.command("check", cls=Command)
@click.argument("folder", type=ExpandedPath(), metavar="FOLDER")
@click.option(
    "--of", callback=refuse_empty, metavar="FOLDER", help="The folder of the library, by its path or id  [all of it]."
)
@_telling_options
@output_options
@account_options
def check(*, folder: str, of: str | None, telling: CompareOptions, console: Console, account: Account) -> Exit:
    """Compare a folder of this machine with the library, or with a folder of it, by content.

    The answer is yes (code 0) only if all that is here is there: every file was looked at, and the library has its
    content, under whatever name. What only the library has (remote_only) changes no answer; --all prints it. A folder
    without any file is no yes: a card that is not mounted is an empty folder.

    \b
    amazon-photos check ~/Pictures
    amazon-photos check ~/Pictures --of /Backup/Pictures --all -o csv
    amazon-photos check ~/Pictures --missing-to missing.txt

    Exit codes: 0 all of it is there, 1 not all, 4 sign-in needed, 5 try later.
    """
    if os.path.isfile(folder):
        raise InvalidInput("FOLDER is a file: `amazon-photos backed-up FILE` looks for it in the library")
    with account.open_table_client(console) as client:
        compared = to_table(client.check(folder, of=of, junk=telling.junk))
    outcomes = compared["outcome"].to_pylist()
    here = sum(outcome != _NOT_HERE for outcome in outcomes)
    return _answer(console, compared, [outcome not in ("same", _NOT_HERE) for outcome in outcomes], here, telling)


@click.command("backed-up", cls=Command)
@click.argument("paths", type=ExpandedPath(), nargs=-1, required=True, metavar="PATH...")
@_telling_options
@output_options
@account_options
def backed_up(*, paths: tuple[str, ...], telling: CompareOptions, console: Console, account: Account) -> Exit:
    """Tell whether the library holds the content of files and folders: may this card be wiped?

    The answer is yes (code 0) only if every file was read, hidden ones and those in the trash too, and the library has
    its content. What could not be looked at is a no, and so is a folder without any file.

    \b
    amazon-photos backed-up /media/card
    amazon-photos backed-up ~/Pictures --missing-to - -0 | xargs -0 ls -l
    amazon-photos backed-up a.jpg b.jpg --all --json

    Exit codes: 0 all of it is there, 1 not all, 4 sign-in needed, 5 try later.
    """
    with account.open_table_client(console) as client:
        found = to_table(client.backed_up(*paths, junk=telling.junk))
    return _answer(console, found, [not there for there in found["backed_up"].to_pylist()], len(found), telling)


def _answer(console: Console, found: pa.Table, lacking: Sequence[bool], count: int, telling: CompareOptions) -> Exit:
    """Print it, and say what it comes to: ``lacking`` marks the rows of files that the library does not have."""
    import pyarrow as pa

    missing = found.filter(pa.array(lacking, pa.bool_()))
    if telling.missing_to is not None:
        write_missing(missing["path"].to_pylist(), telling.missing_to, nul=telling.print0)
    if telling.missing_to != STDOUT:
        print_table(console, found if telling.show_all else missing, _COLUMNS)
    words = Counter(found["outcome"].to_pylist()).most_common()
    told = ", ".join(f"{number:,} {word}" for word, number in words)
    if not count:
        console.note("there is no file here, so nothing was compared: is it the right folder, and is the card there?")
    elif len(missing):
        console.note(f"{len(missing):,} of {show_count(count, 'files')} not in the library ({told})")
    else:
        console.note(f"all of {show_count(count, 'files')} in the library ({told})")
    return Exit.DONE if count and not len(missing) else Exit.FAILED
