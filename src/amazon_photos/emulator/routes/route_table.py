"""Every operation of the service."""

from __future__ import annotations

from . import (
    account,
    batches,
    device_tokens,
    downloads,
    family,
    memories,
    nodes,
    people,
    search,
    session,
    shares,
    sign_in,
    trash,
    uploads,
)
from .context import Route

ROUTES: tuple[Route, ...] = (
    *account.ROUTES,
    *nodes.ROUTES,
    *search.ROUTES,
    *trash.ROUTES,
    *people.ROUTES,
    *family.ROUTES,
    *uploads.ROUTES,
    *downloads.ROUTES,
    *batches.ROUTES,
    *shares.ROUTES,
    *memories.ROUTES,
    *session.ROUTES,
    *sign_in.ROUTES,
    *device_tokens.ROUTES,
)
