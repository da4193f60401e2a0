"""``amazon-photos upload``: files of this machine, or what comes out of a pipe, into the library."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ...errors import InvalidInput
from ...model.amounts import show_count
from .. import terminal
from ..clients import load_client, load_upload_client
from ..exits import Exit
from ..options import Account, Console, ExpandedPath, account_options, gather, output_options, refuse_empty
from ..output.frames import print_frame, print_table, to_table
from ..runs.changing import MAX_SHOWN, ChangeOptions, remove_options
from ..runs.piped import check_name, keep_standard_input
from ..runs.report import Report
from ..runs.running import RunOptions, carry_out, finishing, run_options, tell_done, telling_outcomes
from ..syntax.registry import Command

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ...blocking.base import BlockingBase
    from ...blocking.client import AmazonPhotos
    from ..upload_client import UploadClient

STDIN = "-"
_REPLACED = ("path", "folder", "name", "id")
_WENT_UP = ("uploaded", "renamed", "replaced")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadArguments:
    """Which files go up, and where they go; the arguments of the library's ``upload``."""

    paths: tuple[str, ...]
    to: str | None
    album: str | None
    only: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    extensions: tuple[str, ...]
    junk: bool
    follow_symlinks: bool
    conflict: str
    no_dates: bool
    name: str | None

    def __post_init__(self) -> None:
        if self.from_pipe and len(self.paths) > 1:
            raise InvalidInput("- is standard input, one file: it goes up alone")
        if self.from_pipe:
            check_name(self.name)
        elif self.name is not None:
            raise InvalidInput("--name is for standard input (upload - --name NAME): files keep the names they have")

    @property
    def from_pipe(self) -> bool:
        """Whether it is what standard input gives."""
        return STDIN in self.paths

    @property
    def target(self) -> str:
        """The folder of the library, as others are told it."""
        return "/" + "/".join(part for part in (self.to or "").split("/") if part)

    def to_arguments(self) -> dict[str, Any]:
        """Return what planning an upload takes, besides the paths."""
        return {
            "to": self.to,
            "only": _split(self.only),
            "include": self.include or None,
            "exclude": self.exclude or None,
            "extensions": _split(self.extensions),
            "junk": self.junk,
            "follow_symlinks": self.follow_symlinks,
            "conflict": self.conflict,
        }


_what_options = gather(
    "what",
    UploadArguments,
    click.argument("paths", nargs=-1, required=True, type=ExpandedPath(), metavar="PATH..."),
    click.option(
        "--to", callback=refuse_empty, metavar="FOLDER", help="The folder of the library, made if missing  [the top]."
    ),
    click.option(
        "--album", callback=refuse_empty, metavar="NAME", help="Put all of them into an album, made if missing."
    ),
    click.option("--only", multiple=True, metavar="CATEGORY", help="Files of a category alone: img, vid, pdf, doc …"),
    click.option("--include", multiple=True, metavar="GLOB", help="Files of this name, or of this path below PATH."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="No files and folders of this name or path."),
    click.option("--extensions", multiple=True, metavar="EXT", help="Files of these alone: jpg,heic"),
    click.option("--junk", is_flag=True, help="Also what devices leave behind: .DS_Store, Thumbs.db …"),
    click.option("--follow-symlinks", is_flag=True, help="Go where links below a folder lead."),
    click.option(
        "--conflict",
        type=click.Choice(["skip", "rename", "replace"]),
        default="skip",
        show_default=True,
        help="Other content has the name: leave the file, upload it as name(1).jpg, or put the other in the trash.",
    ),
    click.option("--no-dates", is_flag=True, help="Pass no times of files on, as dates of pictures that have none."),
    click.option("--name", metavar="NAME", help="What standard input is to be called: upload - --name NAME"),
)


@click.command("upload", cls=Command)
@_what_options
@remove_options
@run_options
@output_options
@account_options
def command(
    *, what: UploadArguments, how: ChangeOptions, options: RunOptions, console: Console, account: Account
) -> Exit:
    """Upload files and folders; size and MD5 of all that arrives are compared.

    A folder becomes a folder of its own name in --to, with all it holds; FOLDER/. puts what it holds there. What the
    library has already, wherever it is, is left out: so what was stopped goes on when it is run again. PATH may be -,
    for standard input. It is asked before files are replaced, at a terminal, and for nothing else; --max-delete limits
    how many may be. What went up can be taken back: the last line says how.

    \b
    amazon-photos upload ~/Pictures --to Backup --exclude "*.tmp" --report backup.jsonl
    amazon-photos upload /media/card/DCIM/. --to Pictures/2026 --album "Summer 2026" --dry-run
    tar cz notes | amazon-photos upload - --name notes.tar.gz --to Backup

    Exit codes: 0 done, 1 failed, 3 some files did not go up, 4 sign-in needed, 5 try later, 6 refused: a limit, or
    somebody said no.
    """
    if how.dry_run or how.plan is not None:
        _check_plan(what, how)
        with _find_paths(what) as paths:
            return _plan(what, paths, how, console, account)

    def work(client: AmazonPhotos | UploadClient, report: Report) -> Exit:
        with _find_paths(what) as paths:
            return _Upload(what, paths, how, options, console, account).carry_out(client, report)

    run = partial(carry_out, command="upload", target=what.target, options=options, account=account)
    if what.conflict == "replace":  # there is a plan, which is a frame
        return run(work, load=load_client)
    return run(work, load=load_upload_client)


