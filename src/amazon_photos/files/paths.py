"""This machine's files: how a path that a person gave is read, the same for every argument, setting and option."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from ..errors import InvalidInput, LocalFileError
from .os_errors import explain

OWN_FOLDER = "AMAZON_PHOTOS_HOME"
"""The variable that names the one folder for config file, profiles and caches."""
MAX_PATH = 4_095
"""Linux takes no longer one; other systems take less, and say so themselves."""
MAX_NAME = 255
"""Of one part of a path, on every file system of today: in bytes on Linux, in characters elsewhere."""


def expand_path(argument: str, path: str | os.PathLike[str]) -> str:
    """Expand ``~`` and ``~user`` in a path that somebody gave, and check that a file system can have it.

    Gives text, otherwise as it was. Raises ``InvalidInput``, which names ``argument`` and does not show the path:
    cookies may have been given in its place.
    """
    text = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(text, str):
        raise InvalidInput(f"{argument} must be a path, as text or a Path, not {type(path).__name__}")
    if "\0" in text:
        raise InvalidInput(f"{argument} holds a NUL character, which no path has")
    expanded = _at_home(argument, text) if text.startswith("~") else text
    if _size(argument, expanded) > MAX_PATH:
        raise InvalidInput(f"{argument} is too long: {len(expanded):,} characters, and no path has so many")
    if any(_size(argument, name) > MAX_NAME for name in expanded.replace(os.sep, "/").split("/")):
        raise InvalidInput(f"{argument} holds a name that is too long: a name has at most {MAX_NAME} characters")
    return expanded


def find_nearest(doing: str, path: Path) -> tuple[Path, os.stat_result] | None:
    """Find the nearest that is there: the path itself, or the first folder above it; and its state.

    Raises ``LocalFileError`` for what the system refuses, and for a link that leads nowhere: nothing is made on a drive
    that is not mounted. Either says what was being done (``doing``: "write").
    """
    shown = repr(str(path)[:200])
    for here in (path, *path.parents):
        try:
            return here, here.stat()
        except (FileNotFoundError, NotADirectoryError):
            if os.path.islink(here):
                leads = str(here.readlink())
                raise LocalFileError(
                    f"cannot {doing} {shown}: {str(here)!r} is a link to {leads!r}, where nothing is; "
                    "is that drive mounted?"
                ) from None
        except OSError as error:
            raise LocalFileError(f"cannot {doing} {shown}: {explain(error)}") from error
    return None


def find_home() -> str | None:
    """Find the user's home folder, by HOME or else in the system's list of users; None if there is none."""
    if sys.platform != "win32" and not os.environ.get("HOME", "/").startswith("/"):
        import pwd

        try:  # expanduser takes an empty HOME for "/", and a relative one as it is
            return pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return None
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises a RuntimeError where there is none
    return home if os.path.isabs(home) else None  # noqa: PTH117 - text in, text out


def find_user_folder(find: Callable[..., Path], environ: Mapping[str, str] | None = None) -> Path | None:
    """Find the user's own folder of a kind, by one of platformdirs; None where there is no home.

    ``AMAZON_PHOTOS_HOME`` takes the place of all of them: one folder that can be mounted, with all that is kept.
    """
    if given := (os.environ if environ is None else environ).get(OWN_FOLDER):
        return Path(expand_path(OWN_FOLDER, given)).absolute()
    try:
        folder = find("amazon-photos", appauthor=False)
    except RuntimeError:  # of newer platformdirs
        return None
    others = filter(None, (os.environ.get(f"XDG_{kind}_HOME") for kind in ("CONFIG", "CACHE", "STATE")))
    away = any(folder.is_relative_to(other) for other in others)
    return folder if folder.is_absolute() and (away or find_home()) else None


def escape_bytes(name: str) -> str:
    r"""Escape what of a local name no text can hold: bytes that are no UTF-8 appear as ``\xff``."""
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half a character
        return name.encode("utf-8", "backslashreplace").decode()


def _at_home(argument: str, text: str) -> str:
    name = text.replace(os.sep, "/").partition("/")[0]
    if name != "~":
        return os.path.expanduser(text)  # noqa: PTH111 - as in a shell, a user that nobody knows is a name
    home = find_home()
    if home is None:
        raise InvalidInput(f"{argument} begins with ~, and there is no home folder here: write the whole path")
    return home.rstrip("/") + text[1:] or "/"


def _size(argument: str, text: str) -> int:
    try:
        return len(os.fsencode(text)) if sys.platform == "linux" else len(text)
    except UnicodeEncodeError:
        what = "half a character" if any("\ud800" <= c <= "\udfff" for c in text) else "a character of another locale"
        raise InvalidInput(f"{argument} holds {what}, which no path of this system has") from None
