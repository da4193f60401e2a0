"""Which account, and where: the options that commands share. Nothing heavy is loaded by them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..files.paths import expand_path

Command = Callable[..., Any]


class ExpandedPath(click.Path):
    """A path whose ``~`` is the home folder: a shell leaves the one of ``--report=~/x`` alone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        told = "path" if param is None else param.opts[0]
        return super().convert(expand_path(told, value), param, ctx)


def profile_option(command: Command) -> Command:
    """Add ``--profile`` to a command."""
    return click.option("--profile", metavar="NAME", help="Whose session, by the name it was signed in under.")(command)


def connection_options(command: Command) -> Command:
    """Add ``--profile``, ``--cookies``, ``--tld`` and ``--endpoint`` to a command."""
    cookies = click.option(
        "--cookies",
        type=ExpandedPath(path_type=Path, dir_okay=False),
        help="A cookie file that a browser exported [session_id, ubid_main, at_main of the environment].",
    )
    tld = click.option("--tld", help="The marketplace: com, co.uk, ca … [as the cookies say].")
    endpoint = click.option("--endpoint", metavar="URL", help="One address for all hosts: an emulator's.")
    return profile_option(cookies(tld(endpoint(command))))
