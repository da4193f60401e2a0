"""``python -m bench``: measures, prints the table, and says by its exit code whether every bar is reached."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from . import (
    catalogue,
    completing,
    emulated,
    finding,
    frames,
    pages,
    parsing,
    programs,
    relations,
    reruns,
    starting,
    streaming,
    table,
    transfers,
)
from .figure import Figure, NotRun, Result, Row
from .workshop import Workshop

FIGURES: tuple[Figure, ...] = tuple(
    figure
    for group in (
        starting,
        completing,
        emulated,
        parsing,
        pages,
        frames,
        streaming,
        catalogue,
        relations,
        finding,
        transfers,
        reruns,
    )
    for figure in group.FIGURES
)
_GET_MODULE = "`make bench` installs it"


@click.command()
@click.option("--only", metavar="PATTERN", default="", help="Measure rows with this in their names.")
@click.option("--list", "listing", is_flag=True, help="Name every row and measure nothing.")
@click.option("--quick", is_flag=True, help="Small sizes and single rounds, to try it: bars are not judged.")
@click.option("--full", is_flag=True, help="The emulator's pages at a million files, which takes minutes to make.")
@click.option("--write", is_flag=True, help="Put the results into docs/performance.md.")
def main(*, only: str, listing: bool, quick: bool, full: bool, write: bool) -> None:
    """Our figures, the yardsticks', and whether every bar is reached.

    All data is made in a temporary folder (TMPDIR says where: some 12 GB) and removed at the end.
    """
    chosen = [figure for figure in FIGURES if _rows(figure, only)]
    if listing:
        click.echo(table.listed([row for figure in chosen for row in _rows(figure, only)]))
        return
    if not chosen:
        raise click.UsageError(f"no row has {only!r} in its name; --list names them all")
    if write and (only or quick):
        raise click.UsageError("--write takes whole runs: without --only and --quick")
    with TemporaryDirectory(prefix="amazon-photos-bench-") as folder:
        results = list(_measured(chosen, Workshop(folder=Path(folder), quick=quick, full=full), only))
    click.echo(table.text(results, judged=not quick))
    if write:
        table.write(results)
    sys.exit(_verdict(results, quick))


def _rows(figure: Figure, only: str) -> list[Row]:
    return [row for row in figure.rows if only.lower() in row.name]


def _measured(figures: Sequence[Figure], workshop: Workshop, only: str) -> Iterator[Result]:
    for figure in figures:
        rows, began = _rows(figure, only), time.perf_counter()
        click.echo(f"{', '.join(row.name for row in rows)} …", err=True, nl=False)
        try:
            _require(figure.needs)
            readings = figure.measure(workshop)
        except Exception as reason:  # one figure that fails leaves the others
            click.echo(" not run", err=True)
            why = str(reason) if isinstance(reason, NotRun) else f"{type(reason).__name__}: {reason}"
            yield from (Result(row=row, why_not=why) for row in rows)
            continue
        click.echo(f" {time.perf_counter() - began:.0f} s", err=True)
        yield from (Result(row=row, reading=readings[row.name]) for row in rows)


def _require(needs: Sequence[str]) -> None:
    for name in needs:
        if name in programs.PACKAGES and programs.find(name) is None:
            raise NotRun(f"needs {name}: {programs.advice(name)}")
        if name not in programs.PACKAGES and importlib.util.find_spec(name) is None:
            raise NotRun(f"needs the Python package {name}: {_GET_MODULE}")


def _verdict(results: Sequence[Result], quick: bool) -> int:
    """Not run is missed. Quick sizes are too small to judge by."""
    missed = [result for result in results if (result.reading is None if quick else not result.met)]
    if quick:
        click.echo("\nquick: the sizes are small, so the bars are not judged")
    elif missed:
        click.echo(f"\n{len(missed)} of {len(results)} rows missed")
    return 1 if missed else 0


if __name__ == "__main__":
    main()
