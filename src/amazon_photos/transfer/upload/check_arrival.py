"""Checks the node that an upload was answered with: is it our file, and are its size and MD5 right?"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import msgspec

from ...catalog.index import LibraryIndex
from ...errors import ContentMismatch, FileChanged, NotFound, UnexpectedReply
from ...frames.results import UploadOutcome
from ...net.session import Session
from ...wire import trash as wire_trash
from ..file_result import FileResult
from ..local.hashing import md5_of
from .ownership import Made, is_ours
from .upload_source import UploadSource
from .upload_task import UploadResult, UploadTask
from .verify_upload import DecodedNode, ExpectedFile, UploadProbe, as_node, is_live_file

MAX_LOOKS = 6
"""At a file that Amazon is still working on, each after twice the pause."""
_WRONG = "what arrived is not what was sent: it was put in the trash"
_LEFT = "other content has the name at Amazon: it stays there, as it may not be ours"


class ArrivalCheck:
    """Looks at what uploads were answered with. Nothing is trashed that is not proven to be ours (``ownership``)."""

    def __init__(self, session: Session, arrivals: UploadProbe, known: LibraryIndex) -> None:
        self._session = session
        self._arrivals = arrivals
        self._known = known

    async def right(self, task: UploadTask, source: UploadSource, raw: msgspec.Raw) -> DecodedNode:
        """Return the node that the answer names, if it is what was sent.

        It is taken too where Amazon doesn't say yet what it holds. Raises ``UnexpectedReply`` if the answer is another
        request's, and ``ContentMismatch`` once what arrived wrong is in the trash.
        """
        node, wanted = as_node(raw), task.wanted
        holds, placed = wanted.is_content_of(node), wanted.is_place_of(node)
        same = holds and (placed or wanted.size > 0)  # empty files are all alike
        made = Made(wanted, source.began) if source.sent else None
        if is_live_file(node):
            if same or (holds is None and placed):
                if self._known.has(node.id):
                    await self._check_known(wanted, node.id)
                task.existed = bool(same and node.parents and wanted.folder not in node.parents)
                task.made = made
                return DecodedNode(raw, node)
            if placed:
                return await self._other_bytes(task, made, node.id)
        raise _another(node.id)

    async def _check_known(self, wanted: ExpectedFile, node_id: str) -> None:
        """Look once at a node that was there before the upload: all of the answer may be ours, and the id another's.

        Raises ``UnexpectedReply`` if it is not what was sent.
        """
        with suppress(NotFound):
            node = (await self._arrivals.look(node_id)).node
            holds = wanted.is_content_of(node)
            if is_live_file(node) and (holds or (holds is None and wanted.is_place_of(node))):
                return
        raise _another(node_id)

    async def _other_bytes(self, task: UploadTask, made: Made | None, node_id: str) -> DecodedNode:
        """The node, if only the answer was wrong. Else it goes to the trash, if it is proven to be ours; and raises."""
        try:
            seen = await self._arrivals.look(node_id)
        except NotFound:
            raise UnexpectedReply(f"upload: Amazon's answer names what is not there ({node_id})") from None
        holds = task.wanted.is_content_of(seen.node)
        if holds and is_live_file(seen.node):
            task.made = made
            return DecodedNode(seen.raw, seen.node)
        if holds is not False or not is_ours(made, seen, self._known) or not await self._trashed(node_id):
            task.note(f"{_LEFT} ({node_id})")
            raise UnexpectedReply("upload: Amazon's answer names other content than what was sent")
        task.note(f"{_WRONG} ({node_id})")
        if await asyncio.to_thread(md5_of, task.step.found) != task.step.md5:
            raise FileChanged("it is no longer what it was when its MD5 was taken: run again")
        raise ContentMismatch("what arrived is not what was sent")

    async def confirm(self, sent: UploadResult) -> UploadResult:
        """Wait until Amazon has read the file and says its size and MD5; look a few times."""
        result, pause, raw = sent.result, self._session.settings.backoff_initial, sent.node
        wanted = ExpectedFile(result.md5 or "", result.size or 0, result.name or "", "")
        for _ in range(MAX_LOOKS):
            seen = await self._arrivals.look(result.id or "")
            raw, holds = seen.raw, wanted.is_content_of(seen.node)
            if not is_live_file(seen.node):
                return _refuse(result, f"it is in Amazon's trash, or no file ({result.id}): run again")
            if holds:
                return UploadResult(result, raw)
            if holds is False:
                ours = is_ours(sent.made, seen, self._known) and await self._trashed(seen.node.id)
                return _refuse(result, f"{_WRONG if ours else _LEFT} ({result.id}): run again")
            await asyncio.sleep(pause)
            pause *= 2
        reason = "Amazon is still working on it: size and MD5 are not yet confirmed"
        return UploadResult(replace(result, reason=reason), raw, confirmed=False)

    async def _trashed(self, node_id: str) -> bool:
        return node_id not in await self._session.send(wire_trash.trash([node_id]))


def _another(node_id: str) -> UnexpectedReply:
    return UnexpectedReply(f"upload: Amazon's answer names something else ({node_id}) than what was sent")


def _refuse(result: FileResult, reason: str) -> UploadResult:
    return UploadResult(replace(result, outcome=UploadOutcome.FAILED, reason=reason, id=None))
