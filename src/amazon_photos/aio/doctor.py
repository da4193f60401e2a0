"""The doctor: what may be wrong with this machine, its settings, the session and the way to Amazon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frames.results import DOCTOR
from .base import ClientBase

if TYPE_CHECKING:
    import pandas as pd


class DoctorOperations(ClientBase):
    """Operations that look after the client itself."""

    async def doctor(self) -> pd.DataFrame:
        """Look what may be wrong here, and say what to do; a frame of checks.

        Looks at this machine, the settings, the session, the catalogue, and the way to each of Amazon's hosts.

        Gives a row for each check. Columns: ``check``, ``outcome`` ("fine", "wrong" or "not_checked", where there is
        nothing to look at), ``seen``, and ``to_do``, the one thing to do about what is wrong. No cookie, token, name or
        address of yours is in it, so that it can be posted in public; names that you gave to profiles are.

        Sends one harmless request to each host, all at once. Takes less than five seconds, also without a network.
        """
        from .diagnosis.run import Subject, examine

        subject = Subject(settings=self.settings, session=self._session.saved, store=self._session.store)
        rows = await examine(subject)
        return self._rows(((row.check, row.outcome, row.seen, row.to_do or None) for row in rows), DOCTOR)
