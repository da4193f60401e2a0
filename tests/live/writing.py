"""The writing run: a folder and an album of a name of its own, three made pictures, and away with all of it.

Every step is looked at before the next one; the first surprise ends the run, and nothing is tidied up then: what is
there is evidence. ``clean_up`` removes it later, by the journal alone.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from operator import eq
from typing import TYPE_CHECKING, Any

import click

import pictures
from amazon_photos import Catalog, Node
from amazon_photos.errors import NotFound

from . import files
from .checks import Ended, Live, Report
from .files import md5_of
from .journal import Made

if TYPE_CHECKING:
    import pandas as pd

PICTURES = ("one.jpg", "two.jpg", "three.jpg")
RENAMED = "four.jpg"
NAME = "amazon-photos live "
"""What every folder and album of ours is called, and then some digits."""


def write(live: Live, report: Report) -> None:
    """Make, change and delete, and see that nothing else has changed. Raises ``Ended`` at the first surprise."""
    live.ends_at_surprise = True
    report.run(live, WritingRun(live).list_steps())


def clean_up(live: Live, report: Report) -> None:
    """Delete what the journal names, and nothing else."""
    live.gate.journal = live.journal
    live.gate.whole_library = live.ends_at_surprise = True
    report.run(live, [("clean up", delete_made)])


def tell_what_is_left(live: Live) -> int:
    """Name what this run made and did not delete, and how to; the exit code, 0 if nothing is left."""
    journal = live.journal
    if journal.remove_if_done():
        return 0
    for node in journal.made.values():
        click.echo(f"Left in the account: {node.kind} {node.names[-1]!r}, id {node.id}", err=True)
    for node in journal.uncertain:
        click.echo(f"Perhaps in the account, for no answer came: {node.kind} {node.names[-1]!r}", err=True)
    click.echo(f"To remove it: the same command with CLEAN=1 (it reads {journal.path})", err=True)
    return 3


class WritingRun:
    """The steps, and what each leaves for the next."""

    def __init__(self, live: Live) -> None:
        self.live, self.ap = live, live.ap
        self.name = f"{NAME}{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        self.before: pd.DataFrame | None = None
        self.made = pictures.write(
            live.work / self.name, *PICTURES, start=secrets.randbelow(1 << 20), keywords=self.name
        )
        self.ids: list[str] = []

    def list_steps(self) -> list[tuple[str, Callable[[Live], None]]]:
        """List the steps in their order."""
        return [
            ("write: list the library", self.list_library),
            *files.list_library_checks(),
            ("write: a name of its own", self.allow),
            ("write: a folder", self.make_folder),
            ("write: uploads", self.upload),
            ("write: uploads again", self.upload_again),
            ("write: contents of the folder", self.contents),
            ("write: rename", self.rename),
            ("write: favourite", self.favourite),
            ("write: an album", self.album),
            ("write: downloads", self.download),
            ("write: trash and restore", self.trash),
            ("write: delete for good", delete_made),
            ("write: nothing else has changed", self.compare),
        ]

    def list_library(self, live: Live) -> None:
        """The catalogue is made, which uploads need."""
        live.gate.whole_library = True
        self.ap.refresh()
        self.before = Catalog.open(self.ap.catalog.path).frame()

    def allow(self, live: Live) -> None:
        """Changes are let through; nothing has this run's name yet."""
        assert self.before is not None
        live.expect(self.name not in set(self.before.name.dropna()), "the run's own name is taken")
        live.gate.journal, live.gate.own_name = live.journal, self.name

    def make_folder(self, live: Live) -> None:
        """A new folder, not one that was there."""
        made = self.ap.create_folders(self.name)
        live.expect(made.outcome.tolist() == ["created"], "the folder was not created", made)
        live.expect(made.id.tolist() == [node.id for node in live.journal.of_kind("FOLDER")], "another folder", made)

    def upload(self, live: Live) -> None:
        """Each picture arrives whole, and is told of under its name."""
        up = self.ap.upload(self.made, to=self.name)
        self.ids = up.id.tolist()
        live.expect((up.outcome == "uploaded").all(), "a picture was not uploaded", up.reason.tolist())
        live.expect(set(self.ids) == {node.id for node in live.journal.of_kind("FILE")}, "other ids than noted", up)
        for path, node_id in zip(self.made, self.ids, strict=True):
            node = _wait(live, partial(_look, live, node_id), lambda node: node is not None and node.md5)
            live.expect(node is not None, "an upload is not there", node_id)
            live.expect(node.name == path.name and node.kind == "FILE", "an upload has another name or kind", node)
            live.expect(node.md5 == md5_of(path), "an upload's md5 is not its file's", node)

    def upload_again(self, live: Live) -> None:
        """What is there is not sent again."""
        posts = live.gate.sent["POST"]
        again = self.ap.upload(self.made, to=self.name)
        live.expect((again.outcome == "exists").all(), "what is there was not recognized", again)
        live.expect(live.gate.sent["POST"] == posts, "what is there was sent again")

    def contents(self, live: Live) -> None:
        """The folder lists the pictures."""
        found = _wait(live, lambda: self.ap.children(self._folder), lambda found: len(found) == len(PICTURES))
        live.expect(set(found.id) == set(self.ids), "the folder does not hold the pictures", found.id)

    def rename(self, live: Live) -> None:
        """A new name is there at once, and stays."""
        outcome = self.ap.rename(self.ids[0], RENAMED).outcome
        live.expect(outcome.tolist() == ["renamed"], "a new name was not taken")
        live.expect(_wait_for_name(live, self.ids[0]), "a new name is not told of")

    def favourite(self, live: Live) -> None:
        """Marked and unmarked."""
        for change, wanted in ((self.ap.favorite, True), (self.ap.unfavorite, False)):
            live.expect(change(self.ids[:1]).outcome.iloc[0] != "failed", f"favorite {wanted}: refused")
            held = _wait(live, self._is_favorite, partial(eq, wanted))
            live.expect(held is wanted, f"favorite {wanted}: the node says otherwise")

    def album(self, live: Live) -> None:
        """An album holds what was put into it, and no more what was removed."""
        made = self.ap.albums.create(self.name, node_ids=self.ids).id.iloc[0]  # the album is the first row
        found = _wait(live, lambda: self.ap.children(made), lambda found: len(found) == len(PICTURES))
        live.expect(set(found.id) == set(self.ids), "the album does not hold the pictures", found.id)
        outcome = self.ap.albums.remove(made, self.ids[:1]).outcome
        live.expect(outcome.tolist() == ["removed"], "not removed from the album")
        found = _wait(live, lambda: self.ap.children(made), lambda found: len(found) == len(PICTURES) - 1)
        live.expect(set(found.id) == set(self.ids[1:]), "the album holds what was removed", found.id)

    def download(self, live: Live) -> None:
        """The pictures come back as they were."""
        came = self.ap.download(self.ids, out=live.work / "back")
        live.expect((came.outcome == "downloaded").all(), "a download failed", came)
        back = {md5_of(path) for path in came.path.dropna()}
        live.expect(back == {md5_of(path) for path in self.made}, "the pictures came back otherwise", came)

    def trash(self, live: Live) -> None:
        """To the trash and back again."""
        for change, done, status in ((self.ap.trash, "trashed", "TRASH"), (self.ap.restore, "restored", "AVAILABLE")):
            live.expect(change(self.ids[1:2]).outcome.tolist() == [done], f"not {done}")
            held = _wait(live, self._status, partial(eq, status))
            live.expect(held == status, f"{done}, but its status is not {status}", held)

    def compare(self, live: Live) -> None:
        """Every node that was there is there as it was; what others added meanwhile is theirs."""
        assert self.before is not None
        now = _wait(live, self._list_again, lambda now: not set(self.ids) & set(now))
        live.expect(not set(self.ids) & set(now), "what was deleted is still listed")
        changed = [node_id for node_id, row in _nodes(self.before).items() if now.get(node_id) != row]
        live.expect(not changed, "nodes that this run did not make have changed meanwhile", changed)

    def _list_again(self) -> dict[str, tuple[Any, ...]]:
        self.ap.refresh()
        return _nodes(Catalog.open(self.ap.catalog.path).frame())

    def _status(self) -> str:
        return self.ap.node(self.ids[1]).status

    def _is_favorite(self) -> bool:
        settings = self.ap.node(self.ids[0]).settings
        return settings is not None and bool(settings.favorite)

    @property
    def _folder(self) -> str:
        return self.live.journal.of_kind("FOLDER")[0].id


