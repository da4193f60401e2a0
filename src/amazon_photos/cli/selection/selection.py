"""Which nodes a command is about, in all of them the same: ids, paths, globs, albums, standard input, and conditions.

::

    HeMReF-vvJiTTkdPIeWuoP      an id: 22 letters, digits, - and _ (also if it begins with -)
    /Pictures/2019              a folder or a file, by its path from the top; Pictures/2019 is the same
    /Pictures/2019/*.jpg        whatever matches: * and ? within a name, [0-9] one of some
    /Pictures/**/*.jpg          ** is any number of folders; at the end, /Pictures/**, it is all files below
    albums/Summer               an album, by its name or id; albums/Summer/* is what it holds, albums/* all albums
    -                           standard input: ids, however our own output gives them (``standard_input``)

    --filter --album --person --older-than      what all of these say of a file, also where one is given twice
    --limit                                     the first so many

A name that is written out goes before a pattern: a file may be called "IMG[1].jpg". What 22 letters could be both is an
id; /name is the path. A folder "albums" at the top is /albums. Something that is said of a folder is said of the files
below it, of an album of those in it. A filter that speaks of ``kind`` or ``type`` may find folders and albums, too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import click

from ...errors import InvalidInput
from ...query.build import F
from ...query.coerce import join_filters
from ...query.expr import Expr, and_
from ..options import gather
from .standard_input import is_id, read_ids

STDIN = "-"
ALBUMS = "albums"
"""What stands before an album's name where a path is due."""
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
        optional: bool = False,
    ) -> Selection:
        """Read what a command was given, and standard input where it is named.

        ``optional``: it may be nothing. Raises ``InvalidInput``.
        """
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
        if selection.from_pipe and not selection.items:  # what is said besides would then mean the whole library
            raise InvalidInput("standard input names nothing")
        if selection.is_empty and not optional:
            raise InvalidInput(_NOTHING)
        return selection

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not self.items and not self.has_conditions

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
        parts = [part for part in (self.read_filters(), self.read_dates()) if part is not None]
        return and_(*parts) if parts else None

    def read_filters(self) -> Expr | None:
        """Read what ``--filter`` says; None where it says nothing. Raises ``FilterError``."""
        return join_filters(list(self.filters)) if self.filters else None

    def read_dates(self) -> Expr | None:
        """Read what ``--older-than`` says, by the camera's clock, which has no zone; None for nothing."""
        return None if self.before is None else F.taken < self.before.replace(tzinfo=None)


def read_age(text: str) -> datetime:
    """Read ``--older-than``: the moment before which a picture was taken. Raises ``InvalidInput``."""
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
            yield from read_ids(getattr(sys.stdin, "buffer", None))
        elif not item.strip():
            raise InvalidInput("an empty text names no node: the top of the library is /")
        else:
            yield item


NAMED = click.argument("items", nargs=-1, metavar="[ID|PATH|-]...")
_FILTER = click.option(
    "--filter", "filters", multiple=True, metavar="FILTER", help="What a filter finds; several all hold."
)
_CONDITIONS = (
    click.option("--album", "albums", multiple=True, metavar="NAME", help="What an album holds, by its name or id."),
    click.option("--person", "people", multiple=True, metavar="NAME", help="Whom it shows, by name or id."),
    click.option("--older-than", metavar="AGE", help="Taken longer ago: 30d, 12w, 6m, 2y, or before a date."),
)
_LIMIT = click.option("--limit", type=click.IntRange(min=1), help="The first so many.")
CONDITIONS = (_FILTER, *_CONDITIONS, _LIMIT)
"""What ``Selection.read`` takes, as options."""
select_options = gather("selection", Selection.read, NAMED, *CONDITIONS)
"""Adds what says which nodes are meant to a command: ``selection``."""
may_select_options = gather("selection", partial(Selection.read, optional=True), NAMED, *CONDITIONS)
"""The same for a command that may be about nothing: ``selection.is_empty``."""
condition_options = gather("selection", partial(Selection.read, optional=True), *_CONDITIONS)
"""Adds what may be said of nodes to a command that has filters and a limit of its own: ``selection``."""
