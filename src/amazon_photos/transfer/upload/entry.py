"""A file in the journal of its run: what is about to be sent, and what came of it, as far as anybody knows."""

from __future__ import annotations

from ...files.paths import escape_bytes
from ...frames.results import NodeOutcome, UploadAction, UploadOutcome
from ...plans.actions import Action
from ...plans.run_log import RunLog
from ...plans.step import NEW_FILE, Step
from ..file_result import FileResult
from .steps import PlanStep

_UP = (UploadOutcome.UPLOADED, UploadOutcome.RENAMED, UploadOutcome.REPLACED)


class Entry:
    """A step of the journal: one file, under one name, to one folder (its id)."""

    def __init__(self, log: RunLog, number: int, name: str, parent: str) -> None:
        self._log = log
        self._number = number
        self._made = ""
        self._was_there = False
        self._place = (name, parent)

    @classmethod
    async def write(cls, log: RunLog, file: PlanStep, name: str, parent: str) -> Entry:
        """Write down that a file is about to be sent. Raises ``LocalFileError`` or ``DiskFull``.

        The step has the name that people know: of a replacement not the passing one that it is sent under.
        """
        step = Step(
            action=Action.UPLOAD,
            id=NEW_FILE,
            name=file.name if file.action == UploadAction.REPLACE else name,
            kind="FILE",
            target=parent,
            target_name=file.folder,
            before="",
            after=file.md5,
            note=f"from {escape_bytes(file.found.path)}",
        )
        return cls(log, await log.write([step]), name, parent)

    def is_for(self, name: str, parent: str) -> bool:
        """Tell whether it is of this name and folder."""
        return self._place == (name, parent)

    def note_made(self, node_id: str) -> None:
        """Write down which node it made, while more is done to it or it is not verified.

        So it is with one that another run left, once this one makes room for it: both are taken back together.
        """
        if self._made != node_id:
            self._made, self._was_there = node_id, False
            self._log.note_made(self._number, node_id)

    def note_was_there(self) -> None:
        """Note that what the answer names was there before: by itself it is not this run's to take back."""
        self._was_there = True

    def settle(self, result: FileResult) -> None:
        """Write down what the row says."""
        node_id, reason = result.id or "", result.reason
        if result.outcome in _UP and not self._was_there:
            self._log.note(self._number, NodeOutcome.UPLOADED, reason, node_id)
        elif result.outcome in (UploadOutcome.EXISTS, *_UP):
            self._log.note(self._number, NodeOutcome.EXISTS, reason)
        elif result.outcome == UploadOutcome.CONFLICT:
            self._log.note(self._number, NodeOutcome.SKIPPED, reason)
        else:
            self._log.note(self._number, NodeOutcome.FAILED, reason)

    def skip(self, reason: str) -> None:
        """Write down that nothing was sent."""
        self._log.note(self._number, NodeOutcome.SKIPPED, reason)

    def fail(self, reason: str, *, uncertain: bool) -> None:
        """Write down that it failed; of what may be up nevertheless nothing, so that it is looked for."""
        if self._made:
            self._log.note(self._number, NodeOutcome.UPLOADED, reason, self._made)
        elif not uncertain:
            self._log.note(self._number, NodeOutcome.FAILED, reason)
