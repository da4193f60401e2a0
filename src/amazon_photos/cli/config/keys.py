"""The keys of the config file: whose a name is, in which table it stands, and what its value can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import click

from ...errors import InvalidInput
from ...model.profile_names import check_profile_name
from ...settings import Settings
from ...settings.config_file import CLI, PROFILES
from ...settings.places import NOT_OF_A_PROFILE, suggest
from ..syntax.defaults import FlagValue, check_value, name_flag
from ..syntax.table import NEVER, Flag, list_flags, list_paths, list_unshared, load_syntax

_AS_TEXT = frozenset({"bwlimit"})
"""Settings that are numbers and that people write otherwise: "2M"."""


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """A name, and the tables that it stands in."""

    name: str
    profile: str | None = None
    command: tuple[str, ...] | None = None
    """Of a flag: the command, () for all; None for a setting."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that lead to it."""
        profile = () if self.profile is None else (PROFILES, self.profile)
        return profile if self.command is None else (*profile, CLI, *self.command)

    def __str__(self) -> str:
        return ".".join((*self.tables, self.name))


def read_key(text: str, *, profile: str | None = None, command: str | None = None, known: bool = True) -> ConfigKey:
    """Read a name such as "bwlimit", "output", "cli.find.limit" or "profiles.family.tld".

    ``command`` is "find" or "albums list". A name that is both a setting's and a flag's is the setting's. With
    ``known=False`` it may be one that means nothing. Raises ``InvalidInput`` with the nearest.
    """
    *tables, name = text.strip().split(".")
    if tables and (profile is not None or command is not None):
        raise InvalidInput(f"{text!r:.80} says in which table it stands: leave out --profile and --command")
    if tables[:1] == [PROFILES] and len(tables) > 1:
        profile, tables = tables[1], tables[2:]
    path = None if command is None else tuple(command.split())
    if tables[:1] == [CLI]:
        path, tables = tuple(tables[1:]), []
    if tables:
        raise InvalidInput(f"{text!r:.80} is no name: its tables are {CLI}, {CLI}.COMMAND and {PROFILES}.NAME")
    if profile is not None:
        check_profile_name(profile)
    settings = load_syntax()["settings"]
    if not known:
        of_all = path is None and name not in settings and name in list_flags(())
        return ConfigKey(name, profile, () if of_all else path)
    name = name.replace("-", "_")
    if path is None and name in settings:
        return _check_setting(ConfigKey(name, profile))
    return _check_flag(ConfigKey(name, profile, path or ()), settings if path is None else [])


def read_setting(key: ConfigKey, values: Sequence[str]) -> Any:
    """Read the value of a setting, as TOML has it: text, a number, true or false. Raises ``InvalidInput``."""
    if key.name == "cookie_command" and len(values) > 1:
        return list(values)
    text: Any = _take_one(key, values)
    read = getattr(Settings(**{key.name: text}), key.name)
    kind = next(str(one.type) for one in fields(Settings) if one.name == key.name).removesuffix(" | None")
    return read if kind in ("bool", "int", "float") and key.name not in _AS_TEXT else text


def read_flag(key: ConfigKey, values: Sequence[str], program: click.Context) -> Any:
    """Read the value of a flag, as TOML has it; of one that may be given often, a list.

    Raises ``InvalidInput``.
    """
    option, context = _find_option(key, program)
    given: Any = list(values) if option.multiple else _take_one(key, values)
    check_value(option, FlagValue(key.name, given, str(key)), context)
    read = option.type_cast_value(context, given)
    return read if isinstance(read, bool | int | float) else given


def _check_setting(key: ConfigKey) -> ConfigKey:
    if key.profile is not None and key.name in NOT_OF_A_PROFILE:
        raise InvalidInput(f"{key} cannot be: {NOT_OF_A_PROFILE[key.name]}")
    return key


def _check_flag(key: ConfigKey, settings: Sequence[str]) -> ConfigKey:
    path = key.command or ()
    if path not in set(list_paths()):
        raise InvalidInput(f"there is no command {' '.join(path)!r:.80}{_suggest_command(path)}")
    flags = list_flags(path)
    flag: Flag | None = flags.get(key.name)
    if key.name in NEVER:
        raise InvalidInput(f"--{key.name} is only ever given by hand, in the line that it is meant for")
    if flag is None:
        of = f"flag of {' '.join(path)}" if path else "flag" if not settings else "setting or flag"
        raise InvalidInput(f"unknown {of} {key.name!r:.80}{suggest(key.name, [*settings, *flags], most=20)}")
    if flag["setting"]:
        raise InvalidInput(f"{key.name} is a setting ({flag['setting']}): it has one value for all commands")
    if key.name in list_unshared(path):
        raise InvalidInput(f"--{key.name.replace('_', '-')} is set for one command at a time: say --command COMMAND")
    return key


def _suggest_command(path: tuple[str, ...]) -> str:
    return suggest(" ".join(path), [" ".join(one) for one in list_paths() if one], most=20)


def _take_one(key: ConfigKey, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise InvalidInput(f"{key} has one value, not {len(values)}: put quotes around one with spaces")
    return values[0]


def _find_option(key: ConfigKey, program: click.Context) -> tuple[click.Option, click.Context]:
    """The option itself, of the first command that has it."""
    wanted = key.command or ()
    path = next(
        name.split()
        for name, command in load_syntax()["commands"].items()
        if tuple(name.split())[: len(wanted)] == wanted and any(f["name"] == key.name for f in command["flags"])
    )
    command, context = program.command, program
    for name in path:
        found = command.get_command(context, name) if isinstance(command, click.Group) else None
        assert found is not None  # noqa: S101 - the table is held to the commands by a test
        command, context = found, click.Context(found, info_name=name, parent=context)
    options = (one for one in command.params if isinstance(one, click.Option))
    return next(one for one in options if name_flag(one) == key.name), context
