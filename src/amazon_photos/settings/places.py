"""Where settings are written down: arguments, environment, config file. What stands there is not read as values yet."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import platformdirs

from ..errors import InvalidInput, LocalFileError
from ..files.paths import expand_path, find_user_folder
from ..files.regular import read_text

_PREFIX = "AMAZON_PHOTOS_"
_NO_SETTINGS = ("CONFIG", "HOME")
"""What else begins with the prefix in the environment: where the config file is, and all that is kept."""


def read_places(
    environ: Mapping[str, str], arguments: Mapping[str, Any], known: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read one place after the other where settings can stand; what wins comes first.

    Gives each place's name and what stands there. Places are "arguments", "environment" and the path of the config
    file. Raises ``InvalidInput`` for a place that cannot be read, and for a name that is not among ``known``.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    check_names(given, "arguments", known)
    yield "arguments", given
    yield "environment", _from_environment(environ, known)
    path, of = _find_config_file(environ)
    if path is not None:
        values = _from_file(path, of)
        check_names(values, str(path), known)
        yield str(path), values


def check_names(names: Iterable[str], place: str, known: Collection[str]) -> None:
    """Check that these are names of settings.

    Raises ``InvalidInput``, which tells the place and what may have been meant.
    """
    for name in names:
        if name not in known:
            raise InvalidInput(f"unknown setting {name!r} ({place}){_suggest(name, known)}")


def _find_config_file(environ: Mapping[str, str]) -> tuple[Path | None, str]:
    """The config file, if there is one, and what names it; one that is named has to be there."""
    variable = _PREFIX + "CONFIG"
    if given := environ.get(variable):
        return Path(expand_path(variable, given)), f" ({variable})"
    folder = find_user_folder(platformdirs.user_config_path, environ)
    path = None if folder is None else folder / "config.toml"
    return (path if path is not None and os.path.lexists(path) else None), ""


def _from_environment(environ: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """What stands there of ours. Raises ``InvalidInput`` for what looks like ours and is none."""
    ours = {name: value for name, value in environ.items() if name.upper().startswith(_PREFIX) and value}
    words = {name.upper(): name for name in known}
    for name in ours:
        word = name.removeprefix(_PREFIX)
        if word not in words and word not in _NO_SETTINGS:
            meant = _suggest(name.upper().removeprefix(_PREFIX), (*words, *_NO_SETTINGS), prefix=_PREFIX)
            raise InvalidInput(f"unknown setting {name} (environment){meant}")
    return {words[word]: value for name, value in ours.items() if (word := name.removeprefix(_PREFIX)) in words}


def _from_file(path: Path, of: str) -> dict[str, Any]:
    try:
        return tomllib.loads(read_text(path))
    except OSError as error:
        raise InvalidInput(f"cannot read the settings in {path}{of}: {error.strerror or error}") from error
    except (LocalFileError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput(f"cannot read the settings in {path}{of}: {error}") from error


def _suggest(name: str, known: Iterable[str], *, prefix: str = "") -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)
    if near:
        return f": did you mean {prefix}{near[0]}?"
    return f"; known: {', '.join(prefix + one for one in sorted(known))}"
