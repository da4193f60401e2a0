"""The mark in a sidecar: that this package wrote it, whether it tells relations, and whether it is still as written.

::

    amazon-photos sidecar 1 node+relations sha256:9f86d0…     in x:xmptk, or in "written_by" of JSON

The digest is that of the whole file with zeros in its place. Who edits a file changes that, and programs that write XMP
put a toolkit of their own there: either way it is theirs from then on.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

VERSION = 1
_ZEROS = "0" * 64
_BEGIN = "amazon-photos sidecar "
_MARK = re.compile(rb"amazon-photos sidecar [0-9]+ node(\+relations)? sha256:([0-9a-f]{64})")
_MAX_BEFORE = 512
"""Bytes before the mark's end: what a node tells stands behind it."""


class Mark(NamedTuple):
    """What the mark of an unchanged sidecar says."""

    relations: bool
    """Albums, people, things, places and family were known."""


def make_mark(*, relations: bool) -> str:
    """Make the mark of a new sidecar, which ``seal`` completes."""
    return f"{_BEGIN}{VERSION} node{'+relations' if relations else ''} sha256:{_ZEROS}"


def seal(data: bytes) -> bytes:
    """Put the digest of a sidecar into its mark."""
    digest = hashlib.sha256(data).hexdigest()
    return data.replace(f"sha256:{_ZEROS}".encode(), f"sha256:{digest}".encode(), 1)


def read_mark(data: bytes) -> Mark | None:
    """Read the mark of a sidecar; None where another program wrote it, or somebody edited it since."""
    found = _MARK.search(data, 0, _MAX_BEFORE)
    if found is None:
        return None
    bare = data[: found.start(2)] + _ZEROS.encode() + data[found.end(2) :]
    return Mark(found[1] is not None) if hashlib.sha256(bare).hexdigest().encode() == found[2] else None


def has_mark(data: bytes) -> bool:
    """Tell whether a sidecar has a mark at all: one that ``read_mark`` does not take was edited."""
    return _MARK.search(data, 0, _MAX_BEFORE) is not None
