"""Frames as records, for programs: nothing is sent for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arguments import to_bool
from .base import ClientBase

if TYPE_CHECKING:
    import pandas as pd


class RecordOperations(ClientBase):
    """Operations on frames that were given before."""

    @staticmethod
    def records(frame: pd.DataFrame, *, json: bool = False) -> list[dict[str, Any]]:
        """Convert a frame to a list of dicts, one for each row, of plain Python values. Nothing is sent.

        Any frame will do. Missing is None, lists are lists, times are ``datetime`` with the zone that the column has.
        ``json=True`` gives only what JSON has: ``json.dumps(ap.records(frame, json=True))``; times are then text as
        Amazon writes it ("2016-05-15T20:07:10.418Z"), as in ``Node.to_dict``. A large library is better read by
        ``ap.catalog.rows()``, one row after the other. Raises ``InvalidInput`` for what is no DataFrame.
        """
        from ..frames.records import to_records

        return to_records(frame, json=to_bool("json", json))
