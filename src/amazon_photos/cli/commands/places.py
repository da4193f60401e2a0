"""``amazon-photos places``, ``things`` and ``timeline``: where, of what and when photos and videos were taken."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from ..options import Account, Console, account_options, output_options
from ..output.frames import print_frame
from ..selection.querying import SearchArguments, online_option, print_found, query_options
from ..syntax.registry import Command, DefaultGroup, Group

if TYPE_CHECKING:
    from ...catalog.timeline import By

_PLACES = ("name", "count", "state", "country", "id")
_THINGS = ("name", "count", "id")


@click.group("places", cls=Group)
def places() -> None:
    """List where photos and videos were taken, and what was taken at a place.

    \b
    amazon-photos places list
    amazon-photos places show Seattle
    amazon-photos places show "USA#WA" --limit 20
    """


@places.command("list", cls=Command)
@online_option
@output_options
@account_options
def list_places(*, online: bool | None, console: Console, account: Account) -> None:
    """List the places, the most frequent first.

    They are those of the last `refresh --relations`; where there was none, Amazon is asked.

    \b
    amazon-photos places list
    amazon-photos places list --online --sort country
    amazon-photos places list --columns all -o csv
    """
    with account.open_client(console) as client:
        print_frame(console, client.places.list(online=online), _PLACES)


@places.command("show", cls=Command)
@click.argument("place")
@query_options
@output_options
@account_options
def show_place(*, place: str, query: SearchArguments, console: Console, account: Account) -> None:
    """Show what was taken at a place: a city, a country ("USA"), or the beginning of an id ("USA#WA").

    \b
    amazon-photos places show Seattle
    amazon-photos places show USA --filter "type:(VIDEOS)"
    amazon-photos places show "USA#WA" --sort=-size --limit 10 -o jsonl
    """
    with account.open_client(console) as client:
        print_found(console, partial(client.places.photos, place), query)


@click.group("things", cls=Group)
def things() -> None:
    """List what Amazon saw on photos and videos, and those that show a thing.

    \b
    amazon-photos things list
    amazon-photos things show beach
    amazon-photos things show beach --limit 20 -o ids
    """


@things.command("list", cls=Command)
@online_option
@output_options
@account_options
def list_things(*, online: bool | None, console: Console, account: Account) -> None:
    """List the things, the most frequent first.

    They are those of the last `refresh --relations`; where there was none, Amazon is asked.

    \b
    amazon-photos things list
    amazon-photos things list --online
    amazon-photos things list --sort name -o csv
    """
    with account.open_client(console) as client:
        print_frame(console, client.things.list(online=online), _THINGS)


@things.command("show", cls=Command)
@click.argument("thing")
@query_options
@output_options
@account_options
def show_thing(*, thing: str, query: SearchArguments, console: Console, account: Account) -> None:
    """Show the photos and videos on which a thing is.

    \b
    amazon-photos things show beach
    amazon-photos things show beach --filter "timeYear:(2019)"
    amazon-photos things show beach --sort=-size --limit 10
    """
    with account.open_client(console) as client:
        print_found(console, partial(client.things.photos, thing), query)


@click.command("timeline", cls=Command)
@click.option("--by", type=click.Choice(["year", "month", "day"]), default="year", show_default=True, help="Of what.")
@online_option
@output_options
@account_options
def count(*, by: By, online: bool | None, console: Console, account: Account) -> None:
    """Count the photos and videos of each year, month or day; `timeline show 2019-07` lists those of one.

    Dates are the capture times that Amazon knows, in UTC. It is told as of the last refresh; --online asks Amazon.

    \b
    amazon-photos timeline
    amazon-photos timeline --by month --sort=-count
    amazon-photos timeline show 2019-07
    """
    with account.open_client(console) as client:
        print_frame(console, client.timeline(by=by, online=online))


@click.command("show", cls=Command)
@click.argument("period")
@query_options
@output_options
@account_options
def show_period(*, period: str, query: SearchArguments, console: Console, account: Account) -> None:
    """Show what was taken in a year, in a month or on a day, such as 2019, 2019-07 or 2019-07-04.

    \b
    amazon-photos timeline show 2019
    amazon-photos timeline show 2019-07 --limit 10
    amazon-photos timeline show 2019-07-04 --filter "people:(Ada)" -o ids
    """
    with account.open_client(console) as client:
        print_found(console, partial(client.timeline.photos, period), query)


timeline = DefaultGroup(count, show_period)
"""``timeline`` counts, ``timeline show`` lists."""
