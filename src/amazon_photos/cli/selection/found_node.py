"""What a path, a glob or an id leads to."""

from __future__ import annotations

from dataclasses import dataclass

FOLDER, ALBUM = "FOLDER", "VISUAL_COLLECTION"


@dataclass(frozen=True, slots=True)
class FoundNode:
    """A node that an item of a selection means; ``kind`` and ``name`` are "" where nobody knows them."""

    id: str
    kind: str
    name: str