@contextmanager
def _find_paths(what: UploadArguments) -> Iterator[list[str]]:
    if not what.from_pipe:
        yield list(what.paths)
        return
    with keep_standard_input(check_name(what.name)) as path:
        yield [path]


def _check_plan(what: UploadArguments, how: ChangeOptions) -> None:
    """Check that a plan keeps all that was asked for. Raises ``InvalidInput``."""
    if how.plan is not None and (what.from_pipe or what.album is not None or what.no_dates):
        given = "-" if what.from_pipe else "--album" if what.album is not None else "--no-dates"
        raise InvalidInput(f"a plan does not keep {given}: leave it out, or upload without --plan")


def _plan(what: UploadArguments, paths: list[str], how: ChangeOptions, console: Console, account: Account) -> Exit:
    if how.plan is None:
        with account.open_upload_client(console) as client:
            plan = client.plan_upload(paths, **what.to_arguments())
            print_table(console, _name_pipe(what, to_table(plan)))
            return Exit.DONE
    with account.open_client(console) as client:
        plan = client.plan_upload(paths, **what.to_arguments())
        client.save_plan(plan, how.plan)
        console.note(f"the plan of {show_count(len(plan), 'files')} is in {how.plan}: amazon-photos apply {how.plan}")
        return Exit.DONE


@dataclass(frozen=True, slots=True)
class _Upload:
    what: UploadArguments
    paths: list[str]
    how: ChangeOptions
    options: RunOptions
    console: Console
    account: Account

    def carry_out(self, client: AmazonPhotos | UploadClient, report: Report) -> Exit:
        """Ask where something is replaced, upload, and tell what was done."""
        what, console, arguments = self.what, self.console, self.what.to_arguments()
        given = {"path": self.paths, **arguments}
        if what.conflict == "replace":
            plan = client.plan_upload(self.paths, **arguments)
            if not _may_replace(client, plan, self.how, console):
                console.error("nothing was done")
                return Exit.REFUSED
            given = {"plan": plan, "conflict": what.conflict}  # it says where to
        try:
            done = _name_pipe(what, to_table(self._send(client, given, report)))
            if what.from_pipe:
                _report_pipe(report, done)
            return tell_done(done, report, self.options, console, self.account)
        finally:
            _tell_way_back(client, report, console, in_album=what.album is not None)

    def _send(self, client: AmazonPhotos | UploadClient, given: dict[str, Any], report: Report) -> pd.DataFrame:
        with telling_outcomes(self.console), finishing(client, self.console):
            return client.upload(
                **given,
                album=self.what.album,
                dates=not (self.what.no_dates or self.what.from_pipe),  # a pipe has no time: the file was made just now
                report=None if self.what.from_pipe else report.path,
                on_event=report.watch,
            )


def _may_replace(client: BlockingBase, plan: pd.DataFrame, how: ChangeOptions, console: Console) -> bool:
    """Whether files may be replaced: by the limit (``TooManyDeletions``), and by whoever sits at the terminal."""
    from ...catalog.store import Store
    from ...transfer.upload.saved_plan import list_replaced
    from ..runs.limiting import check_limit

    replaced = plan[(plan["action"] == "replace") & plan["id"].notna()]
    if not (steps := list_replaced(replaced)):
        return True
    check_limit(Store(client.settings.catalog).path, steps, how.limit_or_default())
    if how.yes or not terminal.is_there():
        return True
    print_frame(Console(output="table", out=sys.stderr), replaced.head(MAX_SHOWN), _REPLACED)
    if len(replaced) > MAX_SHOWN:
        console.note(f"… and {len(replaced) - MAX_SHOWN:,} more")
    return terminal.confirm(f"{show_count(len(replaced), 'files')} of the library would go to the trash: do it?")


def _tell_way_back(client: BlockingBase, report: Report, console: Console, *, in_album: bool) -> None:
    """Say how the upload is taken back, if it did anything."""
    if in_album or any(report.counts[word] for word in _WENT_UP):
        for run in client.begun_runs:
            console.note(f"amazon-photos undo {run} takes it back")


def _name_pipe(what: UploadArguments, table: pa.Table) -> pa.Table:
    """Standard input was a file of ours for a while, of which nobody needs to know."""
    if not what.from_pipe:
        return table
    import pyarrow as pa

    named = pa.array([STDIN] * len(table), pa.string())
    return table.set_column(table.column_names.index("path"), "path", named)


def _report_pipe(report: Report, done: pa.Table) -> None:
    from ...transfer.file_result import FileResult

    for row in done.to_pylist():
        report.add(FileResult(**row))


def _split(given: Iterable[str]) -> list[str] | None:
    """Several with commas between are several."""
    return [part.strip() for one in given for part in one.split(",") if part.strip()] or None
