"""``amazon-photos demo``: a whole library in a minute, on this machine, without an account."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from ...errors import InvalidInput
from ..options import Console, ExpandedPath, speaking_options
from ..syntax.registry import Command


@click.command("demo", cls=Command)
@click.argument("folder", required=False, type=ExpandedPath(path_type=Path, exists=True, file_okay=False))
@speaking_options
def command(*, folder: Path | None, console: Console) -> None:
    """Show a whole library in a minute, on this machine, without an account.

    Starts the emulator, uploads pictures (those of FOLDER, which are only read, or some that it draws), looks at them
    from every side, downloads and verifies every byte, trashes, restores and deletes. Nothing leaves this machine, and
    all that was made is removed at the end. Wants the parts of the extra emulator.

    \b
    amazon-photos demo
    amazon-photos demo ~/Pictures
    amazon-photos demo -vv

    Exit codes: 0 every byte came back, 1 one did not or a part is missing, 2 there are no files in the folder.
    """
    from ...blocking.client import AmazonPhotos
    from ...emulator import running
    from ...settings import Settings
    from ..demo import pictures, tour

    if folder is not None and not any(os.path.isfile(path) for path in folder.rglob("*")):
        raise InvalidInput(f"there are no files in {str(folder)!r:.200}: name a folder with some pictures")
    with tempfile.TemporaryDirectory(prefix="amazon-photos-demo-") as made:
        work = Path(made)
        source = pictures.draw(work / "Pictures") if folder is None else folder
        with running() as service:
            # The settings of an account are left alone: neither the environment nor the config file is asked.
            settings = Settings(
                endpoint=service.url, catalog=str(work / "ap.parquet"), cache_dir=str(work / "cache"), proxy="off"
            )
            with AmazonPhotos(service.cookies, settings=settings, dtype_backend="pyarrow", progress=False) as ap:
                tour.say(f"The emulator is a small Amazon Photos at {service.url}")
                tour.show(ap, source, work, drawn=folder is None)
    tour.say("Done: every byte came back as it left.")
