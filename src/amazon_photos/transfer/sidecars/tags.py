"""Tags: what a node belongs to, as keywords in a tree (People, Things, Places, Albums), and flat.

::

    People/Ada   Things/beach   Places/CAN/BC/Vancouver   Albums/Summer   and the node's own labels and keywords

A person without a name has none, and families are no tags. A name may hold what divides a tree ("/" for digiKam, "|"
for Lightroom): there it becomes "-"; flat keywords and ``PersonInImage`` have the name as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .node_knowledge import Membership, NodeKnowledge

_DIVIDES = re.compile(r"[/|]")
_COUNTRY = re.compile("[A-Z]{2,3}")


class Location(NamedTuple):
    """A place of Amazon's, such as ``CAN#BC#Vancouver``; "" where it tells nothing."""

    country: str = ""
    state: str = ""
    city: str = ""

    @property
    def country_code(self) -> str:
        """By ISO 3166, as Amazon tells it; "" where it is none."""
        return self.country if _COUNTRY.fullmatch(self.country) else ""


def list_paths(known: NodeKnowledge) -> list[tuple[str, ...]]:
    """List the tags, each as the path to it, each once."""
    paths = [
        *(("People", name) for name in list_people(known)),
        *(("Things", _call(each)) for each in known.of("thing")),
        *(("Places", *place) for place in _list_places(known)),
        *(("Albums", each.name or "") for each in known.of("album")),
        *((word,) for word in _own_words(known)),
    ]
    divided = (tuple(_DIVIDES.sub("-", part) for part in path) for path in paths if all(map(_is_told, path)))
    return list(dict.fromkeys(divided))


def list_keywords(known: NodeKnowledge) -> list[str]:
    """List the flat keywords, each once: the last part of each tag, as it is called."""
    words = [
        *list_people(known),
        *(_call(each) for each in known.of("thing")),
        *(place[-1] for place in _list_places(known)),
        *(each.name or "" for each in known.of("album")),
        *_own_words(known),
    ]
    return [word for word in dict.fromkeys(words) if _is_told(word)]


def list_people(known: NodeKnowledge) -> list[str]:
    """List the names of the people, each once."""
    return list(dict.fromkeys(each.name for each in known.of("person") if each.name and _is_told(each.name)))


def find_location(known: NodeKnowledge) -> Location | None:
    """Return where it was taken; None where Amazon tells no place, or several."""
    places = _list_places(known)
    return Location(*places[0]) if len(places) == 1 and len(places[0]) <= len(Location._fields) else None


def _own_words(known: NodeKnowledge) -> Iterator[str]:
    for column in ("labels", "keywords"):
        words: Iterable[object] = known.values.get(column) or ()
        yield from (word for word in words if isinstance(word, str))


def _list_places(known: NodeKnowledge) -> list[tuple[str, ...]]:
    """Each by its parts, without the country and the state of another one."""
    keys = {each.key for each in known.of("place")}
    inner = sorted(key for key in keys if not any(other.startswith(f"{key}#") for other in keys))
    return [parts for key in inner if (parts := tuple(part.strip() for part in key.split("#"))) and all(parts)]


def _call(each: Membership) -> str:
    return each.name or each.key


def _is_told(text: str | None) -> bool:
    return bool(text and text.strip())