def delete_made(live: Live) -> None:
    """Delete the files that the journal names, then the albums and folders that are empty.

    All of them are looked at before the first is deleted: a file is ours by its folder.
    """
    made = [node for kind in ("FILE", "VISUAL_COLLECTION", "FOLDER") for node in live.journal.of_kind(kind)]
    for node in made:
        _look_at_ours(live, node)
    for node in made:
        _delete(live, node)


def _delete(live: Live, made: Made) -> None:
    """Delete a node for good, if it is what the journal says. Raises ``Ended`` at the first doubt."""
    node = _look_at_ours(live, made)
    if node is not None:
        if made.kind != "FILE":
            _expect_empty(live, made)
        for change in (live.ap.trash, live.ap.delete) if node.status != "TRASH" else (live.ap.delete,):
            outcome = change([made.id])
            if outcome.outcome.tolist() == ["failed"]:
                raise Ended(f"{made.id} was not deleted: the service refused")
        gone = _wait(live, lambda: _look(live, made.id), lambda found: found is None)
        if gone is not None:
            raise Ended(f"{made.id} was deleted, and is still there")
    live.journal.has_deleted(made.id)


def _look_at_ours(live: Live, made: Made) -> Any:
    """The node as it is; None for one that is gone. Raises ``Ended`` if it is not what the journal says."""
    node = _look(live, made.id)
    if node is not None and not _is_as_noted(live, node, made):
        raise Ended(f"{made.id} is not what the journal says, and stays")
    return node


