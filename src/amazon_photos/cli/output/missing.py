"""The paths that the library does not have, for the next program: a file of them, or standard output."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

from ...errors import InvalidInput, hide_controls
from ...files.atomic import write_atomically
from ...files.os_errors import translate_write_error
from ...files.target import find_target
from .content import ByteOutput

STDOUT = "-"
_OPTION = "--missing-to"
_ESCAPED = re.compile(rb"\\x([89a-f][0-9a-f])")
"""How a byte that is no UTF-8 is shown."""


def check_target(path: str) -> None:
    """Check that the list can be written there. Raises ``InvalidInput`` and ``LocalFileError``."""
    if path != STDOUT:
        find_target(_OPTION, path)


def write_missing(paths: Sequence[str], target: str, *, nul: bool) -> None:
    """Write paths, a line each, or with a NUL behind each; the file is there whole or not at all.

    Raises ``InvalidInput`` for a name with a line break where lines are wanted, and ``LocalFileError``.
    """
    end = b"\0" if nul else b"\n"
    named = [_to_bytes(path) for path in paths]
    broken = next((path for path in named if end in path), None)
    if broken is not None:
        shown = broken.decode("utf-8", "replace")
        raise InvalidInput(f"the name {shown!r:.200} has a line break in it, and cannot stand in a line: use --print0")
    if target == STDOUT:
        output = ByteOutput()
        at_terminal = sys.stdout.isatty()
        for path in named:
            if not output.write((_tame(path) if at_terminal else path) + end):
                return
        return
    place = find_target(_OPTION, target)
    try:
        with write_atomically(place) as file:
            file.writelines(path + end for path in named)
    except OSError as error:
        raise translate_write_error(error, place) from None


def _to_bytes(path: str) -> bytes:
    r"""The name as the system has it: what is shown as ``\xff`` is that byte, where a file is called so."""
    shown = os.fsencode(path)
    if not _ESCAPED.search(shown) or os.path.lexists(shown):
        return shown
    meant = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), shown)
    return meant if os.path.lexists(meant) else shown


def _tame(path: bytes) -> bytes:
    return hide_controls(path.decode("utf-8", "replace")).encode()
