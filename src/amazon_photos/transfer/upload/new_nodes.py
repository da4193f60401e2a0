"""What an upload knows and ap.parquet does not: new nodes as the service told them, and those that they replaced.

They are held until ap.parquet takes them, and repeat each other: compressed, a tenth is left.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import msgspec

_NODES_PER_BLOCK = 64
"""Nodes that are compressed together: some 100 KB, which take a millisecond."""
_END = b"\0"
"""Stands in no JSON."""


class NewNodes:
    """Nodes in the order in which they came; ``len`` counts them."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._loose: list[msgspec.Raw] = []

    def __len__(self) -> int:
        return len(self._blocks) * _NODES_PER_BLOCK + len(self._loose)

    def __iter__(self) -> Iterator[msgspec.Raw]:
        for block in self._blocks:
            yield from map(msgspec.Raw, zlib.decompress(block).split(_END))
        yield from self._loose

    def add(self, node: msgspec.Raw) -> None:
        """Add one."""
        self._loose.append(node)
        if len(self._loose) == _NODES_PER_BLOCK:
            self._blocks.append(zlib.compress(_END.join(self._loose), 1))
            self._loose = []


class PendingMerge:
    """What is to be merged into ap.parquet: ``nodes`` as they are, and those ``trashed`` as they were before."""

    def __init__(self) -> None:
        self.nodes = NewNodes()
        self.trashed = NewNodes()

    def __len__(self) -> int:
        return len(self.nodes) + len(self.trashed)

    def take(self) -> PendingMerge:
        """Return all that has come since the last call; what comes from now on is for the next."""
        taken = PendingMerge()
        taken.nodes, taken.trashed, self.nodes, self.trashed = self.nodes, self.trashed, taken.nodes, taken.trashed
        return taken
