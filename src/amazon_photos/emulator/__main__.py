"""``amazon-photos emulator`` and ``python -m amazon_photos.emulator``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from amazon_photos.errors import AmazonPhotosError, InvalidInput
from amazon_photos.files.paths import expand_path

from . import optional_deps
from .deviations import DEVIATIONS
from .marketplaces import MARKETPLACES
from .options import MAX_FILES, Options, PurgeErrors, Sizes
from .stopping import Stop

if TYPE_CHECKING:
    from .service import Service


class _Path(click.Path):
    """A path whose ``~`` is the home folder: a shell leaves the one of ``--data=~/x`` alone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        told = "path" if param is None else param.opts[0]
        return super().convert(expand_path(told, value), param, ctx)


@click.command("emulator")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes a free one.")
@click.option("--data", type=_Path(path_type=Path, file_okay=False), help="Folder of its state [a temporary one].")
@click.option("--files", type=click.IntRange(0, MAX_FILES), help="Fill an empty library with so many invented files.")
@click.option("--seed", type=int, default=0, help="Choose another library of that size.")
@click.option("--sizes", type=click.Choice(["small", "real"]), default="small", help="How large those files are.")
@click.option("--region", default="main", show_default=True, help="Suffix of the cookies it shows: main, acbuk …")
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
    "--marketplace", type=click.Choice(list(MARKETPLACES)), help="The account is at home there only: com, co.uk …"
)
@click.option("--moving/--no-moving", default=True, help="Whether nodes can be moved.", show_default=True)
@click.option(
    "--purge-errors",
    type=click.Choice(get_args(PurgeErrors)),
    default="errorMap",
    help="What a purge calls its errors.",
)
@click.option(
    "--deviation", "deviations", type=click.Choice(list(DEVIATIONS)), multiple=True, help="A fact made otherwise."
)
@click.option("--faults", "script", type=_Path(path_type=Path, dir_okay=False), help="A fault script (JSON).")
def command(
    *,
    port: int,
    data: Path | None,
    files: int | None,
    seed: int,
    sizes: Sizes,
    script: Path | None,
    **options: Any,
) -> None:
    """Run a small Amazon Photos on this machine.

    It answers on this machine only, until Ctrl-C.
    """
    from .server import running

    stop = Stop()
    faults = _read(script)
    with running(data, port=port, files=files, seed=seed, sizes=sizes, options=Options(**options)) as service:
        service.faults(faults)
        stop.serving()
        _introduce(service, data)
        stop.wait()
    click.echo("Stopped.")


def _read(script: Path | None) -> Any:
    if script is None:
        return []
    try:
        return json.loads(script.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"cannot read the fault script {script}: {error}") from None


def _introduce(service: Service, data: Path | None) -> None:
    kept = f"in {data}" if data else "in a temporary folder that goes when it stops (--data keeps it)"
    steer = f"curl -X POST {service.url}/_emulator/reset -H 'content-type: application/json'"
    lines = [
        f"A small Amazon Photos at {service.url}; its library is {kept}. Ctrl-C stops it.",
        "",
        "In Python:",
        f'    AmazonPhotos(cookies={json.dumps(service.cookies)}, endpoint="{service.url}")',
        "",
        "In a shell:",
        *(f"    export {name}='{value}'" for name, value in service.environ.items()),
        "",
        "To steer it (docs/emulator.md):",
        f"    {steer} -H 'x-emulator-token: {service.token}' -d '{{\"files\": 100}}'",
    ]
    click.echo("\n".join(lines))
    sys.stdout.flush()
    if parts := optional_deps.missing():
        click.echo(f"\nNote: {optional_deps.without(parts)}", err=True)


def main() -> None:
    """Run the program; errors of ours end as one message."""
    try:
        command(prog_name="amazon-photos emulator")
    except AmazonPhotosError as error:
        click.echo(f"amazon-photos emulator: {error}", err=True)
        sys.exit(2 if isinstance(error, InvalidInput) else 1)


if __name__ == "__main__":
    main()
