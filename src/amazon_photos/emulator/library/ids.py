"""Ids as the service makes them: 22 characters of ``A-Z a-z 0-9 - _``, which may begin with a hyphen."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable

from ..exceptions import NoSuchNode


def new_id() -> str:
    return secrets.token_urlsafe(16)


def bare(said: str, *, owner: str) -> str:
    """Return the id of ``nodeId`` or ``ownerId:nodeId``.

    Raises ``NoSuchNode`` for another owner's.
    """
    other, colon, node_id = said.rpartition(":")
    if colon and other != owner:
        raise NoSuchNode(said)
    return node_id


def derive_id(*parts: object) -> str:
    """Make an id of some parts: the same for the same parts, always."""
    digest = hashlib.md5("\x00".join(map(str, parts)).encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).decode()[:22]


def derive_from(*parts: object) -> Callable[[object], str]:
    """Return what makes ``derive_id(*parts, last)`` of a last part.

    In less time, for whoever needs thousands.
    """
    begun = hashlib.md5("\x00".join([*map(str, parts), ""]).encode(), usedforsecurity=False)

    def derive(last: object) -> str:
        ours = begun.copy()
        ours.update(str(last).encode())
        return base64.urlsafe_b64encode(ours.digest())[:22].decode()

    return derive


def etag(node_id: str, version: int) -> str:
    """Make ``eTagResponse``: 11 characters that change with every change of the node."""
    return f"{node_id[:7]}{version % 65536:04x}"
