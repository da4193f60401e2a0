"""One file on its way up: what is known of it, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from ..events import FileProgress
from ..file_result import FileResult
from .ownership import Made
from .plan import PlanStep, other_names
from .verify_upload import ExpectedFile


@dataclass(frozen=True, slots=True)
class NotSent:
    """The file is not sent: something is in its way, which is no failure."""

    reason: str
    existing_id: str | None = None


@dataclass(slots=True)
class UploadTask:
    """One file on its way, and what has been learnt on it."""

    step: PlanStep
    meter: FileProgress
    name: str
    parent: str
    uncertain: bool = False
    """An attempt of ours may have arrived."""
    existed: bool = False
    dated: bool = True
    """A capture date is passed on, if the file has none of its own."""
    dating: bool = False
    """The last attempt did so."""
    made: Made | None = None
    """The last attempt, if it was answered with this content or one that is not told yet."""
    notes: list[str] = field(default_factory=list)
    """What the row is to say besides."""
    other_names: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.other_names = other_names(self.step.found.name)

    @property
    def wanted(self) -> ExpectedFile:
        """What is looked for when nobody says what became of it."""
        return ExpectedFile(self.step.md5 or "", self.step.found.size, self.name, self.parent)

    def note(self, text: str) -> None:
        """Put a remark into the row, once."""
        if text not in self.notes:
            self.notes.append(text)


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What the row says, with the node as Amazon told it; ``confirmed`` once it is ours, or never will be."""

    result: FileResult
    node: msgspec.Raw | None = None
    confirmed: bool = True
    made: Made | None = None
    """The upload that was answered with the node; None if the node was found some other way."""
