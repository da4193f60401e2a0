"""What an upload is going to do, file by file. Pure: it sees what was found and what the library holds.

::

    upload      goes up
    rename      goes up under another name: its own is taken by other content
    replace     goes up, and what has its name goes to the trash
    exists      the library holds this content already
    duplicate   the same content as another file of this plan
    conflict    its name is taken by other content
    skip        not wanted, or nothing that can go up
    failed      cannot be read
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Literal, NamedTuple, get_args

from ...catalog.index import IndexedNode, LibraryIndex, fold_case
from ...errors import InvalidInput
from ...frames.results import UploadAction, UploadOutcome
from ...model.checks import show
from ...model.names import fold_name, with_ending
from ..file_result import FileResult
from ..local.compare import tell_still
from ..local.hashing import HashedFile
from ..local.scan import LocalFile
from .plan_index import PlanIndex

Conflicts = Literal["skip", "rename", "replace"]
"""What an upload does where other content has the name of a file."""

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
_MODES: Mapping[UploadAction, Conflicts] = {UploadAction.RENAME: "rename", UploadAction.REPLACE: "replace"}
_ON_CONFLICT: Mapping[Conflicts, UploadAction] = {
    "skip": UploadAction.CONFLICT,
    "rename": UploadAction.RENAME,
    "replace": UploadAction.REPLACE,
}


_NOTHING = None, None
"""Id and name of what the library has of a content."""


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


def result_columns(steps: Sequence[PlanStep]) -> Sequence[Sequence[Any]]:
    """Make the rows of what became of steps that send nothing, column by column.

    ``TRANSFERS`` has their places before these.
    """
    found, actions, reasons, _, names, md5s, ids = zip(*steps, strict=True)
    return (
        [file.path for file in found],
        ids,
        [name or file.name for name, file in zip(names, found, strict=True)],
        [OUTCOMES[action] for action in actions],
        reasons,
        [file.size if md5 else None for md5, file in zip(md5s, found, strict=True)],
        md5s,
    )


def check_conflict(conflict: Conflicts) -> Conflicts:
    """Check that ``conflict`` is one of the three ways, and return it. Raises ``InvalidInput``."""
    if not isinstance(conflict, str) or conflict not in get_args(Conflicts):
        raise InvalidInput(f'conflict must be "skip", "rename" or "replace", not {show(conflict)}')
    return conflict


class Planner:
    """Decides one file after the other. ``to`` is a path below the root; "" is the root itself."""

    def __init__(self, known: LibraryIndex, *, to: str, conflict: Conflicts) -> None:
        self._known = known
        self._to = to.strip("/")
        self._conflict = conflict
        self._planned = PlanIndex()
        self._ids: dict[str, str | None] = {}
        self._keys: dict[str, str] = {}

    def decide_all(self, files: Sequence[HashedFile]) -> list[PlanStep]:
        """Decide what is to be done with each file, in their order; their contents are looked up together."""
        held = self._known.find_contents([md5 for _, md5 in files if md5 is not None])
        return [self._decide(found, md5, *(_NOTHING if md5 is None else next(held))) for found, md5 in files]

    def decide(self, found: LocalFile, md5: str | None) -> PlanStep:
        """Decide what is to be done with a file.

        ``md5`` is None for what is not to go up anyway: ``found.reason`` says why.
        """
        held = None if md5 is None else self._known.content(md5)
        return self._decide(found, md5, *(_NOTHING if held is None else (held.id, held.name)))

    def _decide(self, found: LocalFile, md5: str | None, held: str | None, its_name: str | None) -> PlanStep:
        """``held`` is the id of a node with the content, if there is one."""
        folder = f"{self._to}/{found.folder}" if self._to and found.folder else self._to or found.folder
        if md5 is None:
            action = UploadAction.FAILED if found.failed else UploadAction.SKIP
            return PlanStep(found, action, found.reason, folder, found.name)
        try:
            if not found.size:
                return self._place(found, folder, md5)
            if held is None:
                return self._look_in_plan(found, folder, md5) or self._place(found, folder, md5)
            if self._conflict == "replace" and self._is_unfinished(found, folder, md5):
                return self._finish(found, folder, md5)
        except InvalidInput as error:  # its folder's name can mean several
            return self._step(found, UploadAction.FAILED, folder, md5, reason=str(error))
        reason = tell_still(self._known, held)
        if reason is None and its_name != found.name:
            reason = f"the library has it as {its_name or ''}"
        return PlanStep(found, UploadAction.EXISTS, reason, folder, found.name, md5, held)

    def decide_again(self, found: LocalFile, md5: str | None, before: UploadAction) -> PlanStep:
        """Decide again of a file that an earlier plan had in ``TO_SEND``; its name is already the new one."""
        usual, self._conflict = self._conflict, _MODES.get(before, self._conflict)
        try:
            step = self.decide(found, md5)
        finally:
            self._conflict = usual
        renamed = (step.action, before) == (UploadAction.UPLOAD, UploadAction.RENAME)
        return step._replace(action=UploadAction.RENAME) if renamed else step

    def _look_in_plan(self, found: LocalFile, folder: str, md5: str) -> PlanStep | None:
        """Return the step for content that another file of the plan has; None if none has."""
        first = self._planned.find_first(md5)
        if first is None:
            return None
        return self._step(found, UploadAction.DUPLICATE, folder, md5, reason=f"the same content as {first}")

    def _is_unfinished(self, found: LocalFile, folder: str, md5: str) -> bool:
        """The content went up under its passing name, and the crash came before it got its own."""
        parent = self._folder_id(folder)
        return parent is not None and any(
            parent in held.parents and held.name == passing_name(found.name, md5) for held in self._known.contents(md5)
        )

    def _finish(self, found: LocalFile, folder: str, md5: str) -> PlanStep:
        old = self._holder(folder, found.name)
        why = "finishes an earlier replacement"
        return self._step(found, UploadAction.REPLACE, folder, md5, reason=why, id=old.id if old else None)

    def _place(self, found: LocalFile, folder: str, md5: str) -> PlanStep:
        held = self._holder(folder, found.name)
        if held is not None and not found.size and held.md5 == md5:
            return self._step(found, UploadAction.EXISTS, folder, md5, id=held.id)
        action, name, reason = UploadAction.UPLOAD, found.name, None
        if held is not None or self._is_taken(folder, found.name):
            action, reason = self._on_conflict(found, held)
            if action == UploadAction.CONFLICT:
                return self._step(found, action, folder, md5, reason=reason, id=held.id if held else None)
            if action == UploadAction.RENAME:
                name = self._free_name(folder, found.name)
        self._planned.add(found.path, md5, self._key(folder), fold_case(name))
        return self._step(found, action, folder, md5, reason=reason, name=name, id=held.id if held else None)

    def _on_conflict(self, found: LocalFile, held: IndexedNode | None) -> tuple[UploadAction, str]:
        action = _ON_CONFLICT[self._conflict]
        kept = UploadAction.CONFLICT if action == UploadAction.REPLACE else action
        if held is None:
            reason = "another file of this upload has the same name, ignoring case"
            return kept, reason
        if held.kind != "FILE":
            return kept, f"a folder has the name: {held.name}"
        return action, f"other content has the name: {held.name}"

    def _step(
        self,
        found: LocalFile,
        action: UploadAction,
        folder: str,
        md5: str,
        *,
        reason: str | None = None,
        name: str = "",
        id: str | None = None,  # noqa: A002
    ) -> PlanStep:
        return PlanStep(found, action, reason, folder, name or found.name, md5, id)

    def _holder(self, folder: str, name: str) -> IndexedNode | None:
        parent = self._folder_id(folder)
        return None if parent is None else self._known.find_named(parent, name)

    def _folder_id(self, folder: str) -> str | None:
        if folder not in self._ids:
            self._ids[folder] = self._known.folder(folder)
        return self._ids[folder]

    def _key(self, folder: str) -> str:
        """Folders that are one folder in the library, or will be, share a key."""
        if folder not in self._keys:
            there, missing = self._known.deepest_folder(folder)
            self._keys[folder] = f"{there}/{fold_name(missing)}"
        return self._keys[folder]

    def _is_taken(self, folder: str, name: str) -> bool:
        return self._planned.has_name(self._key(folder), fold_case(name))

    def _free_name(self, folder: str, name: str) -> str:
        for candidate in other_names(name):
            if not self._is_taken(folder, candidate) and self._holder(folder, candidate) is None:
                return candidate
        raise AssertionError("other_names() ended")


def other_names(name: str) -> Iterator[str]:
    """Give the names for a file whose own is taken: ``a(1).jpg``, ``a(2).jpg`` …"""
    return (with_ending(name, f"({number})") for number in count(1))


def passing_name(name: str, md5: str) -> str:
    """Return what a replacement is called until it has its own name; the same at every attempt."""
    return with_ending(name, f".{md5[:12]}")
