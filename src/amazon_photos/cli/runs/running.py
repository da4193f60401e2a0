"""What the runs of commands share: one at a time, a report, a monitor that is told, and an end in order.

::

    client opened ──> lock taken ──> monitor: start ──> the work ──> report: summary ──> monitor: how it ended
          │               │                                │                ▲
          └───────────────┴────────── an error, a signal ──┴────────────────┘
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from ...errors import AmazonPhotosError
from ..exits import Exit
from ..invocation import find_invocation
from ..lean import keep_one_heap
from ..options import Account, Console, gather
from ..output.frames import check_printing
from ..wording import to_command_line
from .report import Report

if TYPE_CHECKING:
    import pyarrow as pa

    from ...blocking.base import BlockingBase
    from ...blocking.client import AmazonPhotos
    from ...net.monitor_address import Signal
    from ..upload_client import UploadClient

C = TypeVar("C", "AmazonPhotos", "UploadClient")
Work = Callable[[C, Report], Exit]
"""What a run does: with the client, telling the report. It gives the exit code."""
_BWLIMIT = "AMAZON_PHOTOS_BWLIMIT"
_NOTHING_TO_DO = ("exists", "duplicate", "skipped")
_NOT_DONE = ("failed", "conflict")
RESULTS = ("path", "id", "name", "outcome", "reason", "size", "md5")
"""Columns of what became of files."""
TRANSFERRED = ("outcome", "path", "reason", "size", "id")
"""Those that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a run is to be carried out, by the options."""

    report: str | None = None
    healthcheck: str | None = None
    wait: bool = False
    show_all: bool = False
    bwlimit: str | None = None

    def __post_init__(self) -> None:
        if self.bwlimit is not None:
            from ...model.setting_values import read_rate
            from ...settings import Settings

            Settings(bwlimit=read_rate("--bwlimit", self.bwlimit))
        if self.healthcheck is not None:
            from ...net.monitor_address import check_healthcheck

            check_healthcheck(self.healthcheck)


run_options = gather(
    "options",
    RunOptions,
    click.option("--report", metavar="FILE", help="Add a JSON line for each file as it happens, and a summary last."),
    click.option(
        "--healthcheck", metavar="URL", help="Tell a monitor that the run begins, and with which exit code it ended."
    ),
    click.option("--wait", is_flag=True, help="Wait while another run works on the same account and target."),
    click.option("--bwlimit", metavar="RATE", help="Bytes a second at the most: 500K, 2M, off."),
    click.option("--all", "show_all", is_flag=True, help="Print what there was nothing to do for, too."),
)
"""Adds what every command has that moves files: ``options``."""


def carry_out(
    work: Work[C],
    *,
    command: str,
    target: str | None,
    options: RunOptions,
    account: Account,
    load: Callable[[], type[C]],
) -> Exit:
    """Carry out a run, alone on its target (None: it needs nobody to stay away), and tell how it went.

    ``load`` gives the class of its client (``clients``): one that gives tables takes less memory than one of frames.
    """
    console = find_invocation().console
    if options.bwlimit is not None:
        os.environ[_BWLIMIT] = options.bwlimit  # where it comes before every file, and changes no other setting's rank
    if target is not None:
        check_printing(console, RESULTS)
    keep_one_heap()
    report = Report(command, options.report)
    report.target = target or ""
    monitor = _Monitor(options.healthcheck, account, console)
    try:
        client_class = load()  # before a report loads pyarrow with all that it has
        report.open()
        with account.open(client_class, console) as client, _alone(client, report, command, target, options, console):
            monitor.tell("start")
            code = work(client, report)
    except BaseException as error:
        _end(report, monitor, console, find_invocation().find_code(error), _tell_reason(error))
        raise
    return _end(report, monitor, console, find_invocation().signals.received or code, None)


@contextmanager
def finishing(client: BlockingBase, console: Console) -> Iterator[None]:
    """Let the first Ctrl-C in the block finish what is in flight; where nothing is, it ends the command."""

    def stop() -> None:
        if not client.stop_transfers():
            raise KeyboardInterrupt
        console.error("stopping: what is under way is finished; once more leaves at once")

    with find_invocation().signals.finishing(stop):
        yield


def tell_done(done: pa.Table, report: Report, options: RunOptions, console: Console, account: Account) -> Exit:
    """Print what was done, say how many, and return the code.

    It is 3 where some files are not where they should be, and 1 where none is.
    """
    _print(console, done, show_all=options.show_all)
    if not _is_progress_shown(account):  # it has left a line that says so
        console.note(report.tell_counts())
    lacking = sum(outcome in _NOT_DONE for outcome in done["outcome"].to_pylist())
    if not lacking:
        return Exit.DONE
    console.error(f"{lacking:,} of {len(done):,} files were not done: the column reason says why")
    return Exit.FAILED if lacking == len(done) else Exit.PARTLY


def _is_progress_shown(account: Account) -> bool:
    return sys.stderr is not None and sys.stderr.isatty() if account.progress is None else account.progress


@contextmanager
def telling_outcomes(console: Console) -> Iterator[None]:
    """Print what was done until an error ended the block."""
    try:
        yield
    except AmazonPhotosError as error:
        done = error.outcomes
        if done is not None and len(done):
            from ..output.frames import to_table

            _print(console, to_table(done), show_all=False)
        raise


def _print(console: Console, done: pa.Table, *, show_all: bool) -> None:
    import pyarrow as pa

    from ..output.frames import print_table

    if not show_all:
        done = done.filter(pa.array([word not in _NOTHING_TO_DO for word in done["outcome"].to_pylist()], pa.bool_()))
    print_table(console, done, TRANSFERRED)


@contextmanager
def _alone(
    client: AmazonPhotos | UploadClient,
    report: Report,
    command: str,
    target: str | None,
    options: RunOptions,
    console: Console,
) -> Iterator[None]:
    """Keep others away that would do the same for the same account. Raises ``RunInProgress``."""
    if target is None:
        yield
        return
    from ...files.run_lock import RunLock

    settings = client.settings
    whose = client.session.account or (client.root and client.session.account) or settings.profile or "cookies"
    where = settings.endpoint or f"amazon.{client.session.marketplace}"
    who = f"profile {settings.profile!r}" if settings.profile else where
    lock = RunLock("\0".join((where, whose, command, target)), f"{command} of {who} to {target}")
    with lock.acquire(options.wait or None, on_wait=lambda other: console.note(f"waiting: {other}")):
        if lock.problem:
            console.error(lock.problem)
        yield


def _end(report: Report, monitor: _Monitor, console: Console, code: int, error: str | None) -> Exit:
    """Sum it up, tell the monitor, and return the code: 1 where the report could not be written and all went well."""
    try:
        report.close(code, error)
    except AmazonPhotosError as problem:
        console.error(str(problem))
        code = code or Exit.FAILED
    monitor.tell("success" if code == Exit.DONE else code, report.tell_counts())
    return Exit(code)


def _tell_reason(error: BaseException) -> str | None:
    """What the report says of an error; nothing of one that is a person's wish."""
    return None if isinstance(error, KeyboardInterrupt | EOFError | click.Abort) else to_command_line(str(error))


class _Monitor:
    """The address that is told how a run goes. That it cannot be told is said, and changes nothing else."""

    def __init__(self, url: str | None, account: Account, console: Console) -> None:
        self._url, self._account, self._console = url, account, console

    def tell(self, signal: Signal | int, text: str = "") -> None:
        """Tell it."""
        if self._url is None:
            return
        from ...net.healthcheck import ping

        try:
            asyncio.run(ping(self._url, signal, text, settings=self._account.resolve().settings))
        except AmazonPhotosError as error:
            self._console.error(f"the healthcheck was not told: {error}")
