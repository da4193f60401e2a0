"""The config file: where it is, and the parts of it. What stands in them is not read as values yet.

::

    tld = "ca"                      settings, for every profile
    [cli]                           what the command line does unless it is told otherwise; the library passes it over
    [profiles.family]               settings of one profile; they come before those above
    [profiles.family.cli]           the same for the command line
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

from ..errors import InvalidInput, LocalFileError
from ..files.paths import expand_path, find_user_folder
from ..files.regular import read_text
from ..model.profile_names import check_profile_name

CONFIG: Final = "AMAZON_PHOTOS_CONFIG"
"""The variable that names the file."""
CLI: Final = "cli"
"""The table that is the command line's."""
PROFILES: Final = "profiles"


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A config file that was read; its tables are tables, and more is not known of it."""

    path: Path
    settings: Mapping[str, Any]
    cli: Mapping[str, Any]
    profiles: Mapping[str, Mapping[str, Any]]
    """The settings of each profile, by its name."""
    profiles_cli: Mapping[str, Mapping[str, Any]]
    """The command line's table of each profile."""

    def place(self, profile: str | None = None) -> str:
        """Name the place where settings stand, for whoever looks for them: the file, and a profile's table."""
        return str(self.path) if profile is None else f"{self.path} [{PROFILES}.{profile}]"


def find_config(environ: Mapping[str, str]) -> tuple[Path | None, bool]:
    """Find where the config file is or would be, and tell whether ``AMAZON_PHOTOS_CONFIG`` says so.

    None where there is no home folder to keep one in. Raises ``InvalidInput``.
    """
    if given := environ.get(CONFIG):
        return Path(expand_path(CONFIG, given)), True
    folder = find_user_folder(platformdirs.user_config_path, environ)
    return None if folder is None else folder / "config.toml", False


def read_config(environ: Mapping[str, str]) -> ConfigFile | None:
    """Read the config file; None where there is none.

    One that is named has to be there. Raises ``InvalidInput``.
    """
    path, named = find_config(environ)
    if path is None or not (named or os.path.lexists(path)):
        return None
    return parse_config(path, read_config_text(path, named=named), named=named)


def read_config_text(path: Path, *, named: bool = False) -> str:
    """Read the text of a config file. Raises ``InvalidInput``, which says what is wrong with the file."""
    try:
        return read_text(path)
    except OSError as error:
        raise InvalidInput(f"{_cannot_read(path, named)}: {error.strerror or error}") from error
    except (LocalFileError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{_cannot_read(path, named)}: {error}") from error


def parse_config(path: Path, text: str, *, named: bool = False) -> ConfigFile:
    """Parse the text of a config file.

    Raises ``InvalidInput`` for what is no TOML, and for tables that are none.
    """
    import tomllib  # most people have no such file

    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput(f"{_cannot_read(path, named)}: {error}") from error
    cli = _check_table(found.pop(CLI, {}), f"{CLI} ({path})")
    profiles, profiles_cli = {}, {}
    for name, table in _check_table(found.pop(PROFILES, {}), f"{PROFILES} ({path})").items():
        _check_profile(name, path)
        profiles[name] = _check_table(table, f"{PROFILES}.{name} ({path})")
        profiles_cli[name] = _check_table(profiles[name].pop(CLI, {}), f"{PROFILES}.{name}.{CLI} ({path})")
    return ConfigFile(path, found, cli, profiles, profiles_cli)


def _check_table(value: Any, told: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(f"{told} must be a table, not {type(value).__name__}")
    return value


def _check_profile(name: str, path: Path) -> None:
    try:
        check_profile_name(name)
    except InvalidInput as error:
        raise InvalidInput(f"[{PROFILES}.{name}] ({path}): {error}") from None


def _cannot_read(path: Path, named: bool) -> str:
    return f"cannot read the settings in {path}" + (f" ({CONFIG})" if named else "")
