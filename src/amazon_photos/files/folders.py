"""Folders of this machine, made as deep as they are wanted."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import LocalFileError
from .durable import sync_folder


def make_folder(folder: Path, *, fsync: bool = False) -> None:
    """Make a folder and those above it that are missing, however deep it is.

    Raises ``FileNotFoundError`` where the system says so although the folder above is there, as in a folder that was
    deleted and on a mount that is dead.
    """
    missing, waiting = [folder], set[Path]()
    while missing:
        here = missing[-1]
        try:
            here.mkdir()
        except FileNotFoundError:
            if here in waiting or here.parent == here:
                raise
            waiting.add(here)
            missing.append(here.parent)
            continue
        except FileExistsError:
            _check_folder(here)
        else:
            if fsync:
                sync_folder(here.parent)
        missing.pop()


def _check_folder(path: Path) -> None:
    if not os.path.isdir(path):
        kind = "a link that leads nowhere" if os.path.islink(path) else "something else"
        raise LocalFileError(f"cannot make the folder {path}: {kind} has this name")
