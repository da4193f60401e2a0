"""Change the config file: one value at a time, with all that people wrote around it.

Comments, order and line ends stay. The file is replaced whole or not at all, stays a link where it is one, and keeps
its mode; a new one is its owner's alone, for a proxy's address may hold a password. Whoever changes it at the same time
waits. What comes out is read again before it takes the file's place: it must differ in that one value and nowhere else.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import InvalidInput, LocalFileError
from ...files.atomic import write_atomically
from ...files.os_errors import explain, to_local_error
from ...files.target import find_target
from ...settings.config_file import find_config, parse_config, read_config_text

MakeTable = Callable[[bool], Any]
"""Makes a table; one that holds nothing but tables has no line of its own."""
Change = Callable[[MutableMapping[str, Any], MakeTable], None]
_PATIENCE = 10.0
"""Seconds that another change is waited for."""
_OWN = 0o600


def locate_config(environ: Mapping[str, str]) -> Path:
    """Find where the config file is or would be. Raises ``InvalidInput`` and ``LocalFileError``."""
    path, _ = find_config(environ)
    if path is None:
        raise LocalFileError("there is no home folder here to keep a config file in: name one with AMAZON_PHOTOS_HOME")
    return path


def set_value(environ: Mapping[str, str], tables: tuple[str, ...], name: str, value: Any) -> Path:
    """Set one value of the config file, which is made where there is none; return its path.

    Raises ``InvalidInput`` for a file that cannot be read, and ``LocalFileError`` for one that cannot be written.
    """

    def change(document: MutableMapping[str, Any], make_table: MakeTable) -> None:
        table = document
        for number, each in enumerate(tables, 1):
            if each not in table:
                table[each] = make_table(number < len(tables))
            table = table[each]
        table[_find_name(table, name)] = value

    return _change(environ, change)


def unset_value(environ: Mapping[str, str], tables: tuple[str, ...], name: str) -> tuple[Path, bool]:
    """Take one value out of the config file; return its path, and whether there was such a value.

    Raises as above.
    """
    found = False

    def change(document: MutableMapping[str, Any], make_table: MakeTable) -> None:
        nonlocal found
        table: Any = document
        for each in tables:
            table = table.get(each, {}) if isinstance(table, MutableMapping) else {}
        if isinstance(table, MutableMapping) and (key := _find_name(table, name)) in table:
            del table[key]
            found = True

    return _change(environ, change), found


def _change(environ: Mapping[str, str], change: Change) -> Path:
    path = locate_config(environ)
    target = find_target("config", path)
    with _lock_file(target):
        text = read_config_text(path) if os.path.exists(target) else ""
        parse_config(path, text)
        changed = _rewrite(path, text, change)
        if changed != text:
            _write(path, target, changed)
    return path


def _rewrite(path: Path, text: str, change: Change) -> str:
    """The text with the change in it, and nothing else changed."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    wanted = tomllib.loads(text)
    change(wanted, lambda _: {})
    try:
        document = tomlkit.parse(text)
        change(document, tomlkit.table)
        changed = tomlkit.dumps(document)
        right = tomllib.loads(changed) == wanted
    except (TOMLKitError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{path} is written in a way that only a hand can change: {error}") from error
    if not right:
        raise InvalidInput(f"{path} is written in a way that only a hand can change; it is left as it was")
    return changed


def _write(path: Path, target: Path, text: str) -> None:
    try:
        if os.path.exists(target) and not os.access(target, os.W_OK):
            raise LocalFileError(f"cannot write {path}: it may only be read")
        with write_atomically(target, fsync=True) as file:
            if not os.path.exists(target) and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), _OWN)
            file.write(text.encode())
    except OSError as error:
        raise to_local_error(error, f"cannot write {path}") from error


@contextmanager
def _lock_file(target: Path) -> Iterator[None]:
    import filelock

    path = target.with_name(f"{target.name}.lock")
    lock = filelock.FileLock(path, timeout=_PATIENCE)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.exists(path) and path.stat().st_size:  # locking would empty it
            raise LocalFileError(f"{path} is no lock of ours, and is left as it is: move it away")
        lock.acquire()
    except filelock.Timeout:
        raise LocalFileError(f"another process is changing {target}, and did not finish: try again") from None
    except (OSError, NotImplementedError) as error:
        why = explain(error) if isinstance(error, OSError) else str(error)
        raise LocalFileError(f"cannot write {target}: {why}") from error
    try:
        yield
    finally:
        lock.release()


def _find_name(table: Mapping[str, Any], name: str) -> str:
    """The name as it is written there: hyphens and underscores are read alike."""
    return next((key for key in table if key.replace("-", "_") == name), name)
