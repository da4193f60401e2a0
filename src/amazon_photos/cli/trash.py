"""``amazon-photos trash`` and ``restore``: what can be taken back; and ``delete``, which cannot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from .changing import How, change, change_options, max_delete_option
from .client import open_client
from .console import Console
from .exits import Exit
from .options import Command, catalog_option, connection_options, output_options
from .selection import read_selection


def _selecting(command: Command) -> Command:
    """The arguments and options of a command that changes what is selected."""
    items = click.argument("items", nargs=-1, metavar="[ID|PATH|-]...")
    filters = click.option("--filter", "filters", metavar="FILTER", help="What a filter finds, in place of ids.")
    return items(filters(change_options(output_options(catalog_option(connection_options(command))))))


def _run(method: str, options: dict[str, Any], **more: Any) -> Exit:
    take: Callable[..., Any] = options.pop
    console = Console(output=take("output"), as_json=take("as_json"))
    selected = read_selection(take("items"), take("filters"))
    how = How(dry_run=take("dry_run"), plan=take("plan"), yes=take("yes"))
    where = [take(name) for name in ("cookies", "tld", "endpoint")]
    with open_client(*where, profile=take("profile"), catalog=take("catalog")) as client:
        return change(console, client, partial(getattr(client, method), selected, **more), how)


@click.command("trash")
@_selecting
@max_delete_option
def trash(*, max_delete: str | None, **options: Any) -> Exit:
    """Put files, folders (with all they hold) and albums (their photos stay) into the trash.

    They can be restored for 30 days. What a filter finds is limited to 100 nodes and 10 % of the library, unless
    --max-delete says otherwise.

    \b
    amazon-photos trash /Pictures/2019/blurred --dry-run
    amazon-photos find "size:[* TO 1000]" -o ids | amazon-photos trash - --yes
    amazon-photos trash --filter "extension:tmp" --max-delete 500

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    return _run("trash", options, max_delete=max_delete)


@click.command("restore")
@_selecting
def restore(**options: Any) -> Exit:
    """Restore from the trash: by ids, or what a filter finds there.

    \b
    amazon-photos restore HeMReF-vvJiTTkdPIeWuoP
    amazon-photos restore --filter "name:IMG*" --dry-run
    amazon-photos history -o jsonl

    Exit codes: 0 done, 1 failed, 3 a part failed.
    """
    return _run("restore", options)


@click.command("delete")
@_selecting
@max_delete_option
def delete(*, max_delete: str | None, **options: Any) -> Exit:
    """Delete for good: by ids, or what a filter finds in the trash. Nothing brings it back, so --yes is wanted.

    \b
    amazon-photos delete HeMReF-vvJiTTkdPIeWuoP --dry-run
    amazon-photos delete --filter "name:IMG*" --yes
    amazon-photos delete HeMReF-vvJiTTkdPIeWuoP --yes

    Exit codes: 0 done, 1 failed, 3 a part failed, 6 refused: a limit, or nobody said yes.
    """
    return _run("delete", options, max_delete=max_delete)