def _is_as_noted(live: Live, node: Node, made: Made) -> bool:
    """Whether it has the kind and a name that the journal says, and is nowhere but in a folder of ours."""
    if (node.kind, node.name) not in [(made.kind, name) for name in made.names]:
        return False
    if made.kind == "FILE":
        return bool(node.parents) and set(node.parents) <= set(live.journal.made)
    return node.name.startswith(NAME)


def _look(live: Live, node_id: str) -> Any:
    """The node as it is; None for one that is gone."""
    try:
        node = live.ap.node(node_id)
    except NotFound:
        return None
    return None if node.status == "PURGED" else node


def _expect_empty(live: Live, made: Made) -> None:
    """Raises ``Ended`` while it holds anything, in the trash or not: that would lose its place, or be trashed too."""
    called = "folder" if made.kind == "FOLDER" else "album"
    for filters in (None, "status:TRASH"):
        held = _wait(live, partial(live.ap.children, made.id, filters=filters), lambda found: found.empty)
        if not held.empty:
            raise Ended(f"the {called} {made.id} holds what this run has no record of: it stays, look into it by hand")


def _wait_for_name(live: Live, node_id: str) -> bool:
    return bool(_wait(live, lambda: live.ap.node(node_id), lambda node: node.name == RENAMED).name == RENAMED)


def _wait(live: Live, look: Callable[[], Any], enough: Callable[[Any], Any]) -> Any:
    """Look again until it is as wanted, for ``live.lag`` seconds at most; what was seen last."""
    end, pause = time.monotonic() + live.lag, 0.5
    while not enough(seen := look()) and time.monotonic() < end:
        time.sleep(pause)
        pause = min(2 * pause, 8.0)
    return seen


def _nodes(frame: pd.DataFrame) -> dict[str, tuple[Any, ...]]:
    """Every node but the root, whose dates and version change with what is put into it."""
    rows = frame[~frame.isRoot.fillna(False)].astype("object")
    return {row[0]: row for row in zip(rows.id, *(map(repr, rows[name]) for name in rows.columns), strict=True)}
