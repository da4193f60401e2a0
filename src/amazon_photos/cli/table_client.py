"""A client that gives Arrow tables where ``AmazonPhotos`` gives frames.

A run prints some rows of what it did. pandas would take 40 MB for that, a third of what the whole process has, and half
a second of a computer that backs up at night.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from ..aio.client import AsyncAmazonPhotos
from ..blocking.client import AmazonPhotos

if TYPE_CHECKING:
    from ..frames.result_frame import ResultKind


class _AsyncTableClient(AsyncAmazonPhotos):
    def _frame(self, table: pa.Table, kind: ResultKind | None = None) -> Any:
        return table


class TableClient(AmazonPhotos):
    """``AmazonPhotos``, with a table wherever that gives a frame; what it is given are ids, paths and no frames."""

    _async_client: ClassVar[type[AsyncAmazonPhotos]] = _AsyncTableClient


class _NoPandas:
    """Refuses pandas where Python looks for modules."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise ``ImportError`` for pandas; leave everything else to others."""
        if name == "pandas":
            raise ImportError("this command needs no pandas")


def keep_pandas_out() -> None:
    """Keep pandas out of this process.

    pyarrow loads it, if it is there, to ask whether a list is one of its own. It does not come back: for the program
    alone, and before anything needs it.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas())
