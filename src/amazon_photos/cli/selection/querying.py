"""What a command says of a listing of Amazon's: filters, how much of it, and all else that the library lets one say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from ...wire.search import Asset, GroupByTime, SearchContext
from ..options import Console, ExpandedPath, gather
from ..output.columns import read_shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingArguments:
    """Which rows of a listing are wanted, by the options."""

    filters: tuple[str, ...]
    limit: int | None
    offset: int
    unchecked: bool

    def to_arguments(self) -> dict[str, Any]:
        """Return them as the library's methods take them; what was not said is left out."""
        said: dict[str, Any] = {"limit": self.limit, "offset": self.offset, "strict": not self.unchecked}
        if self.filters:
            said["filters"] = self.filters[0] if len(self.filters) == 1 else list(self.filters)
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchArguments(ListingArguments):
    """The same of Amazon's search index, which knows more to say."""

    more: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(
        cls, *, filters: tuple[str, ...], limit: int | None, offset: int, unchecked: bool, **more: Any
    ) -> SearchArguments:
        """Read the options."""
        said = {name: value for name, value in more.items() if value is not None}
        return cls(filters=filters, limit=limit, offset=offset, unchecked=unchecked, more=said)

    def to_arguments(self) -> dict[str, Any]:
        """Return them as the library's methods take them; what was not said is left out."""
        return {**ListingArguments.to_arguments(self), **self.more}


def print_found(console: Console, ask: Callable[..., pd.DataFrame], listing: ListingArguments) -> None:
    """Print what ``ask`` finds: it is asked for the columns that are printed, in the order that is wanted."""
    from ...frames.records import to_records

    wanted = read_shown(console)
    order = {"sort": list(console.sort)} if console.sort else {}
    found = ask(**listing.to_arguments(), **order, columns=wanted)
    console.table(wanted, (tuple(row.values()) for row in to_records(found)))


_ARGUMENT = click.argument("filters", nargs=-1, metavar="[FILTER]...")
_FILTER = click.option("--filter", "filters", multiple=True, metavar="FILTER", help="Only what a filter finds.")
_WINDOW = (
    click.option("--limit", type=click.IntRange(min=0), help="At most so many rows."),
    click.option("--offset", type=click.IntRange(min=0), default=0, help="Pass over so many rows first."),
    click.option("--unchecked", is_flag=True, help="Send the filter as it is, also with words that we don't know."),
)
_INDEX = (
    click.option("--asset", type=click.Choice(get_args(Asset)), help="Which assets of a node come along."),
    click.option("--search-context", type=click.Choice(get_args(SearchContext)), help="Whose pictures are searched."),
    click.option("--group-by-time", type=click.Choice(get_args(GroupByTime)), help="By what the index counts."),
    click.option("--low-res-thumbnail", type=bool, help="What Amazon calls lowResThumbnail  [default: true]"),
    click.option("--temp-link", type=bool, help="Ask for links to the content  [default: false]"),
    click.option("--save", type=bool, help="Keep what is found in the catalogue  [default: false]"),
    click.option("--out", type=ExpandedPath(path_type=Path, dir_okay=False), help="Write it to a parquet file, too."),
)
listing_options = gather("listing", ListingArguments, _FILTER, *_WINDOW)
"""Adds which rows of a listing are wanted to a command: ``listing``."""
query_options = gather("query", SearchArguments.read, _FILTER, *_WINDOW, *_INDEX)
"""Adds which rows of the search index are wanted to a command: ``query``."""
search_options = gather("query", SearchArguments.read, _ARGUMENT, *_WINDOW, *_INDEX)
"""The same, with the filters as arguments."""
online_option = click.option(
    "--online/--offline", default=None, help="Ask Amazon, or tell what is kept [whichever the command does by itself]."
)
"""Adds ``--online`` and ``--offline`` to a command that can do either: ``online``."""
