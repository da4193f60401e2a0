"""What Amazon's answers hold that nobody has written down: counted, with samples that show nothing of anybody.

A surprise does no harm: it is kept and passed on. It is counted so that a user can tell what changed at Amazon without
showing photos, names, dates or places: a sample tells types and lengths, never values, and a name is shown only if it
looks like one of Amazon's own words.

::

    what      name                               where    sample
    field     contentProperties.image.lensModel  nodes    text of 14
    value     contentProperties.size             search   text of 6           a known field of another type
    kind      HOLOGRAM                           nodes
    status    ARCHIVED                           nodes
    error     409 PARENT_LOCKED                  upload   {code: text of 13, message: text of 40}
    reply                                        usage    list of 1: number   in a shape that cannot be read
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from .documented import CONTAINERS, IN_EXTRA, KINDS, PATHS, STATUSES

MAX_SURPRISES = 500
"""Different ones that are remembered; of the rest it is only told how many came."""
Note = Callable[..., None]
"""``note(what, name, sample="", count=1)``: tells of a surprise, where it is known where that is."""

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}\Z")
_WORD = re.compile(r"(?:[A-Z]{2,}(?:_[A-Z]{1,20}){0,6}|[A-Z][a-z]+(?:[A-Z][a-z]+){1,6})\Z")
_MAX_WORD = 48
_ID_LENGTH = 22
_MAX_DIGITS = 2
"""A field's name may end in a number (``md5``); owners' ids and hexadecimal digests have more of them."""
_MAX_DEPTH, _MAX_PARTS = 3, 12
_MAX_SAMPLE = 400
_FIELDS_IN = {
    above: frozenset(path.removeprefix(above) for path in PATHS - CONTAINERS if path.startswith(above))
    for above in ("", *(f"{path}." for path in CONTAINERS))
}
"""The documented fields of each part of a node, which are no parts themselves."""


class Surprises:
    """The surprises of one client; any thread may tell of one."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], tuple[int, str]] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._found)}>"

    def note(self, where: str, what: str, name: str, sample: str = "", count: int = 1) -> None:
        """Count a surprise; the first sample of each is kept."""
        with self._lock:
            key = (what, name, where)
            if key not in self._found and len(self._found) >= MAX_SURPRISES:
                key, sample = (what, "…", where), ""
            before, first = self._found.get(key, (0, sample))
            self._found[key] = (before + count, first if len(first) <= _MAX_SAMPLE else f"{first[:_MAX_SAMPLE]}…")

    def at(self, where: str) -> Note:
        """Return what notes surprises of the operation ``where``."""
        return partial(self.note, where)

    def rows(self) -> list[tuple[str, str, str, int, str]]:
        """List ``what``, ``name``, ``where``, ``count`` and ``sample`` of each, in the order they came."""
        with self._lock:
            return [(*key, count, sample) for key, (count, sample) in self._found.items()]


def note_nothing(what: str, name: str, sample: str = "", count: int = 1) -> None:
    """Note nothing: where nobody asks for surprises."""


# --- in nodes ------------------------------------------------------------------------------------------------------


def note_node(node: Mapping[str, Any], note: Note) -> None:
    """Note the surprises of a whole node: fields that nobody wrote down, an unknown kind or status."""
    for path, value in _find_undocumented(node):
        note("field", show_path(path), describe_shape(value))
    for what, words in (("kind", KINDS), ("status", STATUSES)):
        if isinstance(node.get(what), str):
            note_word(what, node[what], words, note)


def note_unread(left: Mapping[str, Any], note: Note, above: str = "") -> None:
    """Note the surprises in what could not be read of a node: ``left`` is what it has besides its columns.

    A field that has a column and is left was no value of its type.
    """
    for key, value in left.items():
        path = above + key
        if path in CONTAINERS and isinstance(value, Mapping):
            note_unread(value, note, f"{path}.")
        elif path in PATHS and path not in IN_EXTRA:
            note("value", path, describe_shape(value))
        elif path not in PATHS:
            note("field", show_path(path), describe_shape(value))


def note_word(what: str, word: str, known: frozenset[str], note: Note, count: int = 1) -> None:
    """Note a word of Amazon's that is none of the ``known`` ones."""
    if word and word not in known:
        note(what, show_word(word), "", count)


def _find_undocumented(part: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    fields = _FIELDS_IN[above]
    for key in [key for key in part if key not in fields]:  # mostly one: what a file's content is
        path, value = above + key, part[key]
        if path in CONTAINERS and isinstance(value, Mapping):
            yield from _find_undocumented(value, f"{path}.")
        elif path not in PATHS and value not in (None, [], {}):
            yield path, value


# --- what may be shown ---------------------------------------------------------------------------------------------


def show_path(path: str) -> str:
    """Return a field's path as it may be shown: what looks like no name of a field is told by its length."""
    return ".".join(part if _is_field(part) else f"({len(part)} characters)" for part in path.split("."))


def _is_field(name: str) -> bool:
    digits = sum(map(str.isdigit, name))
    return bool(_FIELD.match(name)) and len(name) != _ID_LENGTH and digits <= _MAX_DIGITS


def show_word(word: str) -> str:
    """Return one of Amazon's own words (``HOLOGRAM``, ``ForbiddenAccess``); of anything else its length."""
    return word if len(word) <= _MAX_WORD and _WORD.match(word) else f"({len(word)} characters)"


def describe_shape(value: Any, depth: int = _MAX_DEPTH) -> str:
    """Describe a JSON value by types and lengths alone: "text of 12", "{a: number, b: list of 2}"."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return f"text of {len(value)}"
        case Mapping() if depth:
            first = islice(value.items(), _MAX_PARTS)
            parts = [f"{show_path(str(key))}: {describe_shape(part, depth - 1)}" for key, part in first]
            more = ", …" if len(value) > _MAX_PARTS else ""
            return f"{{{', '.join(parts)}{more}}}"
        case Mapping():
            return f"object of {len(value)}"
        case list() | tuple():
            example = f": {describe_shape(value[0], depth - 1)}" if value and depth else ""
            return f"list of {len(value)}{example}"
    return type(value).__name__
