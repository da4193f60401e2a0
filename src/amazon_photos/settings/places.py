"""Where settings are written down: arguments, environment, config file. What stands there is not read as values yet."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from ..errors import InvalidInput
from ..model.profile_names import DEFAULT_PROFILE
from .config_file import ConfigFile, read_config

PREFIX: Final = "AMAZON_PHOTOS_"
"""How the names of our variables begin."""
CLI_PREFIX: Final = "AMAZON_PHOTOS_CLI_"
"""How those begin that only the command line reads, and checks."""
_NO_SETTINGS = ("CONFIG", "HOME")
"""What else begins with the prefix in the environment: where the config file is, and all that is kept."""
NOT_OF_A_PROFILE = {
    "profile": "it says which profile is meant: it stands above all tables",
    "cookie_command": "a profile has a session of its own: it stands above all tables",
}
"""Settings that a profile's table cannot hold, and why."""


def read_places(
    environ: Mapping[str, str], arguments: Mapping[str, Any], known: Collection[str], *, in_profile: bool = True
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read one place after the other where settings can stand; what wins comes first.

    Gives each place's name and what stands there. Places are "arguments", "environment", the config file's table of the
    profile that is meant (with ``in_profile``), and the path of the config file. Raises ``InvalidInput`` for a place
    that cannot be read, and for a name that is not among ``known``.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    check_names(given, "arguments", known)
    yield "arguments", given
    variables = _from_environment(environ, known)
    yield "environment", variables
    config = read_config(environ)
    if config is None:
        return
    check_config(config, known)
    profile = str({**config.settings, **variables, **given}.get("profile") or DEFAULT_PROFILE)
    if in_profile and profile in config.profiles:
        yield config.place(profile), dict(config.profiles[profile])
    yield config.place(), dict(config.settings)


def check_names(names: Iterable[str], place: str, known: Collection[str]) -> None:
    """Check that these are names of settings.

    Raises ``InvalidInput``, which tells the place and what may have been meant.
    """
    for name in names:
        if name not in known:
            raise InvalidInput(f"unknown setting {name!r} ({place}){suggest(name, known)}")


def check_config(config: ConfigFile, known: Collection[str]) -> None:
    """Check that a config file names settings only, above its tables and in those of all profiles.

    Raises ``InvalidInput``.
    """
    for profile, settings in config.profiles.items():
        check_names(settings, config.place(profile), known)
        for name, why in NOT_OF_A_PROFILE.items():
            if name in settings:
                raise InvalidInput(f"{name} ({config.place(profile)}) cannot stand here: {why}")
    check_names(config.settings, config.place(), known)


def suggest(name: str, known: Iterable[str], *, prefix: str = "", most: int | None = None) -> str:
    """Tell the nearest of the names that are known, or else all, as the end of a message.

    Nothing is told of more than ``most``.
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    if near:
        return f": did you mean {prefix}{near[0]}?"
    if most is not None and len(known) > most:
        return ""
    return f"; known: {', '.join(prefix + one for one in sorted(known))}"


def _from_environment(environ: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """What stands there of ours. Raises ``InvalidInput`` for what looks like ours and is none."""
    ours = {
        name: value
        for name, value in environ.items()
        if value and name.upper().startswith(PREFIX) and not name.upper().startswith(CLI_PREFIX)
    }
    words = {name.upper(): name for name in known}
    for name in ours:
        word = name.removeprefix(PREFIX)
        if word not in words and word not in _NO_SETTINGS:
            meant = suggest(name.upper().removeprefix(PREFIX), (*words, *_NO_SETTINGS), prefix=PREFIX)
            raise InvalidInput(f"unknown setting {name} (environment){meant}")
    return {words[word]: value for name, value in ours.items() if (word := name.removeprefix(PREFIX)) in words}
