"""``amazon-photos albums``: which there are, what they hold, and all that can be changed about them."""

from __future__ import annotations

from functools import partial

import click

from ..exits import Exit
from ..options import Account, Console, account_options, output_options
from ..output.frames import print_frame
from ..runs.changing import ChangeOptions, change, change_options, remove_options
from ..selection.querying import ListingArguments, listing_options, online_option, print_found
from ..selection.selecting import select_files
from ..selection.selection import Selection, may_select_options, select_options
from ..syntax.registry import Command, Group

_SHORT = ("name", "count", "first_taken", "last_taken", "shared", "id")


@click.group("albums", cls=Group)
def albums() -> None:
    """List, make, fill, rename, merge and delete albums.

    An album goes by its name or its id: the one that is called exactly so, else the only one that agrees ignoring case
    and accents' form. Photos are ids, paths, globs, - for standard input, or what --filter and the like say.

    \b
    amazon-photos albums list
    amazon-photos albums show Summer
    amazon-photos find "timeYear:2019" -o ids | amazon-photos albums add Summer -
    """


@albums.command("list", cls=Command)
@online_option
@output_options
@account_options
def list_albums(*, online: bool | None, console: Console, account: Account) -> None:
    """List all albums by name: how much each holds, and when the first and the last of it were taken.

    Amazon is asked which there are. What they hold is told by the last `refresh --relations`, and asked for where that
    does not know; --online asks for all of it, --offline for nothing. --columns all shows covers and dates, too.

    \b
    amazon-photos albums list
    amazon-photos albums list --sort=-count
    amazon-photos albums list --offline -o jsonl
    """
    with account.open_client(console) as client:
        print_frame(console, client.albums.list(online=online), _SHORT)


@albums.command("show", cls=Command)
@click.argument("album")
@listing_options
@output_options
@account_options
def show(*, album: str, listing: ListingArguments, console: Console, account: Account) -> None:
    """Show what an album holds now, in its own order unless --sort says another.

    \b
    amazon-photos albums show Summer
    amazon-photos albums show Summer --filter "name:IMG*" --sort=-size --limit 10
    amazon-photos albums show Summer -o ids
    """
    with account.open_client(console) as client:
        print_found(console, partial(client.albums.contents, album), listing)


@albums.command("create", cls=Command)
@click.argument("name")
@may_select_options
@click.option("--ensure", is_flag=True, help="Take the album of that name, if there is one, and add what it lacks.")
@change_options
@output_options
@account_options
def create(
    *, name: str, selection: Selection, ensure: bool, how: ChangeOptions, console: Console, account: Account
) -> Exit:
    """Create an album, and put photos into it if any are given.

    Amazon lets two albums share a name; --ensure takes the one that is there.

    \b
    amazon-photos albums create Summer
    amazon-photos albums create Summer --ensure --filter "timeYear:2019 AND favorite:true"
    amazon-photos albums create Best /Pictures/best --filter "type:(PHOTOS)"

    Exit codes: 0 done, 1 failed, 3 a part failed.
    """
    with account.open_client(console) as client:
        make = client.albums.ensure if ensure else client.albums.create
        ids = select_files(client, selection).ids
        return change(console, client, partial(make, name, node_ids=ids), how, asks=False)


@albums.command("add", cls=Command)
@click.argument("album")
@select_options
@change_options
@output_options
@account_options
def add(*, album: str, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Add photos to an album, behind what is in it; what is in it already stays once.

    \b
    amazon-photos albums add Summer "/Pictures/2019/*.jpg"
    amazon-photos find "timeYear:2019" -o ids | amazon-photos albums add Summer -
    amazon-photos albums add Summer --person Ada --dry-run

    Exit codes: 0 done, 1 failed, 3 a part failed.
    """
    with account.open_client(console) as client:
        ids = select_files(client, selection).ids
        return change(console, client, partial(client.albums.add, album, ids), how, asks=False)


@albums.command("remove", cls=Command)
@click.argument("album")
@select_options
@change_options
@output_options
@account_options
def remove(*, album: str, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Remove photos from an album; they stay in the library.

    \b
    amazon-photos albums remove Summer /Pictures/2019/blurred.jpg
    amazon-photos albums remove Summer "albums/Summer/*" --older-than 5y
    amazon-photos find "name:blurred*" -o ids | amazon-photos albums remove Summer - --dry-run

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 nobody said yes.
    """
    with account.open_client(console) as client:
        ids = select_files(client, selection).ids
        return change(console, client, partial(client.albums.remove, album, ids), how)


@albums.command("rename", cls=Command)
@click.argument("album")
@click.argument("new", metavar="NEW")
@change_options
@output_options
@account_options
def rename(*, album: str, new: str, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Rename an album. Amazon lets two albums share a name, and the plan says where that would be.

    \b
    amazon-photos albums rename Summer "Summer 2019"
    amazon-photos albums rename Summer Winter --dry-run
    amazon-photos albums rename HeMReF-vvJiTTkdPIeWuoP Summer --yes

    Exit codes: 0 done, 1 failed, 6 nobody said yes.
    """
    with account.open_client(console) as client:
        return change(console, client, partial(client.albums.rename, album, new), how)


@albums.command("merge", cls=Command)
@click.argument("into")
@click.argument("album")
@change_options
@output_options
@account_options
def merge(*, into: str, album: str, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Merge an album into another: what it holds goes there, and the album to the trash.

    If a photo cannot be added, the album stays.

    \b
    amazon-photos albums merge Summer "Summer (2)"
    amazon-photos albums merge Summer "Summer (2)" --dry-run
    amazon-photos albums merge Summer "Summer (2)" --plan plan.jsonl

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 nobody said yes.
    """
    with account.open_client(console) as client:
        return change(console, client, partial(client.albums.merge, into, album), how)


@albums.command("delete", cls=Command)
@click.argument("names", nargs=-1, required=True, metavar="ALBUM...")
@remove_options
@output_options
@account_options
def delete(*, names: tuple[str, ...], how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Put albums into the trash, from where `restore` brings them back; their photos stay in the library.

    \b
    amazon-photos albums delete Summer
    amazon-photos albums delete Summer Winter --dry-run
    amazon-photos albums delete HeMReF-vvJiTTkdPIeWuoP --yes

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    with account.open_client(console) as client:
        make = partial(client.albums.delete, list(names), max_delete=how.limit(computed=False))
        return change(console, client, make, how)
