"""``amazon-photos emulator`` and ``python -m amazon_photos.emulator``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import click

from amazon_photos.errors import AmazonPhotosError, InvalidInput
from amazon_photos.files.paths import expand_path

from . import background, introduction, optional_deps
from .deviations import DEVIATIONS
from .filling import FillProgress
from .introduction import Form
from .marketplaces import MARKETPLACES
from .options import MAX_FILES, MAX_KEYS, MAX_RELATIONS, Options, PurgeErrors, Sizes
from .stopping import Stop


class _Path(click.Path):
    """A path whose ``~`` is the home folder: a shell leaves the one of ``--data=~/x`` alone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        told = "path" if param is None else param.opts[0]
        return super().convert(expand_path(told, value), param, ctx)


class _Command(click.Command):
    """Keeps the words it was called with: they are those of a child in the background, too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["arguments"] = [word for word in args if word not in ("--detach", "-d", "--env", "--json")]
        with _failing_eval("--env" in args):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _failing_eval(ctx.params["as_env"]):
            return super().invoke(ctx)


@contextmanager
def _failing_eval(as_env: bool) -> Iterator[None]:
    """Print what makes the shell's ``eval`` fail, which knows no exit code of what it is given.

    A script that went on would reach whatever account it is signed in to.
    """
    try:
        yield
    except BaseException as error:  # Ctrl-C while it fills, too
        ended_well = isinstance(error, click.exceptions.Exit) and not error.exit_code  # as --help does
        if as_env and not ended_well:
            click.echo("false")
        raise


@click.command("emulator", cls=_Command)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes a free one.")
@click.option("--data", type=_Path(path_type=Path, file_okay=False), help="Folder of its state [a temporary one].")
@click.option("--files", type=click.IntRange(0, MAX_FILES), help="Fill an empty library with so many invented files.")
@click.option("--seed", type=int, default=0, help="Choose another library of that size.")
@click.option("--sizes", type=click.Choice(["small", "real"]), default="small", help="How large those files are.")
@click.option("--relations", type=click.IntRange(1, MAX_RELATIONS), help="Memberships of each of those files.")
@click.option("--keys", type=click.IntRange(4, MAX_KEYS), help="Things, people, places and albums there are.")
@click.option("--region", default="com", show_default=True, help="Whose cookies it shows: com, ca, co.uk, acbuk …")
@click.option(
    "--paging", type=click.Choice(["token", "offset"]), default="token", show_default=True, help="How lists go on."
)
@click.option("--latency", type=click.FloatRange(min=0), default=0.0, help="Hold every answer back [s].")
@click.option("--index-delay", type=click.FloatRange(min=0), default=0.0, help="When /search learns of an upload [s].")
@click.option("--processing", type=click.FloatRange(min=0), default=0.0, help="How long uploads stay PENDING [s].")
@click.option("--quota", type=click.IntRange(min=0), help="Bytes the account may hold.")
@click.option("--prime", is_flag=True, help="Photos are free of charge.")
@click.option("--session-lifetime", type=click.FloatRange(min=0), help="When the cookies expire [s].")
@click.option("--rotate", is_flag=True, help="Set a new session-token with every answer.")
@click.option("--clock-offset", type=float, default=0.0, help="How far its clock is ahead [s].")
@click.option(
    "--marketplace",
    type=click.Choice(list(MARKETPLACES)),
    metavar="TLD",
    help="The account is at home there only: com, co.uk …",
)
@click.option("--moving/--no-moving", default=True, help="Whether nodes can be moved.", show_default=True)
@click.option(
    "--purge-errors",
    type=click.Choice(get_args(PurgeErrors)),
    default="errorMap",
    help="What a purge calls its errors.",
)
@click.option(
    "--deviation",
    "deviations",
    type=click.Choice(list(DEVIATIONS)),
    multiple=True,
    metavar="FACT",
    help="A fact made otherwise; docs/emulator.md lists them.",
)
@click.option("--detach", "-d", is_flag=True, help="Run in the background, once it is ready.")
@click.option("--env", "as_env", is_flag=True, help="The same, and print lines for a shell's eval.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object when it is ready.")
@click.option("--stop", "stopping", is_flag=True, help="Stop the one that the lines of --env lead to.")
@click.option("--detached", "is_child", is_flag=True, hidden=True)
@click.option("--faults", "script", type=_Path(path_type=Path, dir_okay=False), help="A fault script (JSON).")
def command(
    *,
    port: int,
    data: Path | None,
    files: int | None,
    seed: int,
    sizes: Sizes,
    relations: int | None,
    keys: int | None,
    script: Path | None,
    detach: bool,
    as_env: bool,
    as_json: bool,
    stopping: bool,
    is_child: bool,
    **options: Any,
) -> None:
    """Run a small Amazon Photos on this machine.

    It answers on this machine only, until Ctrl-C; with --detach or --env it runs on in the background:

    \b
        eval "$(amazon-photos emulator --env --port 0 --files 1000)"
        eval "$(amazon-photos emulator --stop --env)"
        amazon-photos emulator --port 0 --detach --json --data library
    """
    if as_env and as_json:
        raise InvalidInput("--env and --json are two forms of the same: give one of them")
    form: Form = "env" if as_env else "json" if as_json else "text"
    if stopping:
        background.stop()
        click.echo(introduction.write_end() if as_env else "Stopped.")
    elif (detach or as_env) and not is_child:
        click.echo(introduction.write(background.launch(_get_arguments()), form, detached=True))
    else:
        library = {"files": files, "seed": seed, "sizes": sizes, "relations": relations, "keys": keys}
        _serve(data, library, script, "json" if is_child else form, is_child, port, Options(**options))


def _get_arguments() -> list[str]:
    """The command's own words, as the child gets them: in the form that the parent reads."""
    arguments: list[str] = click.get_current_context().meta["arguments"]
    return arguments


def _serve(
    data: Path | None,
    library: dict[str, Any],
    script: Path | None,
    form: Form,
    is_child: bool,
    port: int,
    options: Options,
) -> None:
    from .server import running

    stop = Stop()
    faults = _read(script)
    progress = FillProgress(library["files"]) if library["files"] else None
    with running(data, port=port, **library, options=options, progress=progress) as service:
        service.faults(faults)
        stop.serving()
        service.on_stop = stop.ask
        click.echo(introduction.write(introduction.describe(service, data), form))
        sys.stdout.flush()
        if form == "text" and (parts := optional_deps.missing()):
            click.echo(f"\nNote: {optional_deps.without(parts)}", err=True)
        if is_child:
            background.let_go()
        stop.wait()
    if form == "text":
        click.echo("Stopped.")


def _read(script: Path | None) -> Any:
    if script is None:
        return []
    try:
        return json.loads(script.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"cannot read the fault script {script}: {error}") from None


def main() -> None:
    """Run the program; errors of ours end as one message."""
    try:
        command(prog_name="amazon-photos emulator")
    except AmazonPhotosError as error:
        click.echo(f"amazon-photos emulator: {error}", err=True)
        sys.exit(2 if isinstance(error, InvalidInput) else 1)


if __name__ == "__main__":
    main()
