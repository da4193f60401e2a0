"""One file on its way up: what is known of it, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from ...catalog.index import LibraryIndex
from ...frames.results import UploadAction
from ...model.node import Node
from ...plans.run_log import RunLog
from ..events import FileProgress
from ..file_result import FileResult
from .entry import Entry
from .ownership import Made
from .plan import other_names
from .steps import PlanStep
from .verify_upload import ExpectedFile


@dataclass(frozen=True, slots=True)
class NotSent:
    """The file is not sent: something is in its way, which is no failure."""

    reason: str
    existing_id: str | None = None


@dataclass(slots=True)
class UploadTask:
    """The state of one file's upload over all its attempts."""

    step: PlanStep
    meter: FileProgress
    name: str
    parent: str
    uncertain: bool = False
    """Whether an earlier attempt may have arrived although its answer was lost."""
    existed: bool = False
    dated: bool = True
    """Whether to send a capture date if the file carries none."""
    dating: bool = False
    """Whether the last attempt sent one."""
    made: Made | None = None
    """The last attempt, if it was answered with this content or one that is not told yet."""
    entry: Entry | None = None
    """Where the journal has it; None until something is about to be sent."""
    notes: list[str] = field(default_factory=list)
    """Remarks for the row's ``reason``."""
    other_names: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.other_names = other_names(self.step.found.name)

    @property
    def wanted(self) -> ExpectedFile:
        """What is looked for when nobody says what became of it."""
        return ExpectedFile(self.step.md5 or "", self.step.found.size, self.name, self.parent)

    async def write_ahead(self, log: RunLog) -> None:
        """Write down what is about to be sent, once for each name and folder that it is sent to.

        Raises ``LocalFileError`` or ``DiskFull``: then it is not to be sent.
        """
        if self.entry is not None and self.entry.is_for(self.name, self.parent):
            return
        if self.entry is not None:
            self.entry.fail("it was sent under another name, or to another folder", uncertain=self.uncertain)
        self.entry = await Entry.write(log, self.step, self.name, self.parent)

    def tell_apart(self, node: Node, known: LibraryIndex) -> None:
        """Tell whether a node of this content is what was sent, now or before a crash, or is there anyway.

        What a crash left was ``known`` before this run. What came under a passing name since is another run's, which
        is under way and will put it in its place.
        """
        left_over = self.step.action == UploadAction.REPLACE and known.has(node.id)
        self.existed = not (self.wanted.is_place_of(node) and (self.uncertain or left_over))

    def note(self, text: str) -> None:
        """Put a remark into the row, once."""
        if text not in self.notes:
            self.notes.append(text)


@dataclass(frozen=True, slots=True)
class UploadResult:
    """The row, and the node as Amazon returned it; ``confirmed``: it is verified, or no look can verify it any more."""

    result: FileResult
    node: msgspec.Raw | None = None
    confirmed: bool = True
    made: Made | None = None
    """The upload that was answered with the node; None if the node was found some other way."""
    entry: Entry | None = None
    """Where the journal has it; None for what sent nothing."""
