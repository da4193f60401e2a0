"""The account: what it holds, and whether the session lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..frames.results import SURPRISES, USAGE
from ..wire import account as wire
from .base import ClientBase

if TYPE_CHECKING:
    import pandas as pd


class AccountOperations(ClientBase):
    """Operations on the account."""

    async def usage(self) -> pd.DataFrame:
        """Summarize what is stored, a row for each kind: photo, video, doc, other.

        Columns: ``type``, ``billable_bytes``, ``billable_count`` (what counts against the quota), ``total_bytes``,
        ``total_count``.
        """
        kinds = await self._send(wire.usage())
        return self._rows(([getattr(kind, name) for name in USAGE.names] for kind in kinds), USAGE)

    async def account(self) -> dict[str, Any]:
        """Get the terms of use and the account's status, which tell whether the session lives.

        Such as ``{"termsOfUse": "1.0.0", "status": "ACTIVE"}``.
        """
        return await self._send(wire.info())

    async def surprises(self) -> pd.DataFrame:
        """Summarize what Amazon's answers to this client held that nobody has written down; sends nothing.

        Each is kept and passed on where it stood (a field in ``extra``). Columns: ``what`` (field, value, kind, status,
        error, reply), ``name`` (Amazon's word for it), ``where`` (the operation), ``count`` (nodes or answers),
        ``sample``: types and lengths, never values. So it can be shown to anybody: please tell us. Of a listing that is
        read node by node, one node of each page is looked at for fields.
        """
        return self._rows(self._session.surprises.rows(), SURPRISES)

    async def quota(self) -> dict[str, Any]:
        """Get ``quota`` and ``available`` in bytes, and when they were calculated."""
        return await self._send(wire.quota())
