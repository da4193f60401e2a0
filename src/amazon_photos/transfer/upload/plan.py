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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Literal, get_args

from ...catalog.index import IndexedNode, LibraryIndex, fold_case
from ...errors import InvalidInput
from ...frames.results import UploadAction
from ...model.checks import show
from ...model.names import fold_name, with_ending
from ..local.compare import tell_still
from ..local.found import LocalFile
from ..local.hash_prefetch import HashedRun
from ..local.hashing import HashedFiles
from .plan_index import NodesInUse, PlanIndex
from .steps import PlanStep, SettledSteps, Steps, join_folders

Conflicts = Literal["skip", "rename", "replace"]
"""What an upload does where other content has the name of a file."""

_MODES: Mapping[UploadAction, Conflicts] = {UploadAction.RENAME: "rename", UploadAction.REPLACE: "replace"}
_ON_CONFLICT: Mapping[Conflicts, UploadAction] = {
    "skip": UploadAction.CONFLICT,
    "rename": UploadAction.RENAME,
    "replace": UploadAction.REPLACE,
}


_IdAndName = tuple[str | None, str | None]
"""Id and name of what the library has of a content; None where it has nothing."""
_NOTHING: _IdAndName = None, None


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
        self._in_use = NodesInUse(known)
        self._ids: dict[str, str | None] = {}
        self._keys: dict[str, str] = {}

    def keep(self, node_ids: Iterable[str]) -> None:
        """Note that files which are not decided here are there as these nodes: none of them is replaced."""
        for node_id in node_ids:
            self._in_use.keep(node_id)

    def decide_all(self, files: HashedRun) -> Steps:
        """Decide what is to be done with each file, in their order; their contents are looked up together."""
        md5s = files.md5s if isinstance(files, HashedFiles) else [md5 for _, md5 in files]
        found = self._known.find_contents([md5 for md5 in md5s if md5 is not None])
        all_held = [_NOTHING if md5 is None else next(found) for md5 in md5s]
        if isinstance(files, HashedFiles) and (settled := self._decide_unchanged(files, all_held)) is not None:
            return settled
        return [self._decide(found, md5, *pair) for (found, md5), pair in zip(files, all_held, strict=True)]

    def _decide_unchanged(self, hashed: HashedFiles, all_held: Sequence[_IdAndName]) -> SettledSteps | None:
        """Return the steps if no file needs anything, else None."""
        files, movies = hashed.files, self._known.movies
        actions, reasons, ids = list[UploadAction](), list[str | None](), list[str | None]()
        if self._conflict == "replace" and self._any_unfinished(hashed):
            return None
        for md5, (held_id, held_name), name, size, reason, failed in zip(
            hashed.md5s, all_held, files.name, files.size, files.reason, files.failed, strict=True
        ):
            if md5 is None:
                actions.append(UploadAction.FAILED if failed else UploadAction.SKIP)
                reasons.append(reason)
            elif held_id is None or not size or self._in_use.leaves(held_id):
                return None
            else:
                alike = name == held_name and held_id not in movies
                actions.append(UploadAction.EXISTS)
                reasons.append(None if alike else self._describe_held(name, held_id, held_name))
            ids.append(held_id)
        if self._conflict == "replace":
            self.keep(filter(None, ids))
        return SettledSteps(files, self._to, actions, reasons, hashed.md5s, ids)

    def _describe_held(self, name: str, held_id: str, held_name: str | None) -> str | None:
        """Describe how the library has the content of a file; None where it is plainly the same."""
        reason = tell_still(self._known, held_id)
        return reason if reason is not None or held_name == name else f"the library has it as {held_name or ''}"

    def decide(self, found: LocalFile, md5: str | None) -> PlanStep:
        """Decide what is to be done with a file.

        ``md5`` is None for what is not to go up anyway: ``found.reason`` says why.
        """
        held = None if md5 is None else self._known.content(md5)
        return self._decide(found, md5, *(_NOTHING if held is None else (held.id, held.name)))

    def _decide(self, found: LocalFile, md5: str | None, held_id: str | None, held_name: str | None) -> PlanStep:
        """``held_id`` is that of a node with the content, if there is one."""
        folder = join_folders(self._to, found.folder)
        if md5 is None:
            action = UploadAction.FAILED if found.failed else UploadAction.SKIP
            return PlanStep(found, action, found.reason, folder, found.name)
        try:
            if not found.size:
                return self._place(found, folder, md5)
            if held_id is None:
                return self._look_in_plan(found, folder, md5) or self._place(found, folder, md5)
            if self._conflict == "replace" and self._is_unfinished(folder, found.name, md5):
                return self._finish(found, folder, md5)
        except InvalidInput as error:  # its folder's name can mean several
            return self._step(found, UploadAction.FAILED, folder, md5, reason=str(error))
        if self._in_use.leaves(held_id):
            left = next((node for node in self._known.contents(md5) if not self._in_use.leaves(node.id)), None)
            if left is None:
                why = f"the library has it only as {held_name}, which this upload replaces: run again"
                return self._step(found, UploadAction.CONFLICT, folder, md5, reason=why, id=held_id)
            held_id, held_name = left.id, left.name
        self._in_use.keep(held_id)
        reason = self._describe_held(found.name, held_id, held_name)
        return PlanStep(found, UploadAction.EXISTS, reason, folder, found.name, md5, held_id)

    def decide_again(
        self, found: LocalFile, md5: str | None, before: UploadAction, meant: str | None = None
    ) -> PlanStep:
        """Decide again of a file that an earlier plan had in ``TO_SEND``; its name is already the new one.

        ``meant`` is the node that it was to replace: no other one is.
        """
        usual, self._conflict = self._conflict, _MODES.get(before, self._conflict)
        try:
            step = self.decide(found, md5)
        finally:
            self._conflict = usual
        if step.action == UploadAction.REPLACE and step.id not in (meant, None):
            reason = f"something else has come under the name {step.name} since the plan was made"
            return step._replace(action=UploadAction.CONFLICT, reason=reason)
        renamed = (step.action, before) == (UploadAction.UPLOAD, UploadAction.RENAME)
        return step._replace(action=UploadAction.RENAME) if renamed else step

    def _look_in_plan(self, found: LocalFile, folder: str, md5: str) -> PlanStep | None:
        """Return the step for content that another file of the plan has; None if none has."""
        first = self._planned.find_first(md5)
        if first is None:
            return None
        return self._step(found, UploadAction.DUPLICATE, folder, md5, reason=f"the same content as {first}")

    def _any_unfinished(self, hashed: HashedFiles) -> bool:
        """Tell whether one was cut off; True also where a folder's name can mean several."""
        rows = zip(hashed.files.folder, hashed.files.name, hashed.md5s, strict=True)
        try:
            return any(
                md5 is not None and self._is_unfinished(join_folders(self._to, folder), name, md5)
                for folder, name, md5 in rows
            )
        except InvalidInput:
            return True

    def _is_unfinished(self, folder: str, name: str, md5: str) -> bool:
        """The content went up under its passing name, and the crash came before it got its own."""
        parent = self._folder_id(folder)
        return parent is not None and any(
            parent in node.parents and node.name == passing_name(name, md5) for node in self._known.contents(md5)
        )

    def _finish(self, found: LocalFile, folder: str, md5: str) -> PlanStep:
        old = self._holder(folder, found.name)
        action, why = UploadAction.REPLACE, "finishes an earlier replacement"
        if old is not None and self._is_needed(old):
            action, why = UploadAction.CONFLICT, _tell_needed(old)
        elif old is not None:
            self._in_use.replace(old.id)
        return self._step(found, action, folder, md5, reason=why, id=old.id if old else None)

    def _place(self, found: LocalFile, folder: str, md5: str) -> PlanStep:
        held = self._holder(folder, found.name)
        if held is not None and not found.size and held.md5 == md5 and not self._in_use.leaves(held.id):
            self._in_use.keep(held.id)
            return self._step(found, UploadAction.EXISTS, folder, md5, id=held.id)
        action, name, reason = UploadAction.UPLOAD, found.name, None
        taken = self._is_taken(folder, found.name)
        if held is not None or taken:
            action, reason = self._on_conflict(None if taken else held)
            if action == UploadAction.CONFLICT:
                return self._step(found, action, folder, md5, reason=reason, id=held.id if held else None)
            if action == UploadAction.RENAME:
                name = self._free_name(folder, found.name)
        if action == UploadAction.REPLACE and held is not None:
            self._in_use.replace(held.id)
        self._planned.add(found.path, md5, self._key(folder), fold_case(name))
        return self._step(found, action, folder, md5, reason=reason, name=name, id=held.id if held else None)

    def _on_conflict(self, held: IndexedNode | None) -> tuple[UploadAction, str]:
        """What becomes of a file whose name ``held`` has in the library, or None: another file of the plan."""
        action = _ON_CONFLICT[self._conflict]
        kept = UploadAction.CONFLICT if action == UploadAction.REPLACE else action
        if held is None:
            reason = "another file of this upload has the same name, ignoring case"
            return kept, reason
        if held.kind != "FILE":
            return kept, f"a folder has the name: {held.name}"
        if action == UploadAction.REPLACE and self._is_needed(held):
            return kept, _tell_needed(held)
        return action, f"other content has the name: {held.name}"

    def _is_needed(self, node: IndexedNode) -> bool:
        """Tell whether a file of the plan is there as this node, and as no other, or as the movie of it."""
        if not self._in_use.is_kept(node.id):
            return False
        copies = () if node.md5 is None or self._known.is_still(node.id) else self._known.contents(node.md5)
        return not any(copy.id != node.id and not self._in_use.leaves(copy.id) for copy in copies)

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


def _tell_needed(node: IndexedNode) -> str:
    return f"another file of this upload is there as {node.name}, which has the name"


def other_names(name: str) -> Iterator[str]:
    """Give the names for a file whose own is taken: ``a(1).jpg``, ``a(2).jpg`` …"""
    return (with_ending(name, f"({number})") for number in count(1))


def passing_name(name: str, md5: str) -> str:
    """Return what a replacement is called until it has its own name; the same at every attempt."""
    return with_ending(name, f".{md5[:12]}")
