"""``amazon-photos move``, ``rename``, ``describe`` and ``label``: what can be changed about nodes one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import click

from ...errors import InvalidInput
from ..exits import Exit
from ..options import Account, Console, account_options, gather, output_options
from ..runs.changing import ChangeOptions, change, change_options
from ..selection.selecting import select_to_change
from ..selection.selection import ALBUMS, CONDITIONS, STDIN, Selection, select_options
from ..syntax.registry import Command

_DUE = "one is renamed by its id or path and the new name; many by --template, such as '{year}-{month:02} {name}'"


@click.command("move", cls=Command)
@select_options
@click.option("--to", required=True, metavar="FOLDER", help="The folder, by its path or id.")
@change_options
@output_options
@account_options
def move(*, selection: Selection, to: str, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Move files and folders into another folder, out of all that they are in.

    Nobody has seen Amazon Photos accept this: it is known from the older Amazon Drive alone. Where it is refused, the
    row says so.

    \b
    amazon-photos move "/Pictures/*.jpg" --to /Pictures/2019
    amazon-photos move --filter "timeYear:2019" --to /Pictures/2019 --dry-run
    amazon-photos find "extension:heic" -o ids | amazon-photos move - --to /Pictures/iPhone

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 nobody said yes.
    """
    if not to.strip():
        raise InvalidInput("--to names no folder: the top of the library is /")
    if to.startswith(f"{ALBUMS}/"):
        album = to.removeprefix(f"{ALBUMS}/")
        raise InvalidInput(f"an album is no folder: `amazon-photos albums add {album:.80}` puts photos into one")
    with account.open_client(console) as client:
        ids = select_to_change(client, selection).ids
        return change(console, client, partial(client.move, ids, to=to), how)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """Which node gets which name, or which get theirs by a template."""

    selection: Selection
    name: str | None
    template: str | None

    @classmethod
    def read(cls, *, items: Sequence[str], template: str | None, **conditions: Any) -> Renaming:
        """Read what was given: without a template, a node and its name. Raises ``InvalidInput``."""
        if template is not None:
            return cls(selection=Selection.read(items=items, **conditions), name=None, template=template)
        if len(items) != 2 or any(conditions.values()) or items[0] == STDIN:
            raise InvalidInput(_DUE)
        node, name = items
        if "/" in name:
            raise InvalidInput(f"{name!r:.200} is a path, and a name is due: `amazon-photos move` changes the folder")
        return cls(selection=Selection.read(items=[node]), name=name, template=None)


@click.command("rename", cls=Command)
@gather(
    "renaming",
    Renaming.read,
    click.argument("items", nargs=-1, metavar="ID|PATH NEW | [ID|PATH|-]... --template TEXT"),
    *CONDITIONS,
    click.option("--template", metavar="TEXT", help="Name many: {name} {stem} {ext} {year} {month:02} {day:02} {n} …"),
)
@change_options
@output_options
@account_options
def rename(*, renaming: Renaming, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Rename a file or a folder, or many by a template.

    A template has the fields name, stem, ext, id, md5, category, n (1, 2, 3 …), year, month, day, hour, minute and
    second (of the capture time). Of two that would get one name in a folder the second gets "(1)".

    \b
    amazon-photos rename /Pictures/2019/IMG_1.jpg sunset.jpg
    amazon-photos rename "/Pictures/2019/*" --template "{year}-{month:02}-{day:02} {name}" --dry-run
    amazon-photos rename --album Summer --template "Summer {n:03}.{ext}"

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 nobody said yes.
    """
    with account.open_client(console) as client:
        selected = select_to_change(client, renaming.selection)
        if renaming.template is not None:
            return change(console, client, partial(client.rename, selected.ids, template=renaming.template), how)
        if len(selected.ids) != 1:
            raise InvalidInput(f"one name is for one node, and these are {len(selected.ids):,}: --template names many")
        return change(console, client, partial(client.rename, selected.ids[0], renaming.name), how)


@click.command("describe", cls=Command)
@select_options
@click.option("--text", required=True, help="The description, at most 500 characters; an empty one removes it.")
@change_options
@output_options
@account_options
def describe(*, selection: Selection, text: str, how: ChangeOptions, console: Console, account: Account) -> Exit:
    """Set the description of files, folders and albums, in the place of what stood there.

    \b
    amazon-photos describe /Pictures/2019/beach.jpg --text "the first morning"
    amazon-photos describe "albums/Summer/*" --text "Summer 2019" --dry-run
    amazon-photos describe --filter "timeYear:2019" --text ""

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 nobody said yes.
    """
    with account.open_client(console) as client:
        ids = select_to_change(client, selection).ids
        return change(console, client, partial(client.describe, ids, text), how)


@click.command("label", cls=Command)
@select_options
@click.option("--label", "labels", multiple=True, metavar="TEXT", help="One of the labels; at most ten.")
@click.option("--clear", is_flag=True, help="Remove all labels.")
@change_options
@output_options
@account_options
def label(
    *,
    selection: Selection,
    labels: tuple[str, ...],
    clear: bool,
    how: ChangeOptions,
    console: Console,
    account: Account,
) -> Exit:
    """Set all labels of files, folders and albums, in the place of those that they had.

    \b
    amazon-photos label /Pictures/2019/beach.jpg --label beach --label summer
    amazon-photos label "albums/Summer/*" --label summer --dry-run
    amazon-photos label --filter "timeYear:2019" --clear

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 nobody said yes.
    """
    if bool(labels) == clear:
        raise InvalidInput("give the labels, each by --label; or --clear, which removes them")
    with account.open_client(console) as client:
        ids = select_to_change(client, selection).ids
        return change(console, client, partial(client.label, ids, list(labels)), how)
