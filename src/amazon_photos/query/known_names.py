"""What a name in a filter means, among what an account knows: a person, a thing, a place by its city, an album. Pure.

One rule, for searches (whose names are looked up and sent as ids) and offline. A name means the one that is called
exactly so, else the only one that agrees ignoring case and Unicode form (``model.names``). What nothing or several are
called is an error that names the nearest, or tells them apart.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ..errors import FilterError
from ..model.amounts import show_count
from ..model.checks import is_node_id
from ..model.names import MAX_LISTED, fold_name, match_name

_MIN_PERSON_ID = 20
"""Letters, digits, ``-`` and ``_``: what is shorter, or has a space, is a name."""
_DIGIT = re.compile("[0-9]")
"""In all but some 2 % of ids, and in hardly a name."""
MAX_NEAREST = 5
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class KnownName:
    """One that an account knows: its name ("" for who has none), its id as a filter takes it, how many nodes it has."""

    name: str
    id: str
    count: int | None = None
    told: str = ""
    """What else tells it from another of its name."""

    def __str__(self) -> str:
        facts = [] if self.count is None else [show_count(self.count, "nodes")]
        return (
            f"{self.id} ({', '.join([*facts, self.told] if self.told else facts)})" if facts or self.told else self.id
        )


def is_person_id(text: str) -> bool:
    """Tell whether a text is the id of a person, and no name."""
    return len(text) >= _MIN_PERSON_ID and is_node_id(text)


def may_be_person_name(text: str) -> bool:
    """Tell whether a text may be a person's name.

    It is no id, or one that somebody may be called, too.
    """
    return not is_person_id(text) or not _DIGIT.search(text)


def find_person(text: str, known: Sequence[KnownName], where: str = "aggregations('people')") -> str:
    """Find a person's id by name or id; an id that nobody has is nobody's. ``where`` tells who they are.

    Raises ``FilterError``.
    """
    if any(one.id == text for one in known):
        return text
    named = [one for one in known if one.name]
    if is_person_id(text) and not match_name(text, named):
        return text
    return find_known(text, named, "person", "people", where).id


def find_place(text: str, known: Sequence[KnownName], where: str = "aggregations('location')") -> str:
    """Find a place by its city, a country, or a place as it is written in full. Raises ``FilterError``."""
    if "#" in text or any(f"{one.id}#".startswith(f"{text}#") for one in known):
        return text
    return find_known(text, name_places(known), "place", "location", where).id


def name_places(known: Iterable[KnownName]) -> list[KnownName]:
    """Name each place after its city, and list the countries besides."""
    cities = [replace(one, name=name_city(one.id)) for one in known]
    countries = dict.fromkeys(one.id.partition("#")[0] for one in cities if "#" in one.id)
    return [*cities, *(KnownName(country, country) for country in countries)]


def name_city(place: str) -> str:
    """Name a place after the last part of it, its city."""
    return place.rpartition("#")[2]


def find_album(
    text: str, known: Sequence[KnownName], tell: Callable[[KnownName], str], where: str = "albums.list()"
) -> str:
    """Find an album's id by name or id. Raises ``FilterError``.

    ``tell`` tells more of those that share a name.
    """
    if any(one.id == text for one in known):
        return text
    meant = match_name(text, known)
    told = [replace(one, told=tell(one)) for one in meant] if len(meant) > 1 else known
    return find_known(text, told, "album", "album", where).id


def find_known(text: str, known: Sequence[KnownName], kind: str, word: str, where: str) -> KnownName:
    """Find the one that is called so: exactly, else the only one that agrees as ``model.names`` has it.

    ``kind`` is what they are, ``word`` the filter's ("": it is no filter), ``where`` a call that lists them. Raises
    ``FilterError``.
    """
    meant = match_name(text, known)
    if len(meant) == 1:
        return meant[0]
    if meant:
        listed = ", ".join(map(str, meant[:MAX_LISTED])) + (" …" if len(meant) > MAX_LISTED else "")
        hint = f"write {word}:(…) with the id of one of these" if word else "give the id of one of these"
        raise FilterError(f"{text!r} can mean several: {listed}", hint=hint)
    spaced = [one.name for one in known if fold_name(text) in fold_name(one.name).split()]
    quoted = f'quote a name with spaces: {word}:("{spaced[0]}"); ' if spaced and word else ""
    raise FilterError(
        f"this library knows no {kind} called {text!r}", hint=f"{quoted}{tell_known(text, known)}: {where}"
    )


def tell_known(text: str, known: Sequence[KnownName]) -> str:
    """Tell the names that are nearest to one that nothing has, and some of the others."""
    near = list_nearest(text, known)
    called = [name for name in dict.fromkeys(one.name for one in known if one.name) if name not in near]
    some = ", ".join(sorted(called)[: MAX_LISTED - len(near)])
    more = " …" if len(called) + len(near) > MAX_LISTED else ""
    if not near:
        return f"it knows {some or 'none'}{more}"
    return f"the nearest: {', '.join(near)}" + (f"; it knows also {some}{more}" if some else "")


def list_nearest(text: str, known: Iterable[KnownName]) -> list[str]:
    """List the names that are most like ``text``, the nearest first."""
    names: dict[str, str] = {}
    for one in known:
        names.setdefault(fold_name(one.name), one.name)
    return [names[key] for key in difflib.get_close_matches(fold_name(text), names, n=MAX_NEAREST, cutoff=_ALIKE)]
