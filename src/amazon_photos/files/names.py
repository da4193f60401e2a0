"""Names that every file system takes, and that keep two files apart.

A name from the service becomes one path component: nothing in it leads anywhere, Windows takes it, it has at most
255 bytes with its extension kept, and it is no name of a part (``part_file``), which runs remove. Two names count as
one if a file system somewhere says so: ignoring case and the Unicode form.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator

MAX_BYTES = 255
_FORBIDDEN = re.compile('[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE)
_MAX_EXTENSION = 32
_PART = re.compile(r"\.[A-Za-z0-9_-]+\.(?:[0-9a-f]{32}|unknown)\.[0-9]+\.part\Z")


def safe_name(name: str) -> str:
    """Make a name that is one path component everywhere: what cannot stand in it becomes ``_``."""
    name = _FORBIDDEN.sub("_", name)
    ending = len(name) - len(name.rstrip(". "))
    if ending:
        name = name[:-ending] + "_" * ending
    if _RESERVED.match(name):
        name = "_" + name
    name = fit(name) or "_"
    return fit("_" + name) if is_part_name(name.casefold()) else name


def is_part_name(name: str) -> bool:
    """Tell whether ``name`` has the shape of a download on its way, as ``part_file.part_name`` makes it."""
    return name.startswith(".") and _PART.match(name) is not None


def fit(name: str, ending: str = "") -> str:
    """Fit a name, with ``ending`` before its extension, into 255 bytes of UTF-8."""
    stem, extension = split_extension(name)
    room = MAX_BYTES - len((ending + extension).encode())
    return cut_bytes(stem, room) + ending + extension


def split_extension(name: str) -> tuple[str, str]:
    """Split a name into stem and extension, with its dot.

    ``.hidden`` has no extension, nor has a name with something behind its dot that is too long to be one.
    """
    stem, dot, extension = name.rpartition(".")
    if not stem or not extension or len(extension.encode()) > _MAX_EXTENSION:
        return name, ""
    return stem, dot + extension


def cut_bytes(text: str, most: int) -> str:
    """Cut a text to at most so many bytes of UTF-8, between two characters."""
    data = text.encode()
    return text if len(data) <= most else data[:most].decode("utf-8", "ignore").rstrip(". ")


def collision_key(path: str) -> bytes:
    """Return a key that is the same for paths that some file system cannot keep apart.

    64 bits of a hash: transfers hold millions of them.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
    return hashlib.blake2b(folded.encode(), digest_size=8).digest()


def alternatives(name: str, node_id: str) -> Iterator[str]:
    """Give other names for the same node, always the same ones; each is longer."""
    return (with_tag(name, node_id, length) for length in (8, 16, 32, 64))


def with_tag(name: str, node_id: str, length: int = 8) -> str:
    """Put a tag of the node into its name: ``name (3f9a1c2b).jpg``."""
    tag = hashlib.blake2b(node_id.encode()).hexdigest()[:length]
    return fit(name, f" ({tag})")
