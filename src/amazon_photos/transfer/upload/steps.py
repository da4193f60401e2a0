"""Steps of an upload's plan: one, and many that send nothing column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...frames.results import UploadAction, UploadOutcome
from ..file_result import FileResult
from ..local.found import FoundFiles, LocalFile

TO_SEND = (UploadAction.UPLOAD, UploadAction.RENAME, UploadAction.REPLACE)
OUTCOMES: Mapping[UploadAction, UploadOutcome] = {
    UploadAction.UPLOAD: UploadOutcome.UPLOADED,
    UploadAction.RENAME: UploadOutcome.RENAMED,
    UploadAction.REPLACE: UploadOutcome.REPLACED,
    UploadAction.EXISTS: UploadOutcome.EXISTS,
    UploadAction.DUPLICATE: UploadOutcome.DUPLICATE,
    UploadAction.CONFLICT: UploadOutcome.CONFLICT,
    UploadAction.SKIP: UploadOutcome.SKIPPED,
    UploadAction.FAILED: UploadOutcome.FAILED,
}
"""What a step comes to, if all goes well."""


class PlanStep(NamedTuple):
    """One row of a plan."""

    found: LocalFile
    action: UploadAction
    reason: str | None = None
    folder: str = ""
    name: str = ""
    md5: str | None = None
    id: str | None = None

    def row(self) -> tuple[Any, ...]:
        found = self.found
        known = found.mtime_ns or found.size or self.md5
        size, mtime = (found.size, found.mtime_ns) if known else (None, None)
        if mtime is not None and not -(1 << 63) <= mtime < 1 << 63:
            mtime = None  # whoever applies the plan reads the file again
        return (found.path, self.action, self.reason, self.folder, self.name, size, self.md5, self.id, mtime)

    def result(
        self,
        outcome: UploadOutcome | None = None,
        reason: str | None = None,
        id: str | None = None,  # noqa: A002
        *,
        name: str = "",
    ) -> FileResult:
        """Make the row of what became of it; without arguments, for a step that sends nothing."""
        if outcome is None:
            outcome, reason, id = OUTCOMES[self.action], self.reason, self.id  # noqa: A001
        elif id is None and outcome != UploadOutcome.FAILED:
            id = self.id  # noqa: A001
        return FileResult(
            path=self.found.path,
            outcome=outcome,
            reason=reason,
            id=id,
            name=name or self.name or self.found.name,
            size=self.found.size if self.md5 else None,
            md5=self.md5,
        )


@dataclass(frozen=True, slots=True)
class SettledSteps:
    """Steps that send nothing, for files that go below ``to``: a list for each thing there is to say of them."""

    files: FoundFiles
    to: str
    actions: Sequence[UploadAction]
    reasons: Sequence[str | None]
    md5s: Sequence[str | None]
    ids: Sequence[str | None]

    def __len__(self) -> int:
        return len(self.actions)

    def __iter__(self) -> Iterator[PlanStep]:
        told = zip(self.files, self.actions, self.reasons, self.md5s, self.ids, strict=True)
        for found, action, reason, md5, node_id in told:
            yield PlanStep(found, action, reason, join_folders(self.to, found.folder), found.name, md5, node_id)


Steps = list[PlanStep] | SettledSteps
"""Some steps, one after the other."""


def result_columns(steps: Steps) -> Sequence[Sequence[Any]]:
    """Make the rows of what became of steps that send nothing, column by column.

    ``TRANSFERS`` has their places before these.
    """
    if isinstance(steps, SettledSteps):
        paths, names, sizes = steps.files.path, steps.files.name, steps.files.size
        actions, reasons, md5s, ids = steps.actions, steps.reasons, steps.md5s, steps.ids
    else:
        found, actions, reasons, _, own, md5s, ids = zip(*steps, strict=True)
        paths, sizes = [file.path for file in found], [file.size for file in found]
        names = [name or file.name for name, file in zip(own, found, strict=True)]
    known = [size if md5 else None for size, md5 in zip(sizes, md5s, strict=True)]
    return paths, ids, names, list(map(OUTCOMES.__getitem__, actions)), reasons, known, md5s


def join_folders(to: str, folder: str) -> str:
    """Join two paths in the library; either may be "", the folder itself."""
    return f"{to}/{folder}" if to and folder else to or folder
