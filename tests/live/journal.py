"""What a run made in an account, on the disk before anything else happens: a line for each step, written through.

::

    {"tld": "ca", "owner": "…"}                                      whose account
    {"making": 1, "kind": "FOLDER", "name": "amazon-photos live …"}    about to be asked for
    {"made": 1, "id": "…"}                                           it is there, and ours
    {"refused": 2}                                                   the service made nothing
    {"renaming": "…", "name": "…"}                                   about to be called so
    {"gone": "…"}                                                    deleted for good

So a run that is killed leaves the ids that the next one may remove, and no other id is ever removed.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amazon_photos.files.durable import sync_folder

_FIRST = b'{"tld": '


class UnreadableJournal(Exception):
    """The file is no journal of ours, or of another account."""


@dataclass
class Made:
    """A node that a run made; ``names`` are all that it may have."""

    id: str
    kind: str
    names: list[str] = field(default_factory=list)


class Journal:
    """Read when opened; a line that a kill cut short counts for nothing."""

    def __init__(self, path: Path, *, tld: str) -> None:
        self.path = path
        self.tld = tld
        self.owner: str | None = None
        self.made: dict[str, Made] = {}
        self._open: dict[int, Made] = {}
        self._number = 0
        self._size = 0
        """Bytes of the file as we left it: if it has others, somebody else writes there."""
        self._is_new = not path.exists()
        try:
            for line in [] if self._is_new else self._lines():
                self._take(line)
        except (ValueError, LookupError, TypeError):
            raise UnreadableJournal(f"{path} is no journal of `make live`") from None

    def check_owner(self, owner: str) -> None:
        """Note whose account it is. Raises ``UnreadableJournal`` if it is another's: there, its ids are gone."""
        if self.owner not in (None, owner):
            raise UnreadableJournal(f"{self.path} is of another account")
        self.owner = owner

    @property
    def uncertain(self) -> list[Made]:
        """What was asked for and never answered: it may be there, under an id that nobody knows."""
        return list(self._open.values())

    def of_kind(self, kind: str) -> list[Made]:
        """List what was made and not deleted since."""
        return [node for node in self.made.values() if node.kind == kind]

    def will_make(self, kind: str, name: str) -> int:
        """Note that a node is about to be made; returns the step's number."""
        number = self._number + 1
        self._write({"making": number, "kind": kind, "name": name})
        return number

    def has_made(self, number: int, node_id: str) -> None:
        self._write({"made": number, "id": node_id})

    def was_refused(self, number: int) -> None:
        self._write({"refused": number})

    def will_rename(self, node_id: str, name: str) -> None:
        self._write({"renaming": node_id, "name": name})

    def has_deleted(self, node_id: str) -> None:
        self._write({"gone": node_id})

    def remove_if_done(self) -> bool:
        """Remove the file when nothing of what it names is left, unless another run has written there."""
        if self.made or self._open:
            return False
        if self.path.exists() and self.path.stat().st_size == self._size:
            self.path.unlink()
        return True

    # --- parts

    def _lines(self) -> list[dict[str, Any]]:
        held = self.path.read_bytes()
        whole = held[: held.rfind(b"\n") + 1]
        if not whole and (_FIRST.startswith(held) or held.startswith(_FIRST)):
            self.path.unlink()  # killed before anything was made
            self._is_new = True
            return []
        first, *lines = [json.loads(line) for line in whole.splitlines()]
        if first["tld"] != self.tld:
            raise UnreadableJournal(f"{self.path} is of an account at amazon.{first['tld']}, not amazon.{self.tld}")
        self.owner = first.get("owner")
        os.truncate(self.path, len(whole))  # or what is added would stand behind half a line
        self._size = len(whole)
        return lines

    def _take(self, line: dict[str, Any]) -> None:
        match line:
            case {"making": int(number), "kind": str(kind), "name": str(name)}:
                self._number = number
                self._open[number] = Made("", kind, [name])
            case {"made": int(number), "id": str(node_id)}:
                node = self._open.pop(number)
                node.id = node_id
                self.made[node_id] = node
            case {"refused": int(number)}:
                self._open.pop(number)
            case {"renaming": str(node_id), "name": str(name)}:
                self.made[node_id].names.append(name)
            case {"gone": str(node_id)}:
                self.made.pop(node_id)
            case _:
                raise ValueError("no line of ours")

    def _write(self, line: dict[str, Any]) -> None:
        """Raises ``UnreadableJournal`` and ``OSError`` where it is not the file that we left: two runs have two."""
        lines = [{"tld": self.tld, "owner": self.owner}, line] if self._is_new else [line]
        with self.path.open("xb" if self._is_new else "r+b") as file:
            if file.seek(0, os.SEEK_END) != self._size:
                raise UnreadableJournal(f"{self.path} was changed meanwhile: is another run at work with it?")
            file.write(b"".join(json.dumps(one).encode() + b"\n" for one in lines))
            file.flush()
            os.fsync(file.fileno())
            self._size = file.tell()
        if self._is_new:
            sync_folder(self.path.parent)
        self._is_new = False
        self._take(line)
