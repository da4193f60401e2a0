"""Which account, and where: the options that commands share. Nothing heavy is loaded by them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click

from ..files.paths import expand_path
from .formats import Format

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


def output_options(command: Command) -> Command:
    """Add ``-o`` and ``--json`` to a command: the format of what it prints."""
    output = click.option(
        "-o",
        "--output",
        type=click.Choice(get_args(Format)),
        help="The format [a table at a terminal, tsv elsewhere].",
    )
    return output(click.option("--json", "as_json", is_flag=True, help="Short for -o json.")(command))


def catalog_option(command: Command) -> Command:
    """Add ``--catalog`` to a command."""
    return click.option(
        "--catalog",
        type=ExpandedPath(path_type=Path, dir_okay=False),
        help="The catalogue [the profile's, or ap.parquet].",
    )(command)


def catalog_options(command: Command) -> Command:
    """Add ``--profile`` and ``--catalog`` to a command that reads the catalogue."""
    return profile_option(catalog_option(command))
