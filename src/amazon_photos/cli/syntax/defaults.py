"""Where the values of flags come from that nobody gave: the environment, and the config file by profile.

::

    --wait                               the argument
    AMAZON_PHOTOS_CLI_UPLOAD_WAIT        the environment, for one command (of "albums list": …_ALBUMS_LIST_…)
    AMAZON_PHOTOS_CLI_WAIT               the environment, for every command that has it
    [profiles.family.cli.upload]         the config file, for one command of one profile
    [profiles.family.cli]                                 for every command of one profile
    [cli.upload]                                          for one command
    [cli]                                                 for every command

The first that says something wins. A name that is no flag is an error in each of them, as it is for settings: a
misspelled limit would be no limit. Flags that are settings (``--profile``, ``--tld`` …) stand where settings do, and
``--yes`` is given by hand only. Values are checked as arguments are; what is wrong with one is told with its place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import click

from ...errors import InvalidInput
from ...model.profile_names import DEFAULT_PROFILE
from ...settings.config_file import CLI, PROFILES, ConfigFile, read_config
from ...settings.places import CLI_PREFIX, PREFIX, suggest
from .table import NEVER, list_flags, list_paths, list_unshared, load_syntax

LENIENT = frozenset({"config", "completion", "doctor"})
"""Commands that work where the config file or the environment is wrong: they are what helps then."""
_SHORT_FOR = {"output": "json", "json": "output", "cookies": "profile"}
"""What is not taken from here where a flag was given by hand that says the same, or the contrary."""
_MAX_SUGGESTED = 20
"""Where no name is near, so many are told at the most, or none."""


@dataclass(frozen=True, slots=True)
class FlagValue:
    """What stands for a flag in one of its sources; not checked yet."""

    flag: str
    value: Any
    source: str
    """The variable, or the key and the file."""


def fill_defaults(context: click.Context, command: click.Command, name: str, arguments: list[str]) -> dict[str, str]:
    """Give a command that is about to be called what environment and config file say of its flags.

    ``context`` is that of the group it belongs to. Returns the source of each value, by the flag's name. Raises
    ``InvalidInput``, which names the place; for a command that is only asked for its help, nothing.
    """
    path = (*_list_names(context), name)
    try:
        return _fill(context, command, path, arguments)
    except InvalidInput:
        if path[0] in LENIENT or _asks_help(context, arguments):
            return {}
        raise


def find_values(
    environ: Mapping[str, str], config: ConfigFile | None, profile: str | None, path: tuple[str, ...]
) -> Iterator[FlagValue]:
    """Find what is said of the flags of a command, by its path; what wins comes first."""
    shorter = [path[:length] for length in range(len(path), -1, -1)]
    for part in shorter:
        for flag in list_flags(part):
            if variable := environ.get(name_variable(part, flag)):
                yield FlagValue(flag, variable, name_variable(part, flag))
    if config is None:
        return
    for top, table in ((f"{PROFILES}.{profile}.{CLI}", config.profiles_cli.get(profile or "", {})), (CLI, config.cli)):
        for part in shorter:
            for key, value in _find_table(table, part).items():
                if not isinstance(value, dict):
                    yield FlagValue(_to_flag(key), value, f"{'.'.join((top, *part, key))} ({config.path})")


def check_variables(environ: Mapping[str, str]) -> None:
    """Check that what begins as our variables of flags do is one.

    Raises ``InvalidInput`` with the nearest.
    """
    ours = [name for name, value in environ.items() if value and name.upper().startswith(CLI_PREFIX)]
    if not ours:
        return
    known = {name_variable(path, flag): (flag, path) for path in list_paths() for flag in list_flags(path)}
    settings = _list_settings()
    for name in ours:
        if name not in known:
            free = [one for one, (flag, _) in known.items() if flag not in (*NEVER, *settings)]
            raise InvalidInput(f"unknown flag {name} (environment){suggest(name.upper(), free, most=_MAX_SUGGESTED)}")
        flag, path = known[name]
        one = name_variable((*path, "COMMAND"), flag)
        _check_flag(flag, path, name, PREFIX + settings.get(flag, "").upper(), one)


def check_tables(config: ConfigFile) -> None:
    """Check that the command line's tables of a config file name flags and commands only.

    Raises ``InvalidInput``.
    """
    _check_table(config, config.cli, (CLI,), ())
    for profile, table in config.profiles_cli.items():
        _check_table(config, table, (PROFILES, profile, CLI), ())


def check_value(option: click.Option, value: FlagValue, context: click.Context) -> Any:
    """Check a value as the argument would be, and return it in the form that click takes.

    Raises ``InvalidInput``.
    """
    read = _read(option, value)
    try:
        option.type_cast_value(context, read)
    except click.ClickException as error:
        raise InvalidInput(f"{value.source}: {error.message}") from None
    except InvalidInput as error:
        raise InvalidInput(f"{value.source}: {error}") from None
    return read


def name_variable(path: tuple[str, ...], flag: str) -> str:
    """Name the variable of a flag of one command, or with () of every command that has it."""
    return CLI_PREFIX + "_".join((*path, flag)).replace("-", "_").upper()


def name_flag(option: click.Option) -> str:
    """Name the flag of an option, as the config file has it."""
    return _to_flag(max(option.opts, key=len).lstrip("-"))


def _fill(
    context: click.Context, command: click.Command, path: tuple[str, ...], arguments: list[str]
) -> dict[str, str]:
    check_variables(os.environ)
    config = read_config(os.environ)
    if config is not None:
        check_tables(config)
    elif not any(variable.startswith(CLI_PREFIX) for variable in os.environ):
        return {}
    parsed = command.make_context(path[-1], list(arguments), parent=context, resilient_parsing=True)
    flags = {name_flag(one): one for one in command.params if isinstance(one, click.Option)}
    given = {flag for flag, one in flags.items() if _is_given(parsed, one)}
    found: dict[str, str] = {}
    values: dict[str, Any] = {}
    for value in find_values(os.environ, config, _find_profile(parsed, config), path):
        option = flags.get(value.flag)
        if option is None or {value.flag, _SHORT_FOR.get(value.flag)} & {*given, *found}:
            continue
        found[value.flag] = value.source
        values[str(option.name)] = check_value(option, value, parsed)
    context.default_map = {**(context.default_map or {}), path[-1]: values}
    return found


def _find_profile(parsed: click.Context, config: ConfigFile | None) -> str | None:
    """The profile whose tables hold: the one whose session would be used; None for cookies of their own."""
    if config is None or not any(config.profiles_cli.values()):
        return None
    named = parsed.params.get("profile") or os.environ.get(f"{PREFIX}PROFILE")
    if named:
        return str(named)
    from ...auth.credentials import has_cookies

    if parsed.params.get("cookies") or has_cookies(os.environ):
        return None
    return str(config.settings.get("profile") or DEFAULT_PROFILE)


def _is_given(parsed: click.Context, option: click.Option) -> bool:
    return parsed.get_parameter_source(str(option.name)) is click.core.ParameterSource.COMMANDLINE


def _list_names(context: click.Context) -> tuple[str, ...]:
    """The names that lead to a group, without the program's."""
    names: list[str] = []
    while context.parent is not None:
        names.insert(0, str(context.info_name))
        context = context.parent
    return tuple(names)


