"""A client that uploads and can do nothing else, with Arrow tables for frames.

A client that can do everything takes another 1.9 MB, for modules of which an upload needs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from ..aio.async_property import async_property
from ..aio.upload import UploadOperations
from ..blocking.base import BlockingBase
from ..blocking.loop_thread import blocking, blocking_property
from ..model.node import Node

if TYPE_CHECKING:
    import pyarrow as pa

    from ..frames.result_frame import ResultKind


class AsyncUploadClient(UploadOperations):
    @async_property
    async def root(self) -> Node:
        return await self._root_node()

    def _frame(self, table: pa.Table, kind: ResultKind | None = None) -> Any:
        return table


class UploadClient(BlockingBase):
    """What ``AmazonPhotos`` does for an upload, with a table wherever that gives a frame."""

    _async_client: ClassVar[type[UploadOperations]] = AsyncUploadClient
    _aio: AsyncUploadClient

    root: Final = blocking_property(AsyncUploadClient.root)
    upload: Final = blocking(AsyncUploadClient.upload)
    plan_upload: Final = blocking(AsyncUploadClient.plan_upload)
