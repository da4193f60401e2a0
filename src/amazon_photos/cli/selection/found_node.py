"""What a path, a glob or an id leads to, and who knows what an album holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

FOLDER, ALBUM = "FOLDER", "VISUAL_COLLECTION"


@dataclass(frozen=True, slots=True)
class FoundNode:
    """A node that an item of a selection means; ``kind`` and ``name`` are "" where nobody knows them."""

    id: str
    kind: str
    name: str


class AlbumContents(Protocol):
    """Tells what an album holds: as of the last refresh of relations, or as it is now."""

    def list_held(self, album: str) -> list[FoundNode]:
        """List what the album of that id holds."""
        ...

    def describe(self, album: str) -> str:
        """Describe it, to tell it from another of its name: "3 nodes, 2019-07-01 to 2019-07-04"."""
        ...