def _asks_help(context: click.Context, arguments: list[str]) -> bool:
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(one in context.help_option_names for one in options)


def _to_flag(key: str) -> str:
    return key.replace("-", "_")


def _find_table(table: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    for name in path:
        table = table.get(name, {})
    return table


def _check_table(config: ConfigFile, table: Mapping[str, Any], top: tuple[str, ...], path: tuple[str, ...]) -> None:
    """Check one table and those in it."""
    flags = list_flags(path)
    commands = {below[len(path)] for below in list_paths() if below[: len(path)] == path and len(below) > len(path)}
    place = f"[{'.'.join((*top, *path))}] ({config.path})"
    for key, value in table.items():
        if isinstance(value, dict) and key in commands:
            _check_table(config, value, top, (*path, key))
        elif isinstance(value, dict) or _to_flag(key) not in flags:
            what = "command" if isinstance(value, dict) else "flag"
            known = commands if what == "command" else [one for one in flags if one not in NEVER]
            nearest = suggest(_to_flag(key), known, most=_MAX_SUGGESTED)
            raise InvalidInput(f"unknown {what} {key!r:.80} in {place}{nearest}")
        elif key != _to_flag(key) and _to_flag(key) in table:
            raise InvalidInput(f"{key!r} and {_to_flag(key)!r} in {place} are the same flag: keep one of them")
        else:
            setting = f"{flags[_to_flag(key)]['setting']} above all tables or in [{PROFILES}.NAME]"
            _check_flag(_to_flag(key), path, f"{key} in {place}", setting, f"[{'.'.join((*top, *path, 'COMMAND'))}]")


def _check_flag(flag: str, path: tuple[str, ...], told: str, setting: str, one: str) -> None:
    """Check that a flag may stand here, and not elsewhere or nowhere; ``one`` is its place for a single command."""
    if flag in NEVER:
        raise InvalidInput(f"{told}: --{flag} is only ever given by hand, in the line that it is meant for")
    if flag in _list_settings():
        raise InvalidInput(f"{told}: that is a setting, whose place is {setting}")
    if flag in list_unshared(path):
        raise InvalidInput(f"{told}: --{flag.replace('_', '-')} is set for one command at a time: {one}")


def _list_settings() -> dict[str, str]:
    """The flags that are settings, and which."""
    return {
        flag["name"]: flag["setting"]
        for command in load_syntax()["commands"].values()
        for flag in command["flags"]
        if flag["setting"]
    }


def _read(option: click.Option, value: FlagValue) -> Any:
    """A value as click takes it from a command line: text, a list of texts, or true and false."""
    given = value.value
    if option.is_flag and not option.count:
        if isinstance(given, bool) or (isinstance(given, str) and given):
            return given
        raise InvalidInput(f"{value.source} must be true or false, not {given!r:.80}")
    if option.multiple:
        listed = given if isinstance(given, list) else str(given).splitlines() if isinstance(given, str) else [given]
        return [_to_text(value, one) for one in listed]
    return _to_text(value, given)


def _to_text(value: FlagValue, given: Any) -> str:
    if isinstance(given, date | time):
        return given.isoformat()
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise InvalidInput(f"{value.source} must be text or a number, not {type(given).__name__}")
    return str(given)
