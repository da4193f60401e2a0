"""Checks of arguments: each gives the value to work with, or a ``InvalidInput`` that names the argument."""

from __future__ import annotations

import sys
from os import PathLike
from typing import Literal

from ..errors import FilterError, InvalidInput
from ..files.paths import expand_path
from ..model.checks import check_choice as check_choice
from ..model.checks import show
from ..model.checks import to_count as to_count
from ..model.checks import to_limit as to_limit
from ..model.tree import Folder
from ..query.sort import Sort as Sort
from ..query.sort import SortKey, SortOrder, is_amazon_text, read_sort, render_sort
from ..settings import Settings

BoolText = bool | Literal["true", "false"]
"""A switch; the predecessor's examples write them as text."""


def check_text(what: str, text: object) -> None:
    """Check that it is text. Raises ``InvalidInput``, which says ``what`` it is."""
    if not isinstance(text, str):
        raise InvalidInput(f"{what} must be text, not {show(text)}")


def check_nul(what: str, text: str) -> None:
    """Check that a name or a path in the library, which is ``what``, can be one. Raises ``InvalidInput``."""
    check_text(what, text)
    if "\0" in text:
        raise InvalidInput(f"{what} holds a NUL character, which no name has: {text[:200]!r}")


def _is_switch(value: object) -> bool:
    """Whether it is True or False, or numpy's; those are nowhere unless somebody has loaded numpy."""
    numpy = sys.modules.get("numpy")
    return isinstance(value, bool) or (numpy is not None and isinstance(value, numpy.bool_))


def to_bool(name: str, value: BoolText) -> bool:
    """Convert a switch to a boolean."""
    if _is_switch(value):
        return bool(value)
    if not isinstance(value, str) or value not in ("true", "false"):
        raise InvalidInput(f"{name} must be True or False, not {show(value)}")
    return value == "true"


def check_switches(**switches: bool) -> None:
    """Check that each is True or False; Python would take "no" for yes. Raises ``InvalidInput``."""
    for name, value in switches.items():
        if not _is_switch(value):
            raise InvalidInput(f"{name} must be True or False, not {show(value)}")


def to_sort_order(sort: Sort, *, strict: bool = True) -> SortOrder:
    """Read a sort as Amazon shall, or as it is done here where Amazon cannot: by every column.

    Raises ``FilterError``, unless told to let Amazon judge.
    """
    amazons = isinstance(sort, str) and is_amazon_text(sort)
    try:
        keys = read_sort(sort, "node")
    except FilterError:
        if strict and not amazons:
            return SortOrder(keys=_read_sort_here(sort), here=True)
        if strict:
            raise
        untouched = [sort] if isinstance(sort, str) else sort or ()
        return SortOrder(str(sort) if amazons else f"[{', '.join(map(repr, untouched))}]")
    return SortOrder(str(sort) if amazons else render_sort(keys), keys)


def _read_sort_here(sort: Sort) -> tuple[SortKey, ...]:
    try:
        return read_sort(sort, "local")
    except FilterError as error:
        raise error from None  # that Amazon could not either is no news


def to_path(**names: str | PathLike[str] | None) -> str | None:
    """Convert the path that an argument or its old name gives. Raises ``InvalidInput`` if both do."""
    given = {name: path for name, path in names.items() if path is not None}
    if len(given) > 1:
        raise InvalidInput(f"{' and '.join(given)} are two names of one argument: give {next(iter(given))} alone")
    return next((expand_path(name, path) for name, path in given.items()), None)


def check_settings(settings: Settings) -> Settings:
    """Check that it is one, and return it. Raises ``InvalidInput``."""
    if not isinstance(settings, Settings):
        raise InvalidInput(
            f"settings is a Settings, such as Settings.load(bwlimit='2M'), not a {type(settings).__name__}"
        )
    return settings


def to_target_path(to: str | Folder | None) -> str:
    """Convert it to a path below the root. Raises ``InvalidInput`` for one that leads out of it."""
    if isinstance(to, Folder):
        return to.path
    if to is not None and not isinstance(to, str):
        raise InvalidInput(
            f"to is a path in the library, such as 'Backup/2023', or a Folder of the tree; not {show(to)}"
        )
    check_nul("a path in the library", to or "")
    parts = [part for part in (to or "").split("/") if part and part != "."]
    if parts[:1] == ["~"]:
        parts = parts[1:]
    if ".." in parts:
        raise InvalidInput(f"to is a path below the library's root, not {to!r}")
    return "/".join(parts)
