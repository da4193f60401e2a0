"""One file up: sent, looked for when the answer was lost, and compared with what Amazon says it has.

::

    send ──> node ──> ours by name and folder, size and MD5 as ours? ──> uploaded
      │        │             └─ other bytes, and proven to be what we made: into the trash with it, send again
      │        └─ another's: look for ours
      ├─ 409 ──> is it this content? ──> exists (or uploaded, if an earlier attempt of ours was cut off)
      └─ 408, 5xx, connection cut, no answer ──> is it there? ──> uploaded
                                                     └─ no: wait, send again
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from ...catalog.index import LibraryIndex
from ...errors import (
    AmazonPhotosError,
    BadRequest,
    ClientClosed,
    Conflict,
    ContentMismatch,
    LocalFileError,
    NotFound,
    QuotaExceeded,
    SessionExpired,
    UnexpectedReply,
)
from ...frames.results import UploadAction, UploadOutcome
from ...model.filetypes import category_of
from ...model.node import Node
from ...net.session import Session
from ...plans.run_log import RunLog
from ...wire import content as wire_content
from ...wire import folders as wire_folders
from ...wire.call import Call
from ..events import EventEmitter, FileProgress
from ..file_result import FileResult
from ..pool import FailureBudget
from ..stopping import NOT_BEGUN, NotBegun, StopRequest
from ..worker_thread import WorkerThread
from .check_arrival import ArrivalCheck
from .conflict_probe import ConflictProbe
from .folders import Folders
from .new_nodes import PendingMerge
from .plan import passing_name
from .plan_index import NodesInUse
from .replacement import Replacement
from .steps import OUTCOMES, PlanStep
from .upload_source import UploadSource
from .upload_task import NotSent, UploadResult, UploadTask
from .verify_upload import DecodedNode, UploadProbe, is_outcome_unknown, max_probes

_DATED = frozenset({"img", "vid"})
_NO_DATE = "its date could not be passed on"


class Uploader:
    """Carries out the steps of a plan. ``dates``: pass the mtime on for files that carry no capture date.

    ``pending`` gets what is known of replacements; of what else goes up the results tell.
    """

    def __init__(
        self,
        session: Session,
        known: LibraryIndex,
        folders: Folders,
        files: WorkerThread,
        watch: EventEmitter,
        log: RunLog,
        stop: StopRequest,
        pending: PendingMerge,
        *,
        dates: bool = True,
    ) -> None:
        self._session = session
        self._files = files
        self._watch = watch
        self._folders = folders
        self._log, self._known, self._stop = log, known, stop
        self._dates = dates
        self._arrivals = UploadProbe(session)
        self._check = ArrivalCheck(session, self._arrivals, known)
        self._conflicts = ConflictProbe(session, self._arrivals, known)
        self._pending = pending
        self._in_use = NodesInUse(known)
        self._replacement = Replacement(session, self._arrivals, log, pending, self._in_use)
        self._policy = session.policy
        self._failures = FailureBudget(session.settings.retry_budget)
        self._no_room: set[str | None] = set()
        self._dated_uploads = True

    async def upload(self, step: PlanStep) -> UploadResult:
        """Upload one file; return what became of it.

        Raises what ends the whole run: a lost session, a dead service, a journal that cannot be written; and
        ``NotBegun``.
        """
        kind = category_of(step.name)
        if kind in self._no_room:
            return UploadResult(step.result(UploadOutcome.FAILED, "not sent: the account's storage is full"))
        meter, arrived, notes = FileProgress(self._watch, step.found.size), False, list[str]()
        try:
            sent = await self._upload(step, meter, notes, dated=self._dates and kind in _DATED)
            arrived = sent.result.outcome not in (UploadOutcome.EXISTS, UploadOutcome.CONFLICT)
        except (SessionExpired, ClientClosed):
            raise
        except AmazonPhotosError as error:
            if error is self._log.broken:
                raise
            if isinstance(error, QuotaExceeded):
                self._no_room.add(kind)
            if error.retryable:
                self._failures.note_failure(error)
            return UploadResult(step.result(UploadOutcome.FAILED, "; ".join([str(error), *notes])))
        finally:
            meter.settle(arrived=arrived)
        self._failures.note_success()
        return sent

    async def _upload(self, step: PlanStep, meter: FileProgress, notes: list[str], *, dated: bool) -> UploadResult:
        parent = await self._folders.ensure(step.folder)
        name = passing_name(step.name, step.md5 or "") if step.action == UploadAction.REPLACE else step.name
        task = UploadTask(step, meter, name, parent, dated=dated, notes=notes)
        try:
            sent = await self._carry_out(task)
        except NotBegun:
            if task.entry is not None:
                task.entry.skip(NOT_BEGUN)
            raise
        except AmazonPhotosError as error:
            if task.entry is not None:
                reason = "; ".join([str(error), *task.notes])
                task.entry.fail(reason, uncertain=task.uncertain or is_outcome_unknown(error))
            raise
        if task.entry is not None and sent.confirmed:
            task.entry.settle(sent.result)
        return sent

    async def _carry_out(self, task: UploadTask) -> UploadResult:
        step, seen = task.step, await self._deliver(task)
        if isinstance(seen, NotSent):
            reason = "; ".join([seen.reason, *task.notes])
            return UploadResult(step.result(UploadOutcome.CONFLICT, reason, seen.existing_id))
        raw, node = seen
        known = self._known.has(node.id)
        if task.existed or known:
            if self._in_use.leaves(node.id):
                reason = f"the library has it only as {node.name}, which this upload replaces: run again"
                return UploadResult(step.result(UploadOutcome.CONFLICT, reason, node.id))
            self._in_use.keep(node.id)
        confirmed = task.wanted.is_content_of(node) is True
        sent = UploadResult(_result(task, node), raw, confirmed, task.made, task.entry)
        replaces = step.action == UploadAction.REPLACE and not task.existed
        if task.entry is not None and known:
            task.entry.note_was_there()
        elif task.entry is not None and not task.existed and (replaces or not confirmed):
            task.entry.note_made(node.id)
        return await self._finish_replacement(task, sent, seen) if replaces else sent

    async def _finish_replacement(self, task: UploadTask, sent: UploadResult, passing: DecodedNode) -> UploadResult:
        """The old file keeps its place until the new one is known to be right."""
        try:
            sent = sent if sent.confirmed else await self._confirm(sent)
        except BaseException:  # the session ends, Ctrl-C: it is up all the same
            self._pending.nodes.add(passing.raw)
            raise
        if sent.result.outcome == UploadOutcome.FAILED:
            return replace(sent, result=replace(sent.result, name=task.step.name))
        passing = passing._replace(raw=sent.node or passing.raw)
        if not sent.confirmed:
            self._pending.nodes.add(passing.raw)
            name = passing.node.name
            raise LocalFileError(f"Amazon is still working on it: it is beside the other, as {name}; run again")
        return UploadResult(_result(task, await self._replacement.put_in_place(task, passing)))

    async def _deliver(self, task: UploadTask) -> DecodedNode | NotSent:
        """The node that holds the file's content; or what is in its way."""
        begin: Callable[[], None] | None = self._stop.check  # what was sent once is finished
        async for attempt in self._policy.attempts():
            await task.write_ahead(self._log)
            source, renewals = UploadSource(task.step.found, task.meter), self._session.renewals
            try:
                call, begin = await self._call(task, source, begin), None
                raw = await self._session.send(call)
                return await self._check.right(task, source, raw)
            except Conflict as conflict:
                if (found := await self._conflicts.find(task, conflict)) is not None:
                    return found
                continue  # under another name, or into the room that was made
            except AmazonPhotosError as error:
                if source.problem is not None:
                    raise source.problem from None
                if await self._mended(task, error, renewals):
                    continue
                if (found := await self._find_arrived(task, source, error)) is not None:
                    return found
                attempt.note_failure(error, judged=_as_retryable(error))
                self._failures.note_failure(error)
        raise AssertionError("the last attempt raises")

    async def _call(
        self, task: UploadTask, source: UploadSource, begin: Callable[[], None] | None
    ) -> Call[msgspec.Raw]:
        task.dating = False
        if task.dated and self._dated_uploads:
            when = await source.content_date(self._files)
            if when is not None:
                task.dating = True
                return wire_content.upload_with_date(
                    task.name, task.parent, source.body, md5=task.step.md5 or "", content_date=when, begin=begin
                )
        return wire_content.upload(task.name, task.parent, source.body, begin=begin)

    async def _mended(self, task: UploadTask, error: AmazonPhotosError, renewals: int) -> bool:
        """Whether the next attempt avoids what stood in the way of this one.

        ``renewals`` is how often the session had been renewed when it began.
        """
        if isinstance(error, NotFound) and error.operation == "upload" and task.dating:
            self._dated_uploads = False  # this region has no such service
            task.note(_NO_DATE)
            return True
        if isinstance(error, BadRequest) and "parentId" in error.reply:
            self._folders.forget()
            parent, task.parent = task.parent, await self._folders.ensure(task.step.folder)
            return parent != task.parent
        if isinstance(error, BadRequest) and task.dating and _is_about_date(task, error):
            task.dated = False  # whether Amazon takes every date was never tried; the file matters more
            task.note(_NO_DATE)
            return True
        if isinstance(error, BadRequest):
            await self._session.send(wire_folders.root())  # a session that ends during an upload is a 400, too (live)
            return self._session.renewals > renewals
        return False

    async def _find_arrived(
        self, task: UploadTask, source: UploadSource, error: AmazonPhotosError
    ) -> DecodedNode | None:
        """Looks for the file after an attempt whose outcome is not known."""
        if not is_outcome_unknown(error):
            return None
        task.uncertain = task.uncertain or source.sent
        refused = getattr(error, "status", 0) in (401, 500, 502, 503)
        size = task.step.found.size
        looks = max_probes(size, all_sent=source.sent and not refused)
        task.made = None
        found = await self._arrivals.wait_for(task.wanted, looks=looks)
        if found is not None and found.node.md5 is not None:
            task.tell_apart(found.node, self._known)
        return found

    async def confirm(self, sent: UploadResult) -> UploadResult:
        """Wait until Amazon has read the file and says its size and MD5; look a few times."""
        confirmed = await self._confirm(sent)
        if sent.entry is not None:
            sent.entry.settle(confirmed.result)
        return confirmed

    async def _confirm(self, sent: UploadResult) -> UploadResult:
        try:
            return await self._check.confirm(sent)
        except (SessionExpired, ClientClosed):
            raise
        except AmazonPhotosError as error:
            if error.retryable:
                self._failures.note_failure(error)
            return replace(sent, result=replace(sent.result, reason=f"not yet confirmed: {error}"))


def _result(task: UploadTask, node: Node) -> FileResult:
    outcome = UploadOutcome.EXISTS if task.existed else OUTCOMES[task.step.action]
    reason = "; ".join(task.notes) or (_describe_found(task, node) if task.existed else task.step.reason)
    return task.step.result(outcome, reason, node.id, name=node.name or task.name)


def _describe_found(task: UploadTask, node: Node) -> str | None:
    return None if node.name == task.step.name else f"the library has it as {node.name}"


def _is_about_date(task: UploadTask, error: BadRequest) -> bool:
    return task.step.found.mtime_ns < 0 or "date" in error.reply.lower()


def _as_retryable(error: AmazonPhotosError) -> AmazonPhotosError:
    """An answer that cannot be read says nothing about the upload: once looked for, it may be sent again."""
    return ContentMismatch(str(error)) if isinstance(error, UnexpectedReply) else error
