"""``make profile ARGS=ROW``: where the time, the memory and the system calls of one transfer go.

The same transfer runs anew for each question, in a process of its own:

* as it is: seconds, CPU time, context switches, peak memory;
* CPU time by function: of all threads by yappi, where it is installed, else of the event loop's thread by cProfile;
* what is allocated at the peak: by line by memray, where it is installed, else only how much, by tracemalloc;
* system calls, by strace, where it is installed. It makes everything slower, so its seconds say little.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from . import children, nginx, programs, sink, transfers, watching
from .workshop import Workshop

_SHOWN = 40
_Opened = tuple[str, Mapping[str, str], Mapping[str, str]]
_FEW = 4
_KINDS = {"small": transfers.small_files, "large": transfers.large_files}
_ROWS = [f"{kind}-{way}" for kind in _KINDS for way in ("down", "up")]


@click.command()
@click.argument("row", type=click.Choice(_ROWS))
@click.option("--quick", is_flag=True, help="Few and small files, to try it.")
@click.option(
    "--sort", type=click.Choice(["own", "total"]), default="own", show_default=True, help="Functions by this."
)
def main(*, row: str, quick: bool, sort: str) -> None:
    """Profile one transfer: CPU by function, allocations at the peak, system calls, context switches."""
    if missing := programs.missing(("nginx",) if row.endswith("down") else ("gcc",)):
        raise click.ClickException(missing)
    with TemporaryDirectory(prefix="amazon-photos-bench-") as folder:
        workshop = Workshop(folder=Path(folder), quick=quick)
        with _prepared(workshop, row) as run:
            click.echo(_table(run(by="itself")))
            click.echo(f"\n# CPU by function, by {sort} time\n\n{run(by=sort)}")
            click.echo(f"\n# Allocations at the peak\n\n{run(by='allocations')}")
            click.echo(f"\n# System calls\n\n{_system_calls(workshop, run)}")


@contextmanager
def _prepared(workshop: Workshop, row: str) -> Iterator[Callable[..., Any]]:
    """A function that does the transfer once in a child; ``by`` says what it is to look at."""
    kind, way = row.split("-")
    with workshop.scratch() as folder, workshop.scratch() as other:
        files = transfers.made(folder / "content", _KINDS[kind](workshop))
        with _opened(way, folder, other, files) as (name, all_of_them, some):

            def run(*before: str, by: str) -> Any:
                with workshop.scratch() as own, workshop.scratch() as first:
                    arguments = {**all_of_them, "folder": str(own)}
                    sample = {**some, "folder": str(first)}
                    done = children.call(
                        watching.watched, {}, *before, name=name, by=by, sample=sample, arguments=arguments
                    )
                return done.value | {"peak": done.peak} if by == "itself" else done.value

            yield run


@contextmanager
def _opened(way: str, folder: Path, other: Path, files: Sequence[Path]) -> Iterator[_Opened]:
    """The server; the function that transfers, its arguments for all files, and those for a few, to load everything."""
    if way == "down":
        ids = transfers.as_nodes(files)
        all_of_them, few = (transfers.described(folder, some) for some in (ids, dict(islice(ids.items(), _FEW))))
        with nginx.serving(folder / "content", folder) as url:
            yield "downloaded", {"url": url, "frame": str(all_of_them)}, {"url": url, "frame": str(few)}
    else:
        sample = replace(_KINDS["small"](Workshop(folder=other, quick=True)), count=_FEW)
        transfers.made(other / "content", sample)
        with sink.listening(folder) as url:
            pictures = [{"url": url, "pictures": str(place / "content")} for place in (folder, other)]
            yield "uploaded", pictures[0], pictures[1]


def _system_calls(workshop: Workshop, run: Callable[..., Any]) -> str:
    """Those of the transfer alone, by subtraction."""
    if not shutil.which("strace"):
        return "not counted: strace is missing (apt install strace)"
    whole, loading = (_counted(workshop.folder / "strace.txt", run, by) for by in ("itself", "nothing"))
    counts = {name: count - loading.get(name, 0) for name, count in whole.items()}
    ordered = sorted(counts.items(), key=lambda item: -item[1])[:_SHOWN]
    return "\n".join(f"{count:10,}  {name}" for name, count in ordered if count > 0)


def _counted(file: Path, run: Callable[..., Any], by: str) -> dict[str, int]:
    run("strace", "-f", "-c", "-U", "calls,name", "-o", str(file), by=by)
    rows = [line.split() for line in file.read_text().splitlines()]
    return {row[1]: int(row[0]) for row in rows if len(row) == 2 and row[0].isdigit() and row[1] != "total"}


def _table(found: Mapping[str, float]) -> str:
    return "\n".join(
        f"{name:30} {value / 1e6:,.1f} MB" if name == "peak" else f"{name:30} {value:,.{0 if 'switch' in name else 2}f}"
        for name, value in found.items()
    )


if __name__ == "__main__":
    main()
