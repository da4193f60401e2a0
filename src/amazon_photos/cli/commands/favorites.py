"""``amazon-photos favorites``, ``hide`` and ``unhide``: the marks that a photo can have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ..exits import Exit
from ..options import Account, Console, account_options, output_options
from ..runs.changing import ChangeOptions, change, change_options
from ..selection.querying import SearchArguments, print_found, query_options
from ..selection.selecting import select_files
from ..selection.selection import Selection, select_options
from ..syntax.registry import Command, Group

if TYPE_CHECKING:
    import pandas as pd

    from ...blocking.client import AmazonPhotos


@click.group("favorites", cls=Group)
def favorites() -> None:
    """List favourites, and mark and unmark them.

    \b
    amazon-photos favorites list
    amazon-photos favorites add "/Pictures/2019/best/*"
    amazon-photos favorites remove --older-than 10y --dry-run
    """


@favorites.command("list", cls=Command)
@query_options
@output_options
@account_options
def list_favorites(*, query: SearchArguments, console: Console, account: Account) -> None:
    """List the favourites, the newest first, as Amazon's search index has them.

    It takes seconds until it knows of a new one. `find favorite:true` tells those of the catalogue, without a request.

    \b
    amazon-photos favorites list
    amazon-photos favorites list --filter "timeYear:(2019)" --sort=-size
    amazon-photos favorites list -o ids
    """
    with account.open_client(console) as client:
        print_found(console, partial(_query_favorites, client), query)


def _query_favorites(client: AmazonPhotos, filters: Any = None, **options: Any) -> pd.DataFrame:
    from ...query.build import F

    given = filters if isinstance(filters, list) else [filters]
    return client.query([F.type("PHOTOS", "VIDEOS"), F.favorite, *given], **options)


@favorites.command("add", cls=Command)
@select_options
@change_options
@output_options
@account_options
def add(*, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Mark photos and videos as favourites.

    \b
    amazon-photos favorites add /Pictures/2019/best.jpg
    amazon-photos favorites add "albums/Summer/*"
    amazon-photos find "timeYear:2019" --limit 10 -o ids | amazon-photos favorites add -

    Exit codes: 0 done, 1 failed, 3 a part failed.
    """
    return _mark(lambda client: client.favorite, selection, how, console, account)


@favorites.command("remove", cls=Command)
@select_options
@change_options
@output_options
@account_options
def remove(*, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Unmark favourites.

    \b
    amazon-photos favorites remove /Pictures/2019/best.jpg
    amazon-photos favorites remove --filter "favorite:true AND timeYear:2009" --dry-run
    amazon-photos favorites list -o ids | amazon-photos favorites remove -

    Exit codes: 0 done, 1 failed, 3 a part failed.
    """
    return _mark(lambda client: client.unfavorite, selection, how, console, account)


@click.command("hide", cls=Command)
@select_options
@change_options
@output_options
@account_options
def hide(*, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Hide photos and videos from the photo view; they stay where they are, and `unhide` shows them again.

    \b
    amazon-photos hide /Pictures/2019/receipt.jpg
    amazon-photos hide --filter "name:Screenshot*" --dry-run
    amazon-photos hide "albums/Receipts/*"

    Exit codes: 0 done, 1 failed, 3 a part failed.
    """
    return _mark(lambda client: client.hide, selection, how, console, account)


@click.command("unhide", cls=Command)
@select_options
@change_options
@output_options
@account_options
def unhide(*, selection: Selection, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Show hidden photos and videos in the photo view again.

    \b
    amazon-photos unhide /Pictures/2019/receipt.jpg
    amazon-photos unhide "/Pictures/2019/*.jpg"
    amazon-photos unhide --filter "settings.hidden:true" --dry-run

    Exit codes: 0 done, 1 failed, 3 a part failed.
    """
    return _mark(lambda client: client.unhide, selection, how, console, account)


def _mark(
    choose: Callable[[AmazonPhotos], Callable[..., pd.DataFrame]],
    selection: Selection,
    how: ChangeOptions,
    console: Console,
    account: Account,
) -> Exit:
    """A mark is taken back as easily as it is made, so nobody is asked."""
    with account.open_client(console) as client:
        ids = select_files(client, selection).ids
        return change(console, client, partial(choose(client), ids), how, asks=False)
