"""Every operation of the service."""

from __future__ import annotations

from . import account, batches, downloads, family, memories, nodes, people, search, session, shares, trash, uploads
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
)
