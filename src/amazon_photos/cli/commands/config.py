"""``amazon-photos config``: what is set and where, and the config file changed by name. Nothing is sent."""

from __future__ import annotations

import os
from typing import Any

import click

from ...auth.precedence import DEFAULT
from ..config.edit import locate_config, set_value, unset_value
from ..config.keys import ConfigKey, read_flag, read_key, read_setting
from ..config.set_values import Row, list_of_command, list_set, list_settings
from ..exits import Exit
from ..options import Console, Decorator, gather, json_options, output_options, profile_option, speaking_options
from ..output.cells import Spelling, write_values
from ..syntax.registry import Group

_name = click.argument("name", metavar="SETTING|FLAG")
_command = click.option("--command", "of_command", metavar="COMMAND", help='Of one command, such as "find".')
_where: tuple[Decorator, ...] = (
    click.option("--profile", "of_profile", metavar="NAME", help="For one profile."),
    click.option("--command", "of_command", metavar="COMMAND", help='For one command, such as "find".'),
)


def _read_key(*, name: str, of_profile: str | None, of_command: str | None) -> ConfigKey:
    return read_key(name, profile=of_profile, command=of_command)


def _read_any_key(*, name: str, of_profile: str | None, of_command: str | None) -> ConfigKey:
    return read_key(name, profile=of_profile, command=of_command, known=False)


key_options = gather("key", _read_key, _name, *_where)
"""Adds a name, and the tables that it stands in, to a command: ``key``."""
any_key_options = gather("key", _read_any_key, _name, *_where)
"""The same for a name that may be wrong, and is to be removed: ``key``."""


@click.group("config", cls=Group)
def group() -> None:
    """Show what is set and where it comes from, and change the config file.

    A flag that is not given is looked for in the environment (AMAZON_PHOTOS_CLI_FIND_COLUMNS,
    AMAZON_PHOTOS_CLI_COLUMNS), then in the config file: the tables of the profile ([profiles.family.cli.find],
    [profiles.family.cli]), then [cli.find] and [cli]. Settings (tld, bwlimit …) stand above all tables, or in
    [profiles.family].

    \b
    amazon-photos config show --explain
    amazon-photos config set bwlimit 2M
    amazon-photos config set output jsonl --command find
    """


@group.command("show")
@profile_option
@_command
@click.option("--explain", is_flag=True, help="All settings, and where each value is from.")
@output_options
def show(*, profile: str | None, of_command: str | None, explain: bool, console: Console) -> None:
    """Show what is set anywhere: settings, flags, and whose session is used.

    Passwords and commands are hidden.

    With --explain all settings are shown, and for each value the argument, variable, or file and table it is from; with
    --command the flags of one command, as they would be now.

    \b
    amazon-photos config show
    amazon-photos config show --explain -o tsv
    amazon-photos config show --command find --explain
    """
    rows = list_of_command(of_command, profile) if of_command is not None else [*list_settings(profile), *list_set()]
    _print(console, rows if explain else [row for row in rows if row.source != DEFAULT], explain=explain)


@group.command("path")
@json_options
def path(*, console: Console) -> None:
    """Print where the config file is, or would be.

    \b
    amazon-photos config path
    ls -l "$(amazon-photos config path)"
    amazon-photos config path --json
    """
    _print_value(console, "path", str(locate_config(os.environ)))


@group.command("get")
@key_options
@json_options
def get(*, key: ConfigKey, console: Console) -> Exit:
    """Print the value of a setting or a flag as it would be used.

    It is of the environment, the config file, or the default.

    \b
    amazon-photos config get page_size
    amazon-photos config get output --command find || echo "as it comes"
    amazon-photos config get bwlimit --profile family

    Exit codes: 0 printed, 1 it has no value, 2 there is no such name.
    """
    rows = list_settings(key.profile) if key.command is None else list_of_command(" ".join(key.command), key.profile)
    row = next((row for row in rows if row.name == key.name), None)
    if row is None or row.value is None:
        return Exit.FAILED
    _print_value(console, key.name, row.value)
    return Exit.DONE


@group.command("set")
@key_options
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
@speaking_options
@click.pass_context
def set_(context: click.Context, *, key: ConfigKey, values: tuple[str, ...], console: Console) -> None:
    """Set a setting or a flag in the config file; comments, order, mode and links stay.

    The value is checked as it would be on a command line. A flag that can be given several times takes several values.

    \b
    amazon-photos config set tld ca --profile family
    amazon-photos config set output jsonl
    amazon-photos config set --command find -- sort -size name
    """
    value = read_setting(key, values) if key.command is None else read_flag(key, values, context.find_root())
    changed = set_value(os.environ, key.tables, key.name, value)
    console.note(f"{key} is set in {changed}")


@group.command("unset")
@any_key_options
@speaking_options
def unset(*, key: ConfigKey, console: Console) -> Exit:
    """Take a value out of the config file.

    \b
    amazon-photos config unset bwlimit
    amazon-photos config unset tld --profile family
    amazon-photos config unset output --command find

    Exit codes: 0 done, 1 there was no such value.
    """
    changed, found = unset_value(os.environ, key.tables, key.name)
    console.note(f"{key} is no longer set in {changed}" if found else f"{key} is not set in {changed}")
    return Exit.DONE if found else Exit.FAILED


def _print(console: Console, rows: list[Row], *, explain: bool) -> None:
    columns = ("name", "value", "from") if explain else ("name", "value")
    console.table(columns, [(row.name, row.value, row.source)[: len(columns)] for row in rows])


def _print_value(console: Console, name: str, value: Any) -> None:
    if console.output == "json":
        console.table((name,), [(value,)])
    else:
        console.text("\n".join(map(str, value)) if isinstance(value, list) else write_values([value], Spelling(str))[0])
