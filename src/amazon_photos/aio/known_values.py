"""Values of filters that an account knows: a person by name, a place by its city, and which things there are.

Amazon finds people by id and places by ``country#state#city``, and says nothing of a value that it doesn't know: the
answer is empty. Where the known values are few we look them up: once in ten minutes, and only for a filter that needs
it. Ids and places written in full are sent as they are.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterator

from ..errors import NetworkError, ServiceError
from ..model.names import fold_name
from ..model.results import Aggregation
from ..query.expr import AllOf, And, AnyOf, Equal, Expr, Not, Or, Term, Value, leaves
from ..query.known_names import KnownName, find_known, find_person, find_place, is_person_id, may_be_person_name
from ..wire import search as wire
from ..wire.call import Call

_log = logging.getLogger("amazon_photos")
_FRESH = 600.0
"""Seconds for which what the account knows is remembered."""


class KnownValues:
    """What an account knows; ``send`` asks it."""

    def __init__(self, send: Callable[[Call[list[Aggregation]]], Awaitable[list[Aggregation]]]) -> None:
        self._send = send
        self._entries: dict[str, tuple[float, list[Aggregation]]] = {}

    def needed_for(self, filters: Expr | None) -> bool:
        """Tell whether a filter says something that an account may not know."""
        if filters is None:
            return False
        return any(_is_name(term.field, text) or term.field == "things" for term, text in _leaves(filters))

    async def settle(self, filters: Expr) -> Expr:
        """Put ids for the names of people, and whole places for cities.

        Raises ``FilterError`` for a name that nothing or several have; it lists them.
        """
        wanted = {(term.field, text) for term, text in _leaves(filters) if _is_name(term.field, text)}
        meant = {}
        for word, text in sorted(wanted):
            find = find_person if word == "people" else find_place
            meant[word, text] = find(text, await self.list_known(word))
        return _replace(filters, meant) if meant else filters

    async def find_person(self, person: str) -> str:
        """Find the id of a person, given by name or id.

        Raises ``FilterError`` for a name that nobody or several have; it lists them.
        """
        if not _is_name("people", person):
            return person
        known = await self.list_known("people")
        if is_person_id(person) or any(one.id == person for one in known):
            return find_person(person, known)
        return find_known(person, [one for one in known if one.name], "person", "", "people.list()").id

    async def list_known(self, category: str) -> list[KnownName]:
        """List what is known of a category of ``aggregations``: names, ids and counts."""
        return [KnownName(entry.name or "", entry.value, entry.count) for entry in await self._load(category)]

    def forget(self) -> None:
        """Forget what is known: it was changed."""
        self._entries.clear()

    async def warn_of_unknown_things(self, filters: Expr) -> None:
        """Log the words of ``things`` that the account has nothing of: that is why a search gave nothing."""
        words = [text for term, text in _leaves(filters) if term.field == "things"]
        if not words:
            return
        try:
            known = {fold_name(entry.value) for entry in await self._load("things")}
        except (ServiceError, NetworkError):
            return  # the search itself went well
        unknown = [word for word in dict.fromkeys(words) if fold_name(word) not in known]
        if unknown:
            _log.warning(
                "this library has no things:(%s); aggregations('things') tells what it has", " OR ".join(unknown)
            )

    async def _load(self, category: str) -> list[Aggregation]:
        asked, entries = self._entries.get(category, (-_FRESH, []))
        if time.monotonic() - asked >= _FRESH or category not in self._entries:
            entries = await self._send(wire.aggregation(category))
            self._entries[category] = (time.monotonic(), entries)
        return entries


def _is_name(word: str, text: str) -> bool:
    if word == "people":
        return may_be_person_name(text)
    return word == "location" and "#" not in text


def _leaves(filters: Expr) -> Iterator[tuple[Term, str]]:
    for term in filters.terms():
        for value in leaves(term.value):
            if isinstance(value, Equal):
                yield term, value.text


def _replace(expr: Expr, meant: dict[tuple[str, str], str]) -> Expr:
    match expr:
        case Term(word, value):
            return Term(word, _replace_value(word, value, meant))
        case And(parts):
            return And(tuple([_replace(part, meant) for part in parts]))
        case Or(parts):
            return Or(tuple([_replace(part, meant) for part in parts]))
        case Not(part):
            return Not(_replace(part, meant))
    return expr


def _replace_value(word: str, value: Value, meant: dict[tuple[str, str], str]) -> Value:
    match value:
        case Equal(text):
            return Equal(meant.get((word, text), text))
        case AllOf(parts):
            return AllOf(tuple([_replace_value(word, part, meant) for part in parts]))
        case AnyOf(parts):
            return AnyOf(tuple([_replace_value(word, part, meant) for part in parts]))
    return value
