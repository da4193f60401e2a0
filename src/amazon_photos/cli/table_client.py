"""A client that gives Arrow tables where ``AmazonPhotos`` gives frames: with ``lean``, it needs no pandas."""

from __future__ import annotations

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
