"""``make live``: what we believe of the service, asked of a real account. See ``docs/live.md``.

    python -m live.run --cookies FILE [--tld TLD] [--write] [--clean-up] [--journal FILE] [--catalog FILE] [-v]

Exit codes: 0 all as expected · 1 a surprise · 2 called wrongly · 3 nodes of this run are left · 4 signed out, or no
cookies · 5 the service could not be reached or is too busy · 130 interrupted.
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import click

from amazon_photos import AmazonPhotos, Settings
from amazon_photos.errors import AmazonPhotosError, CredentialsError, Forbidden, InvalidInput, SessionExpired

from . import files, nodes, searching, writing
from .checks import Ended, Live, Report
from .gate import MAX_NODES, Gate
from .journal import Journal, UnreadableJournal

SMALL_PAGE, PAGE = 5, 200
"""Nodes of a page: small where only a few may be asked for."""


class _Seconds(click.FloatRange):
    """A time that passes: a NaN is in every range of click's."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        seconds = super().convert(value, param, ctx)
        return self.fail("nan is no time", param, ctx) if math.isnan(seconds) else seconds


SECONDS = _Seconds(0, 3600)


@click.command("live")
@click.option("--cookies", required=True, help="A cookie file, as for AmazonPhotos(cookies=…).")
@click.option("--tld", help="The account's marketplace [read off the cookies].")
@click.option("--endpoint", help="An emulator instead of Amazon: for the test of this program.")
@click.option("--write", is_flag=True, help="Also make some nodes, change and delete them.")
@click.option("--reading/--no-reading", default=True, help="Whether to read before writing.")
@click.option("--clean-up", is_flag=True, help="Only delete what the journal names.")
@click.option("--journal", type=click.Path(path_type=Path, dir_okay=False), default=Path("amazon-photos-live.journal"))
@click.option("--catalog", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="A copy of it is used.")
@click.option("--pause", type=SECONDS, default=1.0, show_default=True, help="Between requests [s].")
@click.option("--lag", type=SECONDS, default=60.0, help="How far listings may lag behind [s].")
@click.option("-v", "verbose", is_flag=True, help="Show ids, names and dates with surprises.")
def command(
    *,
    cookies: str,
    tld: str | None,
    endpoint: str | None,
    write: bool,
    reading: bool,
    clean_up: bool,
    journal: Path,
    catalog: Path | None,
    pause: float,
    lag: float,
    verbose: bool,
) -> None:
    """Ask a real account what we believe of the service. Reads only, unless told otherwise."""
    marketplace = ask_marketplace(tld)
    notes = open_journal(journal, marketplace, clean_up=clean_up)
    if write and not os.access(journal.absolute().parent, os.W_OK):
        fail(2, f"no journal can be written at {journal}: nothing was sent")
    gate, report = Gate(pause=pause), Report(verbose)
    with tempfile.TemporaryDirectory(prefix="amazon-photos-live-") as work, gate.installed():
        settings = make_settings(Path(work), marketplace, endpoint, catalog, PAGE if write else SMALL_PAGE)
        with _connect(cookies, settings) as ap:
            code = _run(Live(ap, gate, Path(work), notes, lag), report, read=reading, write=write, clean_up=clean_up)
    sum_up(gate, report)
    sys.exit(code)


def ask_marketplace(tld: str | None) -> str:
    try:
        typed = _tld(click.prompt("The account's marketplace, such as com or co.uk", err=True))
    except click.Abort as error:
        click.echo(err=True)
        stopped = isinstance(error.__context__, KeyboardInterrupt)
        fail(130 if stopped else 2, "no marketplace was typed: nothing was sent")
    if tld and typed != _tld(tld):
        fail(2, f"amazon.{typed} was typed, but TLD={tld} was given: nothing was sent")
    return typed


def _tld(text: str) -> str:
    return text.strip().lower().removeprefix("www.").removeprefix("amazon.")


def open_journal(path: Path, marketplace: str, *, clean_up: bool) -> Journal:
    try:
        journal = Journal(path, tld=marketplace)
    except (UnreadableJournal, OSError) as error:
        fail(2, str(error))
    if (journal.made or journal.uncertain) and not clean_up:
        fail(2, f"{path} names nodes of an earlier run; remove them first, with CLEAN=1")
    if clean_up and not path.exists():
        fail(2, f"there is no journal {path}: nothing is to be removed")
    return journal


def make_settings(work: Path, tld: str, endpoint: str | None, catalog: Path | None, page: int) -> Settings:
    """Few requests at once, each sent once, and nothing of this machine's settings."""
    if catalog is not None:
        shutil.copy(catalog, work / "ap.parquet")
    try:
        return Settings(
            tld=tld,
            endpoint=endpoint,
            catalog=str(work / "ap.parquet"),
            cache_dir=str(work / "cache"),
            page_size=page,
            initial_concurrency=1,
            max_concurrency=2,
            max_attempts=1,
        )
    except InvalidInput as error:
        fail(2, _line(error))


def _connect(cookies: str, settings: Settings) -> AmazonPhotos:
    try:
        return AmazonPhotos(cookies, settings=settings, progress=False)
    except CredentialsError as error:
        fail(4, f"{_line(error)}: nothing was sent")
    except InvalidInput as error:
        fail(2, f"{_line(error)}: nothing was sent")


def _run(live: Live, report: Report, *, read: bool, write: bool, clean_up: bool) -> int:
    """The whole of it; the exit code. Whatever happens, what was made and is left is told."""
    try:
        _ask_first(live)
        if clean_up:
            writing.clean_up(live, report)
        else:
            checks = [*nodes.list_checks(), *searching.list_checks(), *files.list_checks()]
            report.run(live, checks if read else [])
            if write and report.surprises:
                raise Ended("nothing is written after a surprise")
            if write:
                writing.write(live, report)
            else:
                report.run(live, files.list_library_checks())
    except Ended as why:
        click.echo(f"Stopped: {why}", err=True)
        code = live.gate.exit_code
    except KeyboardInterrupt:
        click.echo("Interrupted", err=True)
        code = 130
    else:
        code = 1 if report.surprises else 0
    finally:
        live.gate.close("the run has ended")
    return writing.tell_what_is_left(live) or code


def _ask_first(live: Live) -> None:
    """Send the first request. Exits with one line for a session that is dead, before anything else is asked."""
    try:
        live.ap.account()
    except SessionExpired as error:
        fail(4, f"the session is dead: {_line(error)}")
    except AmazonPhotosError as error:
        fail(4 if isinstance(error, Forbidden) else 5, _line(error))
    try:
        live.journal.check_owner(live.ap.root.owner_id or "")
    except UnreadableJournal as error:
        fail(2, str(error))
    except AmazonPhotosError as error:
        fail(5, _line(error))
    if not live.gate.sent:
        fail(2, "requests pass the gate no more: this program must be mended first")


def sum_up(gate: Gate, report: Report) -> None:
    sent = ", ".join(f"{number} {method}" for method, number in sorted(gate.sent.items())) or "nothing"
    nodes = "the whole library" if gate.whole_library else f"{gate.nodes} of at most {MAX_NODES} nodes"
    click.echo(
        f"as expected: {report.as_expected} · surprises: {report.surprises} · left out: {report.left_out} · "
        f"sent: {sent} · asked for: {nodes}, {gate.files} files"
    )


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def fail(code: int, line: str) -> NoReturn:
    click.echo(f"make live: {line}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command(prog_name="make live")
