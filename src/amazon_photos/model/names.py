"""What a name means: one rule for every door that finds a folder or an album by its name.

The one that is called exactly so; else the only one that agrees ignoring case and Unicode form; else an error that
lists all that agree. So "Café" is found whichever way its accent is composed, and "STRASSE" finds ``Straße``.

What Amazon compares when it *refuses* a name is another question, with another answer: ``catalog.index.fold_case``.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, Protocol, TypeVar

from ..errors import InvalidInput

MAX_NAME = 256
"""Characters of a node's name. Source: doc."""
MAX_LISTED = 10
"""How many of those that agree an error lists."""


class Named(Protocol):
    """What has a name and an id."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


class NameAndId(NamedTuple):
    """A folder or an album, as far as finding it goes."""

    name: str
    id: str


N = TypeVar("N", bound=Named)


def fold_name(text: str) -> str:
    """Fold a name: what names that agree have in common, without case and Unicode form (Unicode's D145)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())


def match_name(wanted: str, candidates: Iterable[N]) -> list[N]:
    """List what ``wanted`` can mean, each id once: those called so, else those that agree."""
    key = fold_name(wanted)
    agreeing = {candidate.id: candidate for candidate in candidates if fold_name(candidate.name) == key}
    exact = [candidate for candidate in agreeing.values() if candidate.name == wanted]
    return exact or list(agreeing.values())


def resolve_name(wanted: str, candidates: Iterable[N], *, kind: str = "folder") -> N | None:
    """Return the one of ``candidates`` that ``wanted`` means; None if none agrees.

    Raises ``InvalidInput``, which lists them with their ids, if several do; ``kind`` is what they are.
    """
    meant = match_name(wanted, candidates)
    if len(meant) > 1:
        raise InvalidInput(_describe(wanted, meant, kind))
    return meant[0] if meant else None


def _describe(wanted: str, meant: list[N], kind: str) -> str:
    listed = [f"{candidate.name!r} ({candidate.id})" for candidate in meant[:MAX_LISTED]]
    more = f" and {len(meant) - MAX_LISTED} more" if len(meant) > MAX_LISTED else ""
    advice = "rename all but one" if meant[0].name == wanted else "write it exactly as the one that is meant"
    given = ", or give its id" if kind == "album" else ""
    return f"{wanted!r} can mean several {kind}s: {', '.join(listed)}{more}; {advice}{given}"


class FolderIndex:
    """Finds folders by their path below ``root``, the root folder's id."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._children: dict[tuple[str, str], list[NameAndId]] = defaultdict(list)

    def add(self, node_id: str, name: str, parents: Iterable[str]) -> None:
        """Add a folder that is in the folders of the ids ``parents``."""
        for parent in parents:
            self._children[parent, fold_name(name)].append(NameAndId(name, node_id))

    def clear(self) -> None:
        """Forget all folders but the root."""
        self._children.clear()

    def find(self, path: str) -> str | None:
        """Find the folder at a path such as "Pictures/2023" ("": the root); its id, None if there is none.

        Raises ``InvalidInput`` for a path that can mean several.
        """
        found, missing = self.find_deepest(path)
        return None if missing else found

    def find_deepest(self, path: str) -> tuple[str, str]:
        """Return the id of the last folder of a path that is there, and what of the path is below it."""
        here, names = self._root, list(filter(None, path.split("/")))
        for place, name in enumerate(names):
            below = self.find_in(here, name)
            if below is None:
                return here, "/".join(names[place:])
            here = below
        return here, ""

    def find_in(self, parent: str, name: str) -> str | None:
        """Find the folder of that name in another one, by its id; give its own. Raises as ``find`` does."""
        found = resolve_name(name, self._children.get((parent, fold_name(name)), ()))
        return None if found is None else found.id


def with_ending(name: str, ending: str) -> str:
    """Put an ending before a name's extension, in at most 256 characters: ``a(1).jpg``."""
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    ending += dot + extension
    return stem[: max(1, MAX_NAME - len(ending))] + ending
