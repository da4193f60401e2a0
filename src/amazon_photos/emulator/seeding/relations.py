"""As many memberships as wanted: what a file shows, who, where, and its album, from so many keys in all.

The tidy files of ``generator`` have what a family's have, a few each, of sixty things, a dozen people and seventeen
places. Whoever lists relations wants to say how many there are: here each file is in exactly ``relations`` of
``keys`` things, people, places and albums, some of which are large and many small. The same four numbers give the same
memberships, in any process and on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import NamedTuple

from ..options import Invented
from . import catalog_data
from .catalog_data import HOME, SCENES, SPOTS
from .generator import File

_SPOTS = (HOME, *SPOTS)
_WORDS = tuple(dict.fromkeys(word for scene in SCENES for word in scene))


class Keys(NamedTuple):
    """How many keys there are of each relation."""

    things: int
    people: int
    places: int
    albums: int

    @classmethod
    def split(cls, keys: int) -> Keys:
        """Split a number of keys: half of them things, then albums, people and no more places than there are."""
        people, albums = max(1, keys // 5), max(1, keys // 4)
        places = max(1, min(len(_SPOTS), keys // 10))
        return cls(keys - people - albums - places, people, places, albums)


def relate(files: Iterable[File], wanted: Invented) -> Iterator[File]:
    """Give each file its memberships, instead of those it had."""
    rng = Random(f"relations {wanted.files} {wanted.seed} {wanted.relations} {wanted.keys}")  # noqa: S311 - invented
    keys, many = Keys.split(wanted.keys), wanted.relations or 0
    words = [name_thing(number) for number in range(keys.things)]
    for file in files:
        parts = _share_out(many, file.number)
        (place,) = _draw(rng, keys.places, parts.places) or (None,)
        (album,) = _draw(rng, keys.albums, parts.albums) or (None,)
        spot = None if place is None else _SPOTS[place]
        yield file._replace(
            things=tuple(words[thing] for thing in _draw(rng, keys.things, parts.things)),
            people=_draw(rng, keys.people, parts.people),
            spot=spot,
            latitude=spot.latitude if spot else 0.0,
            longitude=spot.longitude if spot else 0.0,
            trip=None,
            album=None if album is None else f"Album {album + 1}",
        )


def name_thing(number: int) -> str:
    """Name a thing: the words of the scenes first, then numbered ones."""
    return _WORDS[number] if number < len(_WORDS) else f"thing{number}"


def name_person(number: int) -> str:
    """Name a person: the family first, some of whom have no name, then numbered ones."""
    known = catalog_data.PEOPLE
    return known[number] if number < len(known) else f"Person {number}"


def _share_out(relations: int, number: int) -> Keys:
    """How many memberships of each kind a file has: one of each, and of things the most."""
    if relations < len(Keys._fields):
        turns = [(number + turn) % len(Keys._fields) for turn in range(relations)]
        return Keys(*(turns.count(kind) for kind in range(len(Keys._fields))))
    people = 1 + (relations - 4) // 4
    return Keys(things=relations - 2 - people, people=people, places=1, albums=1)


def _draw(rng: Random, keys: int, many: int) -> tuple[int, ...]:
    """Draw so many different keys, the first ones most often."""
    chance, drawn = rng.random, set[int]()
    while len(drawn) < many:
        drawn.add(int(keys * chance() ** 2))
    return tuple(sorted(drawn))
