"""``amazon-photos download``: files of the library to this machine, or the bytes of one to standard output."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ...errors import InvalidInput
from ..clients import load_client, load_table_client
from ..exits import Exit
from ..invocation import take_console
from ..options import Account, Console, ExpandedPath, account_options, gather, list_output_options
from ..output.frames import print_table, to_table
from ..runs.report import Report
from ..runs.running import RunOptions, carry_out, finishing, run_options, tell_done, telling_outcomes
from ..selection.selecting import select
from ..selection.selection import CONDITIONS, NAMED, Selection
from ..syntax.registry import Command

if TYPE_CHECKING:
    from ...blocking.client import AmazonPhotos

STDOUT = "-"
OUT = "media"
_NOTHING = (
    "nothing is selected: give ids, paths, albums/NAME, - for standard input, or --filter; `amazon-photos download /` "
    "is everything"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadOutput:
    """Who prints, and whether standard output gets the bytes of a file."""

    console: Console
    to_stdout: bool

    @classmethod
    def take(cls, *, output: Any, **given: Any) -> DownloadOutput:
        """Make it of the options of every command's output."""
        streams = output == STDOUT
        return cls(console=take_console(output=None if streams else output, **given), to_stdout=streams)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadArguments:
    """Where files go, and how they are called there; the arguments of the library's ``download``."""

    out: str | None
    layout: str
    on_exists: str
    no_movies: bool
    fsync: bool
    sidecars: str | None
    favorite_rating: bool
    dry_run: bool

    @property
    def folder(self) -> str:
        """The folder of this machine."""
        return OUT if self.out is None else self.out

    def to_arguments(self) -> dict[str, Any]:
        """Return what the library takes."""
        return {
            "out": self.folder,
            "layout": self.layout,
            "on_exists": self.on_exists,
            "movies": not self.no_movies,
            "fsync": self.fsync,
            "sidecars": self.sidecars,
            "favorite_rating": self.favorite_rating,
        }


def read_selection(**given: Any) -> Selection:
    """Read what is to be downloaded; nothing is not everything. Raises ``InvalidInput``."""
    if not any(given[name] for name in ("items", "filters", "albums", "people", "older_than")):
        raise InvalidInput(_NOTHING)
    return Selection.read(**given)


_where_options = gather(
    "where",
    DownloadArguments,
    click.option("--out", type=ExpandedPath(), metavar="DIR", help=f"The folder that they go to  [default: {OUT}]"),
    click.option(
        "--layout",
        default="{name}",
        show_default=True,
        metavar="TEMPLATE",
        help="tree keeps the library's folders; or such as {year}/{month:02}/{name}.",
    ),
    click.option(
        "--on-exists",
        type=click.Choice(["skip", "rename", "error", "repair"]),
        default="skip",
        show_default=True,
        help="Something else has the name here: leave the file, rename it, fail, or put the right one in its place.",
    ),
    click.option("--no-movies", is_flag=True, help="Without the movies of live photos."),
    click.option("--fsync", is_flag=True, help="Wait until each file is on the disk."),
    click.option("--sidecars", type=click.Choice(["xmp", "json"]), help="Write what Amazon knows beside each file."),
    click.option("--favorite-rating", is_flag=True, help="Five stars for favourites, in their XMP."),
    click.option("--dry-run", is_flag=True, help="Print what would be fetched, and do nothing."),
)


@click.command("download", cls=Command)
@gather("selection", read_selection, NAMED, *CONDITIONS)
@_where_options
@run_options
@gather("printing", DownloadOutput.take, *list_output_options(STDOUT))
@account_options
def command(
    *, selection: Selection, where: DownloadArguments, options: RunOptions, printing: DownloadOutput, account: Account
) -> Exit:
    """Download files, and all that folders and albums hold; size and MD5 of each are compared before it has its name.

    What is there already is not fetched again, and nothing is overwritten: so what was stopped goes on when it is run
    again. / is everything. With -o - the bytes of one file go to standard output: where they are wrong in the end, the
    code is 1, and what came is to be thrown away.

    \b
    amazon-photos download / --out ~/Photos --layout tree --report home.jsonl
    amazon-photos download albums/Summer --filter "type:(VIDEOS)" --dry-run
    amazon-photos download /Pictures/2019/a.jpg -o - > a.jpg

    Exit codes: 0 done, 1 failed, 3 some files did not come, 4 sign-in needed, 5 try later.
    """
    console = printing.console
    run = partial(carry_out, command="download", options=options, account=account)
    if printing.to_stdout:
        if where.out is not None or where.dry_run:
            raise InvalidInput(f"-o - writes to standard output: {'--out' if where.out else '--dry-run'} is for files")

        def stream(client: AmazonPhotos, report: Report) -> Exit:
            return _stream(client, selection, report)

        return run(stream, target=None, load=load_table_client)

    def work(client: AmazonPhotos, report: Report) -> Exit:
        ids = select(client, selection).ids
        with telling_outcomes(console), finishing(client, console):
            done = client.download(ids, **where.to_arguments(), report=report.path, on_event=report.watch)
        return tell_done(to_table(done), report, options, console, account)

    if where.dry_run:
        with account.open_table_client(console) as client:
            plan = client.download(select(client, selection).ids, **where.to_arguments(), dry_run=True)
            print_table(console, to_table(plan), ("action", "path", "reason", "size", "id"))
            return Exit.DONE
    load = load_table_client if where.sidecars is None else load_client  # those are made of frames
    return run(work, target=os.path.realpath(where.folder), load=load)


def _stream(client: AmazonPhotos, selection: Selection, report: Report) -> Exit:
    """Write one file to standard output."""
    from ...transfer.events import FileFinished
    from ...transfer.file_result import FileResult
    from ..output.content import write_content

    ids = select(client, selection).ids
    if len(ids) != 1:
        raise InvalidInput(f"-o - takes one file, and this selects {len(ids):,}: --out DIR takes them all")
    node = client.node(ids[0])
    report.bytes = write_content(client, node)
    from ...frames.results import DownloadOutcome

    result = FileResult(
        path=STDOUT, outcome=DownloadOutcome.DOWNLOADED, id=node.id, name=node.name, size=report.bytes, md5=node.md5
    )
    report.add(result)
    report.watch(FileFinished(result))
    return Exit.DONE
