"""``amazon-photos cat``: one file of the library on standard output."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click

from ...errors import InvalidInput
from ..options import Account, Console, account_options, speaking_options
from ..output.content import write_content
from ..selection.selection import ALBUMS, Selection
from ..selection.standard_input import is_id
from ..syntax.registry import Command

if TYPE_CHECKING:
    from ...blocking.client import AmazonPhotos

_LOOKED_UP = re.compile(rf"[*?\[]|^{ALBUMS}/")
"""Globs and albums: what only the catalogue knows."""


@click.command("cat", cls=Command)
@click.argument("item", metavar="ID|PATH")
@click.option("--offset", type=int, default=0, metavar="N", help="Begin at this byte; below 0: so many before the end.")
@click.option("--count", type=click.IntRange(min=0), metavar="N", help="At most so many bytes  [all].")
@speaking_options
@account_options
def command(*, item: str, offset: int, count: int | None, console: Console, account: Account) -> None:
    """Write a file of the library to standard output, as it is.

    What breaks off goes on from where it was, and of a whole file the MD5 is compared: where it is wrong, the code is
    1, and what was written is to be thrown away. A reader that has had enough (| head) is no error. A terminal gets
    text only; other bytes go into a pipe or a file.

    \b
    amazon-photos cat /Documents/notes.txt
    amazon-photos cat HeMReF-vvJiTTkdPIeWuoP | exiftool -
    amazon-photos cat /Videos/long.mp4 --offset=-1000000 > end.bin
    """
    with account.open_client(console) as client:
        node = find_file(client, item)
        if offset < 0:
            with client.open(node) as file:
                offset = max(0, file.seek(0, os.SEEK_END) + offset)
        write_content(client, node, start=offset, end=None if count is None else offset + count)


def find_file(client: AmazonPhotos, item: str) -> str:
    """Find what one item means, as the library's readers take it: an id, or a path.

    Paths are asked of Amazon, which needs no catalogue; albums and globs are looked up in it. Raises ``InvalidInput``.
    """
    if is_id(item):
        return item
    if not _LOOKED_UP.search(item):
        return item if "/" in item else f"/{item}"
    from ..selection.selecting import select

    found = select(client, Selection.read(items=[item])).ids
    if len(found) != 1:
        raise InvalidInput(f"{item!r:.200} is {len(found):,} files, and one is due here: `amazon-photos ls` lists them")
    return found[0]
