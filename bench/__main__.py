"""``python -m bench``: measures, prints the table, and says by its exit code whether every bar is reached."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import click

from . import (
    catalogue,
    command_transfers,
    commands,
    completing,
    emulated,
    finding,
    frames,
    memory,
    pages,
    parsing,
    programs,
    relations,
    reruns,
    starting,
    streaming,
    table,
    tls,
    transfer_rows,
)
from .figure import Figure, NotRun, Reading, Result, Row
from .workshop import Workshop

GROUPS: tuple[ModuleType, ...] = (
    starting,
    emulated,
    parsing,
    pages,
    frames,
    streaming,
    catalogue,
    relations,
    finding,
    commands,
    completing,
    transfer_rows,
    command_transfers,
    tls,
    memory,
    reruns,
)


@click.command()
@click.option("--only", metavar="PATTERN", default="", help="Measure rows with this in their names.")
@click.option("--list", "listing", is_flag=True, help="Name every row and measure nothing.")
@click.option("--quick", is_flag=True, help="Small sizes and single rounds, to try it: bars are not judged.")
@click.option("--full", is_flag=True, help="All rows, also those that take minutes to prepare; medians of five rounds.")
@click.option("--write", is_flag=True, help="Put the results into docs/performance.md.")
def main(*, only: str, listing: bool, quick: bool, full: bool, write: bool) -> None:
    """Our figures, the yardsticks', and whether every bar is reached.

    All data is made in a temporary folder (TMPDIR says where: some 12 GB) and removed at the end.
    """
    if listing:
        click.echo(table.listed([row for group in GROUPS for row in _rows(group, only)]))
        return
    if not any(_rows(group, only) for group in GROUPS):
        raise click.UsageError(f"no row has {only!r} in its name; --list names them all")
    if write and (only or quick):
        raise click.UsageError("--write takes whole runs: without --only and --quick")
    everything = bool(full or quick or only)
    with TemporaryDirectory(prefix="amazon-photos-bench-") as folder:
        workshop = Workshop(folder=Path(folder), quick=quick, full=full)
        results = [result for group in GROUPS for result in _measured(group, workshop, only, everything=everything)]
    click.echo(table.text(results, judged=not quick))
    if not everything:
        click.echo(f"\nonly --full takes: {', '.join(row.name for row in _long_rows())}")
    if write:
        table.write(results)
    sys.exit(_verdict(results, quick))


def _figures(group: ModuleType) -> tuple[Figure, ...]:
    return tuple(group.FIGURES)


def _chosen(figure: Figure, only: str) -> list[Row]:
    return [row for row in figure.rows if only.lower() in row.name]


def _rows(group: ModuleType, only: str) -> list[Row]:
    return [row for figure in _figures(group) for row in _chosen(figure, only)]


def _long_rows() -> Iterator[Row]:
    return (row for group in GROUPS for figure in _figures(group) if figure.long for row in figure.rows)


def _measured(group: ModuleType, workshop: Workshop, only: str, *, everything: bool) -> Iterator[Result]:
    """What a group gives; and on standard error how long it took."""
    figures = [figure for figure in _figures(group) if _chosen(figure, only) and (everything or not figure.long)]
    began = time.perf_counter()
    for figure in figures:
        yield from _read(figure, workshop, only)
    if figures:
        click.echo(f"= {group.__name__.rpartition('.')[2]}: {time.perf_counter() - began:.0f} s", err=True)


def _read(figure: Figure, workshop: Workshop, only: str) -> Iterator[Result]:
    rows, began = _chosen(figure, only), time.perf_counter()
    click.echo(f"{', '.join(row.name for row in rows)} …", err=True, nl=False)
    try:
        if missing := programs.missing(figure.needs) or _missing_for_all(rows):
            raise NotRun(missing)
        readings = figure.measure(workshop)
    except Exception as reason:  # one figure that fails leaves the others
        click.echo(" not measured", err=True)
        why = str(reason) if isinstance(reason, NotRun) else f"{type(reason).__name__}: {reason}"
        yield from (Result(row=row, why_not=why) for row in rows)
        return
    click.echo(f" {time.perf_counter() - began:.0f} s", err=True)
    yield from (_result(row, readings) for row in rows)


def _missing_for_all(rows: Sequence[Row]) -> str:
    """What each of them lacks: then nothing is worth measuring, which takes minutes."""
    lacking = [programs.missing(row.needs) for row in rows]
    return lacking[0] if all(lacking) else ""


def _result(row: Row, readings: Mapping[str, Reading]) -> Result:
    missing = programs.missing(row.needs)
    return Result(row=row, why_not=missing) if missing else Result(row=row, reading=readings[row.name])


def _verdict(results: Sequence[Result], quick: bool) -> int:
    """Not measured is missed. Quick sizes are too small to judge by."""
    missed = [result for result in results if (result.reading is None if quick else not result.met)]
    if quick:
        click.echo("\nquick: the sizes are small, so the bars are not judged")
    elif missed:
        click.echo(f"\n{len(missed)} of {len(results)} rows missed")
    return 1 if missed else 0


if __name__ == "__main__":
    main()
