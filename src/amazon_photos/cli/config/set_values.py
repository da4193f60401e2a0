"""What is set, where, and what it comes to: the rows of ``config show`` and ``config get``, without secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...auth.precedence import DEFAULT, HIDDEN, resolve
from ...errors import InvalidInput
from ...settings.config_file import CLI, PROFILES, ConfigFile, read_config
from ..syntax.defaults import check_tables, check_variables, find_values, name_variable
from ..syntax.table import list_flags, list_paths

_NOTHING = "None"
"""How an origin shows that a setting has no value."""


@dataclass(frozen=True, slots=True)
class Row:
    """A name, its value (None: it has none), and the place that it is from."""

    name: str
    value: Any
    source: str


def list_settings(profile: str | None = None) -> list[Row]:
    """List whose session is used, and all settings as they hold; what was set comes first.

    Raises ``InvalidInput``.
    """
    origins = resolve(profile=profile).origins
    return [Row(each.name, None if each.value in (_NOTHING, "") else each.value, each.source) for each in origins]


def list_set() -> Iterator[Row]:
    """List what is set besides the settings that hold.

    That is flags wherever they stand, and settings of other profiles.

    Raises ``InvalidInput`` for names that are none.
    """
    config = _read_checked()
    seen = set()
    for path in list_paths():
        for flag in list_flags(path):
            variable = name_variable(path, flag)
            if value := os.environ.get(variable):
                seen.add(name := ".".join((CLI, *path, flag)))
                yield Row(name, value, variable)
    if config is None:
        return
    for name, value in _flatten(CLI, config.cli):
        if name.replace("-", "_") not in seen:
            yield Row(name, value, str(config.path))
    for profile, settings in config.profiles.items():
        for name, value in settings.items():
            yield Row(f"{PROFILES}.{profile}.{name}", HIDDEN.get(name, value), str(config.path))
        for name, value in _flatten(f"{PROFILES}.{profile}.{CLI}", config.profiles_cli[profile]):
            yield Row(name, value, str(config.path))


def list_of_command(command: str, profile: str | None = None) -> list[Row]:
    """List the flags of a command, "" for those of every command, as they would be now.

    Raises ``InvalidInput``.
    """
    path = tuple(command.split())
    if path not in set(list_paths()):
        raise InvalidInput(f"there is no command {command!r:.80}; `amazon-photos --help` lists them")
    config = _read_checked()
    used = resolve(profile=profile).profile
    found: dict[str, Row] = {}
    for each in find_values(os.environ, config, None if used is None else used.name, path):
        found.setdefault(each.flag, Row(each.flag, each.value, each.source))
    flags = [flag for flag, known in list_flags(path).items() if not known["setting"]]
    return [found.get(flag, Row(flag, None, DEFAULT)) for flag in sorted(flags, key=lambda flag: flag not in found)]


def _read_checked() -> ConfigFile | None:
    check_variables(os.environ)
    config = read_config(os.environ)
    if config is not None:
        check_tables(config)
    return config


def _flatten(above: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(f"{above}.{key}", value)
        else:
            yield f"{above}.{key}", value
