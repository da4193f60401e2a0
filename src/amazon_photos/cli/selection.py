"""Which nodes a command is about, in all of them the same: ids, paths, globs, albums, standard input, and conditions.

::

    HeMReF-vvJiTTkdPIeWuoP      an id: 22 letters, digits, - and _ (also if it begins with -)
    /Pictures/2019              a folder or a file, by its path from the top; Pictures/2019 is the same
    /Pictures/2019/*.jpg        whatever matches: * and ? within a name, ** through all folders below
    albums/Summer               an album; albums/Summer/* is what it holds. A folder "albums" is /albums
    -                           standard input: ids, or JSON lines that have one, as our own output gives them

    --filter --album --person --older-than      what all of these say of a node; of a folder that is named, below it
    --limit                                     the first so many of them
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TextIO

import click
import msgspec

from ..errors import InvalidInput
from ..model.checks import is_node_id
from ..query.build import F
from ..query.coerce import join_filters
from ..query.expr import Expr, and_
from .options import gather

STDIN = "-"
ALBUMS = "albums"
"""What stands before an album's name where a path is due."""
_ID_LENGTH = 22
_NOTHING = "nothing is selected: give ids, paths, - for standard input, or --filter"
_AGE = re.compile(r"(\d{1,6})\s*([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_DUE = "--older-than is an age such as 30d, 12w, 6m or 2y, or a date such as 2020-01-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was given to say which nodes are meant; nothing is looked up yet."""

    items: tuple[str, ...]
    """Ids and paths, each once."""
    filters: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    before: datetime | None = None
    limit: int | None = None
    from_pipe: bool = False
    """Whether items came from standard input: then a program chose them."""

    @classmethod
    def read(
        cls,
        *,
        items: Sequence[str] = (),
        filters: Sequence[str] = (),
        albums: Sequence[str] = (),
        people: Sequence[str] = (),
        older_than: str | None = None,
        limit: int | None = None,
    ) -> Selection:
        """Read what a command was given, and standard input where it is named. Raises ``InvalidInput``."""
        for name, values in (("--filter", filters), ("--album", albums), ("--person", people)):
            if not all(value.strip() for value in values):
                raise InvalidInput(f"{name} is empty: it would say nothing about what is meant")
        selection = cls(
            items=tuple(dict.fromkeys(_list_items(items))),
            filters=tuple(filters),
            albums=tuple(albums),
            people=tuple(people),
            before=None if older_than is None else read_age(older_than),
            limit=limit,
            from_pipe=STDIN in items,
        )
        if not selection.items and not selection.has_conditions:
            raise InvalidInput("standard input names nothing" if selection.from_pipe else _NOTHING)
        return selection

    @property
    def has_conditions(self) -> bool:
        """Whether something is said of the nodes, besides which they are."""
        return bool(self.filters or self.albums or self.people or self.before is not None)

    @property
    def is_plain(self) -> bool:
        """Whether it is ids alone, about which nothing has to be looked up."""
        return not self.has_conditions and all(map(is_id, self.items))

    def to_filter(self) -> Expr | None:
        """Return what ``--filter`` and ``--older-than`` say, as one filter; None where they say nothing.

        Raises ``FilterError``.
        """
        parts = [] if not self.filters else [join_filters(list(self.filters))]
        if self.before is not None:
            parts.append(F.taken < self.before.replace(tzinfo=None))
        return and_(*(part for part in parts if part is not None)) if parts else None


def is_id(text: str) -> bool:
    """Tell whether an item is an id, and no path."""
    return len(text) == _ID_LENGTH and is_node_id(text)


def read_age(text: str) -> datetime:
    """Read ``--older-than``: the moment before which a picture must have been taken. Raises ``InvalidInput``."""
    given = text.strip().lower()
    if found := _AGE.fullmatch(given):
        try:
            return datetime.now(UTC) - timedelta(days=int(found[1]) * _DAYS[found[2]])
        except OverflowError:
            raise InvalidInput(f"{_DUE}; there was nothing {text!r:.40} ago") from None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise InvalidInput(f"{_DUE}; not {text!r:.40}") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _list_items(items: Sequence[str]) -> Iterator[str]:
    for item in items:
        if item == STDIN:
            yield from read_ids(sys.stdin)
        elif not item.strip():
            raise InvalidInput("an empty text names no node: the top of the library is /")
        else:
            yield item


def read_ids(lines: TextIO) -> Iterator[str]:
    """Read ids, a line each, or JSON lines that have one: as our own output gives them.

    Raises ``InvalidInput``.
    """
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        if not text.startswith("{"):
            yield text
            continue
        try:
            node_id = msgspec.json.decode(text, type=dict[str, object]).get("id")
        except msgspec.DecodeError:
            raise InvalidInput(f"line {number} of standard input is neither an id nor a JSON object") from None
        if not isinstance(node_id, str) or not node_id:
            raise InvalidInput(f"line {number} of standard input has no id")
        yield node_id


SELECTING = (
    click.argument("items", nargs=-1, metavar="[ID|PATH|-]..."),
    click.option("--filter", "filters", multiple=True, metavar="FILTER", help="What a filter finds; several all hold."),
    click.option("--album", "albums", multiple=True, metavar="NAME", help="What an album holds, by its name or id."),
    click.option("--person", "people", multiple=True, metavar="NAME", help="Whom it shows, by name or id."),
    click.option("--older-than", metavar="AGE", help="Taken longer ago: 30d, 12w, 6m, 2y, or before a date."),
    click.option("--limit", type=click.IntRange(min=1), help="The first so many."),
)
"""The options that say which nodes are meant."""
select_options = gather("selection", Selection.read, *SELECTING)
"""Adds what says which nodes are meant to a command: ``selection``."""
