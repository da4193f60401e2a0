"""The tour of ``amazon-photos demo``: each call of the library, as a script would make it, and what it gives.

What it shows is this command's data, so its headings go to standard output, too.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...errors import ContentMismatch, hide_controls
from ...query.build import F
from ..output.console import Console
from ..output.frames import print_frame

if TYPE_CHECKING:
    import pandas as pd

    from ...blocking.client import AmazonPhotos

_SEARCH = "type:(PHOTOS OR VIDEOS)"
_DRAWN = " AND things:(plant AND beach OR moon) AND timeYear:(2023) AND location:(CAN#BC#Vancouver)"
"""Two of the drawn pictures are so."""


def show(ap: AmazonPhotos, source: Path, work: Path, *, drawn: bool) -> None:
    """Show the library around: pictures go up, are found and come down, and some go through the trash.

    Raises ``ContentMismatch`` where a byte did not come back as it left.
    """
    _send(ap, source)
    _look(ap)
    _search(ap, _SEARCH + _DRAWN if drawn else _SEARCH)
    _bring_home(ap, source, work / "media")
    _tidy(ap)


def say(text: str) -> None:
    """Say what comes next, in bold at a terminal."""
    click.secho(f"\n{hide_controls(text)}", bold=True)


def _send(ap: AmazonPhotos, source: Path) -> None:
    say(f"ap.upload({source.name!r})")
    _count(ap.upload(source))


def _look(ap: AmazonPhotos) -> None:
    say("ap.usage(): how much is stored, by kind")
    _print(ap.usage())
    say("ap.db: the library as a DataFrame, kept in ap.parquet")
    _print(ap.db.head(10), "name", "contentDate", "size")
    say("ap.print_tree()")
    ap.print_tree()
    say('ap.aggregations("all"): what there is to search for')
    _print(ap.aggregations(category="all"), "category", "value", "count")


def _search(ap: AmazonPhotos, search: str) -> None:
    say(f"ap.query({search!r})")
    _print(ap.query(search), "name", "image.dateTime", "image.model")
    say("ap.find(F.size > 20_000): the same language, answered offline")
    _print(ap.find(F.size > 20_000).head(5), "name", "size")


def _bring_home(ap: AmazonPhotos, source: Path, target: Path) -> None:
    files = ap.nodes("kind:FILE")
    say(f"ap.download(ids): all {len(files):,} of them, verified")
    result = ap.download(files.id, out=target)
    _count(result)
    down = sorted(_hash(Path(path)) for path in result["path"])
    if down != sorted(files.md5):
        raise ContentMismatch("what came down is not what is up there")
    if not set(down) <= {_hash(path) for path in source.rglob("*") if os.path.isfile(path)}:
        raise ContentMismatch("what is up there is not what went up")
    click.echo(f"{len(down):,} files, every MD5 the same as before the upload")


def _tidy(ap: AmazonPhotos) -> None:
    some = list(ap.nodes("kind:FILE").id[:3])
    say("ap.trash(ids), ap.restore(ids), ap.delete(ids)")
    _print(ap.trash(some), "id", "outcome")
    _print_totals(ap, "after putting three into the trash")
    ap.restore(some)
    _print_totals(ap, "after restoring them")
    ap.trash(some[:1])
    ap.delete(some[:1])
    _print_totals(ap, "after deleting one for good")


def _print_totals(ap: AmazonPhotos, when: str) -> None:
    click.echo(f"{when}: {len(ap.trashed()):,} in the trash, {len(ap.nodes('kind:FILE')):,} in the library")


def _count(result: pd.DataFrame) -> None:
    counts = result["outcome"].value_counts()
    click.echo(", ".join(f"{number:,} {outcome}" for outcome, number in counts.items()))


def _print(frame: pd.DataFrame, *columns: str) -> None:
    print_frame(Console(output="table", out=sys.stdout), frame, columns or None)


def _hash(path: Path) -> str:
    """By means of its own, as the client's are what is shown to be right."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()
