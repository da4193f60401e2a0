"""What a plan is going to send, as later files of it have to be told from it: contents, and names in folders.

A million files in some 50 MB: as texts in sets and dicts of Python's they took 340.
"""

from __future__ import annotations

import hashlib
import zlib

from ...catalog.index import LibraryIndex

_DIGEST = 16
_RECORD = _DIGEST + 4
_FIRST_BUCKETS = 1 << 10
_BUCKETS = 1 << 16
"""Of a million records each bucket has 350 bytes. What has more than 512 comes from the system's allocator, which keeps
it once it is no longer needed; smaller pieces lie in memory of Python's own, which goes back."""
_REHASH_AT = 16 * _FIRST_BUCKETS
"""Records from which on there are many buckets: 65,536 of them take half a megabyte, with nothing in them."""
_TEXTS = 1024


class PlanIndex:
    """Contents and names that files of this plan have: what ``LibraryIndex`` tells of the library."""

    def __init__(self) -> None:
        self._contents = _Numbers()
        self._names = _Numbers()
        self._paths = _Texts()

    def add(self, path: str, md5: str, folder: str, name: str) -> None:
        """Add the file at ``path``, which is going to be ``name`` in ``folder``.

        Of several with one content the first is found.
        """
        digest = bytes.fromhex(md5)
        if self._contents.find(digest) is None:
            self._contents.add(digest, self._paths.add(path))
        self._names.add(_digest_place(folder, name), 0)

    def find_first(self, md5: str) -> str | None:
        """Find the path of the first file with a content; None if there is none."""
        number = self._contents.find(bytes.fromhex(md5))
        return None if number is None else self._paths.read(number)

    def has_name(self, folder: str, name: str) -> bool:
        """Tell whether a file has a name in a folder."""
        return self._names.find(_digest_place(folder, name)) is not None


class NodesInUse:
    """Which nodes of the library files of an upload are there as, and which make room for other files of it.

    A replacement must not put into the trash what another file is told to exist as: the node itself, nor the still of
    a live photo, whose movie goes with it. The plan asks this of what it saw, and the uploads of what they were told.
    """

    def __init__(self, known: LibraryIndex) -> None:
        self._known = known
        self._kept = _Numbers()
        self._replaced: set[str] = set()

    def keep(self, node_id: str) -> None:
        """Note that a file is there as this node; if that is a movie, its still stays, too."""
        for kept in self._with_still(node_id):
            digest = _digest(kept)
            if self._kept.find(digest) is None:
                self._kept.add(digest, 0)

    def is_kept(self, node_id: str) -> bool:
        """Tell whether a file is there as this node, or as the movie of it."""
        return self._kept.find(_digest(node_id)) is not None

    def replace(self, node_id: str) -> None:
        """Note that this node makes room for a file."""
        self._replaced.add(node_id)

    def leaves(self, node_id: str) -> bool:
        """Tell whether this node, or the still of which it is the movie, makes room for a file."""
        return not self._replaced.isdisjoint(self._with_still(node_id))

    def _with_still(self, node_id: str) -> list[str]:
        still = self._known.still_of(node_id)
        return [node_id] if still is None else [node_id, still.id]


def _digest_place(folder: str, name: str) -> bytes:
    return _digest(f"{folder}\0{name}")


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


class _Numbers:
    """A number by each digest: a hash table, of buckets in which records lie one after the other."""

    def __init__(self) -> None:
        self._buckets = [b""] * _FIRST_BUCKETS
        self._count = 0

    def add(self, digest: bytes, number: int) -> None:
        self._count += 1
        if self._count == _REHASH_AT:
            self._rehash()
        self._buckets[hash(digest) % len(self._buckets)] += digest + number.to_bytes(_RECORD - _DIGEST, "big")

    def _rehash(self) -> None:
        """Put what is there into many buckets."""
        records = b"".join(self._buckets)
        self._buckets = [b""] * _BUCKETS
        for start in range(0, len(records), _RECORD):
            record = records[start : start + _RECORD]
            self._buckets[hash(record[:_DIGEST]) % _BUCKETS] += record

    def find(self, digest: bytes) -> int | None:
        bucket = self._buckets[hash(digest) % len(self._buckets)]
        at = bucket.find(digest)
        while at % _RECORD and at >= 0:  # the end of one record and the beginning of the next happen to read alike
            at = bucket.find(digest, at + 1)
        return None if at < 0 else int.from_bytes(bucket[at + _DIGEST : at + _RECORD], "big")


class _Texts:
    """Texts by their number, packed a thousand at a time: paths are much alike, and rarely asked for.

    What was unpacked last stays: the copy of a folder asks for the paths of that folder, one after the other.
    """

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._last: list[str] = []
        self._unpacked: tuple[int, list[str]] = -1, []

    def add(self, text: str) -> int:
        self._last.append(text)
        number = len(self._packed) * _TEXTS + len(self._last) - 1
        if len(self._last) == _TEXTS:
            self._packed.append(zlib.compress("\0".join(self._last).encode("utf-8", "surrogatepass"), 1))
            self._last = []
        return number

    def read(self, number: int) -> str:
        block, place = divmod(number, _TEXTS)
        if block == len(self._packed):
            return self._last[place]
        if block != self._unpacked[0]:
            texts = zlib.decompress(self._packed[block]).decode("utf-8", "surrogatepass").split("\0")
            self._unpacked = block, texts
        return self._unpacked[1][place]
