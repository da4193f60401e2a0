"""``amazon-photos trash``, ``trash list`` and ``restore``: what can be taken back; and ``delete``, which cannot."""

from __future__ import annotations

from functools import partial

import click

from ..exits import Exit
from ..options import Account, Console, account_options, output_options
from ..runs.changing import ChangeOptions, change, change_options, remove_options
from ..selection.querying import ListingArguments, listing_options, print_found
from ..selection.selecting import select_in_trash, select_to_change
from ..selection.selection import Selection, select_options
from ..syntax.registry import Command, DefaultGroup


@click.command("trash", cls=Command)
@select_options
@remove_options
@output_options
@account_options
def put(*, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Put files, folders (with all they hold) and albums (their photos stay) into the trash.

    They can be restored for 30 days; `trash list` lists them, so what is called "list" itself goes by its path, /list.
    What a filter, a glob or a pipe chose is limited to 100 nodes and 10 % of the library, unless --max-delete says
    otherwise.

    \b
    amazon-photos trash /Pictures/2019/blurred --dry-run
    amazon-photos find "name:blurred*" -o ids | amazon-photos trash - --yes
    amazon-photos trash --filter "extension:tmp" --max-delete 500

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    with account.open_client(console) as client:
        selected = select_to_change(client, selection)
        limit = how.limit(computed=selected.computed)
        return change(console, client, partial(client.trash, selected.ids, max_delete=limit), how)


@click.command("list", cls=Command)
@listing_options
@output_options
@account_options
def list_trash(*, listing: ListingArguments, console: Console, account: Account) -> None:
    """List what is in the trash. A filter may name every column: "name:IMG*", "kind:FOLDER", "size:[10000000 TO *]".

    \b
    amazon-photos trash list
    amazon-photos trash list --filter "extension:heic" --sort=-size --limit 10
    amazon-photos trash list -o ids
    """
    with account.open_client(console) as client:
        print_found(console, client.trashed, listing)


trash = DefaultGroup(put, list_trash)
"""``trash`` puts there, ``trash list`` lists what is there."""


@click.command("restore", cls=Command)
@select_options
@change_options
@output_options
@account_options
def restore(*, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Restore from the trash: by ids, or what a filter finds there.

    \b
    amazon-photos restore HeMReF-vvJiTTkdPIeWuoP
    amazon-photos restore --filter "name:IMG*" --dry-run
    amazon-photos restore --filter "kind:FILE" --limit 5

    Exit codes: 0 done, 1 failed, 3 a part failed.
    """
    with account.open_client(console) as client:
        return change(console, client, partial(client.restore, select_in_trash(client, selection).ids), how)


@click.command("delete", cls=Command)
@select_options
@remove_options
@output_options
@account_options
def delete(*, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Delete for good: by ids, or what a filter finds in the trash. Nothing brings it back, so --yes is wanted.

    \b
    amazon-photos delete HeMReF-vvJiTTkdPIeWuoP --dry-run
    amazon-photos delete --filter "name:IMG*" --yes
    amazon-photos delete HeMReF-vvJiTTkdPIeWuoP --yes

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    with account.open_client(console) as client:
        selected = select_in_trash(client, selection)
        limit = how.limit(computed=selected.computed)
        return change(console, client, partial(client.delete, selected.ids, max_delete=limit), how)
