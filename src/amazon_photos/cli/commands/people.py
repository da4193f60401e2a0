"""``amazon-photos people``: whose faces Amazon found, and what can be changed about them."""

from __future__ import annotations

from functools import partial

import click

from ...errors import InvalidInput
from ..exits import Exit
from ..options import Account, Console, account_options, output_options
from ..output.frames import print_frame
from ..runs.changing import ChangeOptions, change, change_options
from ..selection.querying import SearchArguments, online_option, print_found, query_options
from ..selection.selecting import select_files
from ..selection.selection import Selection
from ..syntax.registry import Command, Group

_SHORT = ("name", "count", "id")


@click.group("people", cls=Group)
def people() -> None:
    """List, name and merge the people on the photos, as Amazon found their faces.

    A person goes by name or by id; who has no name yet goes by the id.

    \b
    amazon-photos people list
    amazon-photos people show Ada
    amazon-photos people rename Ada "Ada L."
    """


@people.command("list", cls=Command)
@click.option("--named/--unnamed", default=None, help="Only those who have a name, or who have none  [default: all]")
@online_option
@output_options
@account_options
def list_people(*, named: bool | None, online: bool | None, console: Console, account: Account) -> None:
    """List the people of the library, those on most photos first, also those whom nobody has named.

    Amazon is asked; --offline tells what the last `refresh --relations` brought.

    \b
    amazon-photos people list
    amazon-photos people list --named --sort name
    amazon-photos people list --unnamed -o ids
    """
    with account.open_client(console) as client:
        print_frame(console, client.people.list(named=named, online=online), _SHORT)


@people.command("show", cls=Command)
@click.argument("person")
@query_options
@output_options
@account_options
def show(*, person: str, query: SearchArguments, console: Console, account: Account) -> None:
    """Show the photos and videos that a person is on, the newest first.

    \b
    amazon-photos people show Ada
    amazon-photos people show Ada --filter "type:(PHOTOS) AND timeYear:(2019)" --sort=-size --limit 10
    amazon-photos people show Ada -o ids
    """
    with account.open_client(console) as client:
        print_found(console, partial(client.people.photos, person), query)


@people.command("rename", cls=Command)
@click.argument("person")
@click.argument("new", metavar="NEW")
@change_options
@output_options
@account_options
def rename(*, person: str, new: str, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Rename a person, or give one a name. Who had none cannot be made nameless again: that wants a yes.

    \b
    amazon-photos people rename Ada "Ada L."
    amazon-photos people rename Ada Grace --dry-run
    amazon-photos people rename HeMReF-vvJiTTkdPIeWuoP Ada --yes

    Exit codes: 0 done, 1 failed, 6 nobody said yes.
    """
    with account.open_client(console) as client:
        return change(console, client, partial(client.people.rename, person, new), how)


@people.command("merge", cls=Command)
@click.argument("into")
@click.argument("others", nargs=-1, required=True, metavar="PERSON...")
@click.option("--name", help="What they are called then  [default: the name of the first]")
@change_options
@output_options
@account_options
def merge(
    *, into: str, others: tuple[str, ...], name: str | None, how: ChangeOptions, console: Console, account: Account
) -> Exit:
    """Merge people into the first one. Nothing parts them again, so it wants a yes.

    \b
    amazon-photos people merge Ada Grace --dry-run
    amazon-photos people merge Ada HeMReF-vvJiTTkdPIeWuoP --yes
    amazon-photos people merge Ada Grace --name "Ada L."

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 nobody said yes.
    """
    with account.open_client(console) as client:
        return change(console, client, partial(client.people.merge, into, list(others), name=name), how)


@people.command("set-picture", cls=Command)
@click.argument("person")
@click.argument("photo", metavar="ID|PATH")
@change_options
@output_options
@account_options
def set_picture(*, person: str, photo: str, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Choose the picture that shows a person.

    \b
    amazon-photos people set-picture Ada HeMReF-vvJiTTkdPIeWuoP
    amazon-photos people set-picture Ada /Pictures/2019/portrait.jpg
    amazon-photos people set-picture Ada /Pictures/2019/portrait.jpg --dry-run

    Exit codes: 0 done, 1 failed, 6 nobody said yes.
    """
    with account.open_client(console) as client:
        ids = select_files(client, Selection.read(items=[photo])).ids
        if len(ids) != 1:
            raise InvalidInput(f"a person has one picture, and {photo!r:.200} means {len(ids):,}")
        return change(console, client, partial(client.people.set_picture, person, ids[0]), how)
