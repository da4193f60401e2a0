"""What can be done to a node, an album or a person: one table of words.

An action *changes* one aspect of a thing. That is what a plan says before and after, what is compared before a plan is
carried out, and what undoing puts back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from ..frames.results import NodeOutcome

Aspect = Literal[
    "status",
    "content",
    "favorite",
    "hidden",
    "name",
    "parents",
    "description",
    "labels",
    "album",
    "family",
    "person",
    "picture",
]
"""What of a thing an action changes; "album" and "family" are whether it is in one, "person" is a person's name, and
"content" the MD5 of a file that goes up."""


class Action(StrEnum):
    """What a plan says is to be done."""

    TRASH = "trash"
    """It goes to the trash; an album does, and its photos stay."""
    RESTORE = "restore"
    """It comes back from the trash."""
    DELETE = "delete"
    """It is deleted for good."""
    FAVORITE = "favorite"
    """It becomes a favourite."""
    UNFAVORITE = "unfavorite"
    """It is no favourite any more."""
    HIDE = "hide"
    """It is hidden from the photo view."""
    UNHIDE = "unhide"
    """It is shown in the photo view again."""
    RENAME = "rename"
    """It gets another name."""
    MOVE = "move"
    """It goes into another folder, out of all it is in."""
    DESCRIBE = "describe"
    """It gets another description."""
    LABEL = "label"
    """It gets other labels."""
    UPLOAD = "upload"
    """A file goes up; only a run has it, uploads have plans of their own."""
    CREATE_FOLDER = "create folder"
    """A folder is made."""
    CREATE_ALBUM = "create album"
    """An album is made."""
    ADD = "add"
    """It goes into an album."""
    REMOVE = "remove"
    """It comes out of an album, and stays in the library."""
    SHARE = "share"
    """The family may see it."""
    UNSHARE = "unshare"
    """The family may not see it any more."""
    RENAME_PERSON = "rename person"
    """A person gets another name."""
    MERGE = "merge"
    """A person becomes one with another."""
    SET_PICTURE = "set picture"
    """A person gets another picture."""
    KEEP = "keep"
    """It stays as it is; the note says why."""


@dataclass(frozen=True, slots=True)
class ActionKind:
    """What there is to know of an action; ``undo`` takes it back, None where nothing does."""

    changes: Aspect
    done: NodeOutcome
    undo: Action | None
    after: str | None = None
    """What the aspect is afterwards, where that is the same for all."""


KINDS: Mapping[Action, ActionKind] = MappingProxyType(
    {
        Action.TRASH: ActionKind("status", NodeOutcome.TRASHED, Action.RESTORE, "TRASH"),
        Action.RESTORE: ActionKind("status", NodeOutcome.RESTORED, Action.TRASH, "AVAILABLE"),
        Action.DELETE: ActionKind("status", NodeOutcome.DELETED, None, "PURGED"),
        Action.FAVORITE: ActionKind("favorite", NodeOutcome.FAVORITED, Action.UNFAVORITE, "true"),
        Action.UNFAVORITE: ActionKind("favorite", NodeOutcome.UNFAVORITED, Action.FAVORITE, "false"),
        Action.HIDE: ActionKind("hidden", NodeOutcome.HIDDEN, Action.UNHIDE, "true"),
        Action.UNHIDE: ActionKind("hidden", NodeOutcome.UNHIDDEN, Action.HIDE, "false"),
        Action.RENAME: ActionKind("name", NodeOutcome.RENAMED, Action.RENAME),
        Action.MOVE: ActionKind("parents", NodeOutcome.MOVED, Action.MOVE),
        Action.DESCRIBE: ActionKind("description", NodeOutcome.DESCRIBED, Action.DESCRIBE),
        Action.LABEL: ActionKind("labels", NodeOutcome.LABELED, Action.LABEL),
        Action.UPLOAD: ActionKind("content", NodeOutcome.UPLOADED, Action.TRASH),
        Action.CREATE_FOLDER: ActionKind("status", NodeOutcome.CREATED, Action.TRASH, "AVAILABLE"),
        Action.CREATE_ALBUM: ActionKind("status", NodeOutcome.CREATED, Action.TRASH, "AVAILABLE"),
        Action.ADD: ActionKind("album", NodeOutcome.ADDED, Action.REMOVE, "in"),
        Action.REMOVE: ActionKind("album", NodeOutcome.REMOVED, Action.ADD, "out"),
        Action.SHARE: ActionKind("family", NodeOutcome.SHARED, Action.UNSHARE, "in"),
        Action.UNSHARE: ActionKind("family", NodeOutcome.UNSHARED, Action.SHARE, "out"),
        Action.RENAME_PERSON: ActionKind("person", NodeOutcome.RENAMED, Action.RENAME_PERSON),
        Action.MERGE: ActionKind("person", NodeOutcome.MERGED, None),
        Action.SET_PICTURE: ActionKind("picture", NodeOutcome.PICTURED, Action.SET_PICTURE),
        Action.KEEP: ActionKind("status", NodeOutcome.SKIPPED, None),
    }
)
REMOVING = frozenset({Action.TRASH, Action.DELETE})
"""What ``max_delete`` counts."""
MAKING = frozenset({Action.UPLOAD, Action.CREATE_FOLDER, Action.CREATE_ALBUM})
"""What makes a node: nobody knows its id before."""
TO_PEOPLE = frozenset({Action.RENAME_PERSON, Action.MERGE, Action.SET_PICTURE})
"""What is done to a person; everything else is done to a node."""
