"""The options that commands share. Each group of them reaches a command as one argument; nothing heavy is loaded.

::

    account_options     --profile --catalog --cookies --tld --endpoint --progress    account: Account
    catalog_options     --profile --catalog                                          account: Account
    output_options      -o --json --columns --sort, and speaking_options             console: Console
    speaking_options    -q -v --log-file --debug                                     console: Console
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, get_args

import click

from ..errors import InvalidInput
from ..files.paths import expand_path
from .account import Account
from .invocation import take_console
from .output.console import Console
from .output.formats import Format

Function = Callable[..., Any]
"""What a command calls."""
Decorator = Callable[[Function], Function]


class ExpandedPath(click.Path):
    """A path whose ``~`` is the home folder: a shell leaves the one of ``--report=~/x`` alone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        told = "path" if param is None else param.opts[0]
        if value == "":
            self.fail("an empty text is no path", param, ctx)
        return super().convert(expand_path(told, value), param, ctx)


def refuse_empty(_context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    """Refuse an empty value: that is a variable which a script never set. Raises ``InvalidInput``."""
    if given is not None and not given.strip():
        raise InvalidInput(f"{option.opts[0]} is empty: leave it out if none is meant")
    return given


def gather(argument: str, make: Callable[..., Any], *options: Decorator) -> Decorator:
    """Make a decorator that adds options to a command.

    It gets all of them as one argument: what ``make`` gives.
    """
    names = _list_names(options)

    def decorate(function: Function) -> Function:
        @wraps(function)
        def call(*positional: Any, **values: Any) -> Any:
            made = make(**{name: values.pop(name) for name in names})
            return function(*positional, **values, **{argument: made})

        decorated: Function = call
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def _list_names(options: tuple[Decorator, ...]) -> list[str]:
    def nothing() -> None:
        """What gets the options, to be asked for their names."""

    for option in options:
        option(nothing)
    added: list[click.Parameter] = nothing.__click_params__  # type: ignore[attr-defined]  # click leaves them there
    return [str(one.name) for one in added]


profile_option = click.option("--profile", metavar="NAME", help="Whose session, by the name it was signed in under.")
"""Adds ``--profile`` to a command."""
endpoint_option = click.option("--endpoint", metavar="URL", help="One address for all hosts: an emulator's.")
"""Adds ``--endpoint`` to a command."""
tld_option = click.option("--tld", help="The marketplace: com, co.uk, ca … [as the cookies say].")
"""Adds ``--tld`` to a command."""
_cookies = click.option(
    "--cookies",
    type=ExpandedPath(path_type=Path, dir_okay=False),
    help="A cookie file that a browser exported [session_id, ubid_main, at_main of the environment].",
)
_catalog = click.option(
    "--catalog", type=ExpandedPath(path_type=Path, dir_okay=False), help="The catalogue [the profile's, or ap.parquet]."
)
_progress = click.option(
    "--progress/--no-progress",
    default=None,
    help="Show how far it is: where there is no terminal, a line every 30 seconds [at a terminal only].",
)
_speaking = (
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors; the data is printed as ever."),
    click.option("-v", "--verbose", count=True, help="Say what is asked and waited for; twice: each request."),
    click.option(
        "--log-file", type=ExpandedPath(path_type=Path, dir_okay=False), help="Append what -vv says to a file."
    ),
    click.option("--debug", is_flag=True, help="Show where an error comes from; without secrets."),
)

account_options = gather("account", Account, profile_option, _catalog, _cookies, tld_option, endpoint_option, _progress)
"""Adds which account, and which catalogue, to a command that asks Amazon: ``account``."""
connection_options = gather("account", Account, profile_option, _cookies, tld_option, endpoint_option, _progress)
"""Adds which account to a command that asks Amazon and needs no catalogue: ``account``."""
catalog_options = gather("account", Account, profile_option, _catalog)
"""Adds which catalogue to a command that sends nothing: ``account``."""
speaking_options = gather("console", take_console, *_speaking)
"""Adds how much it says to a command that prints no data: ``console``."""
json_options = gather(
    "console", take_console, click.option("--json", "as_json", is_flag=True, help="Print JSON."), *_speaking
)
"""Adds ``--json`` to a command whose table has but one form else: ``console``."""


def list_output_options(*more: str) -> tuple[Decorator, ...]:
    """List the options that ``output_options`` adds; ``more`` are formats that one command has besides."""
    return (
        click.option(
            "-o",
            "--output",
            type=click.Choice([*get_args(Format), *more]),
            help="The format [a table at a terminal, tsv elsewhere].",
        ),
        click.option("--json", "as_json", is_flag=True, help="Short for -o json."),
        click.option("--columns", metavar="NAMES", help="short, all, or names with commas between  [default: short]"),
        click.option(
            "--sort", multiple=True, metavar="COLUMN", help="By a column; with a minus before it, descending."
        ),
        *_speaking,
    )


output_options = gather("console", take_console, *list_output_options())
"""Adds the form of what a command prints: ``console``."""

__all__ = [
    "Account",
    "Console",
    "Decorator",
    "ExpandedPath",
    "Function",
    "account_options",
    "catalog_options",
    "connection_options",
    "endpoint_option",
    "gather",
    "json_options",
    "list_output_options",
    "output_options",
    "profile_option",
    "refuse_empty",
    "speaking_options",
    "tld_option",
]
