"""One step of a plan: an action, what it is done to, and what it changes from what to what. Pure.

``before`` and ``after`` are text, by what the action changes: a name and a description as they are, "true" and
"false", a node's status, "in" and "out" of an album, and lists (labels, ids of folders) as JSON. None means that nobody
knows; "" that there is none. Of an album that is made, ``after`` is its name, and ``before`` lists the ids of those
that were called so already.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

import msgspec

from ..model.checks import is_node_id
from ..model.node import Node
from .actions import KINDS, MAKING, Action, Aspect

NEW = "new album "
"""How the place of an album begins that is yet to be made: it has no id."""
NEW_FOLDER = "new folder "
"""The same of a folder, whose path is in ``after``."""
NEW_FILE = "new file"
"""In place of the id of a file that goes up; its MD5 is in ``after``."""
MAX_COUNT = 1_000_000_000
"""More nodes than any library has."""
_LISTS = frozenset({"parents", "labels"})
_FIRST_VALUE = frozenset({"person", "picture"})
"""Aspects that nobody can empty again: a person who had no name gets one for good."""


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of a plan, and a line of a journal."""

    action: Action
    id: str
    """A node's, an album's or a person's; of what is to be made ``NEW…`` and perhaps a number."""
    name: str = ""
    """What it is called, for people to read."""
    kind: str = ""
    """As of nodes; "" where nobody said."""
    target: str = ""
    """The id of the album, the family, the other person, a new file's folder; "" where there is none."""
    target_name: str = ""
    before: str | None = None
    after: str | None = None
    position: int | None = None
    """Where in the album it is, counted from 0."""
    count: int = 1
    """How many nodes it changes: of a folder that is trashed, itself and all it holds."""
    note: str = ""
    """What a person should know before it is done."""

    @property
    def changes(self) -> Aspect:
        return KINDS[self.action].changes

    @property
    def changes_nothing(self) -> bool:
        if self.action in MAKING:
            return False
        return self.action is Action.KEEP or (self.before is not None and self.before == self.after)

    @property
    def reversible(self) -> bool:
        """Whether it can be taken back."""
        if KINDS[self.action].undo is None:
            return False
        if self.changes in _FIRST_VALUE:
            return bool(self.before)
        return self.before is not None or KINDS[self.action].after is not None


def make_step(action: Action, node_id: str, node: Node | None = None, **more: str | int | None) -> Step:
    """Make a step that is done to a node; ``node`` is what it is now, None where nobody knows."""
    kind = KINDS[action]
    known = {} if node is None else {"name": node.name, "kind": node.kind, "before": read_aspect(node, kind.changes)}
    return msgspec.convert({"action": action, "id": node_id, "after": kind.after, **known, **more}, Step)


def read_aspect(node: Node, aspect: Aspect) -> str | None:
    """Read what of a node an action changes, as text; None for what a node does not tell."""
    match aspect:
        case "status":
            return "AVAILABLE" if node.status == "PENDING" else node.status or None
        case "favorite" | "hidden":
            value = getattr(node.settings, aspect) if node.settings is not None else None
            return "true" if value else "false"
        case "name":
            return node.name
        case "parents":
            return write_list(node.parents)
        case "description":
            return node.description or ""
        case "labels":
            return write_list(node.labels)
    return None


def are_equal(aspect: Aspect, one: str, other: str) -> bool:
    """Tell whether two values are one: texts in whatever Unicode form, lists in whatever order."""
    if aspect in _LISTS:
        try:
            return sorted(read_list(one)) == sorted(read_list(other))
        except ValueError:
            return False
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def write_list(texts: Sequence[str]) -> str:
    """Write texts as a step has them."""
    return json.dumps(list(texts), ensure_ascii=False)


def read_list(text: str | None) -> list[str]:
    """Read texts as ``write_list`` writes them. Raises ``ValueError``."""
    try:
        found = json.loads(text or "[]")
    except RecursionError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"a list of texts is due, not {text!r:.80}")
    return found


def check_step(step: Step) -> None:
    """Check that a step can be meant; what is no id will fail alone, as everywhere.

    Raises ``ValueError``, which says what is wrong with it.
    """
    kind = KINDS[step.action]
    if not 1 <= step.count <= MAX_COUNT or not 0 <= (step.position or 0) <= MAX_COUNT:
        raise ValueError(f"a count is from 1 upwards, a position from 0, to {MAX_COUNT:,}")
    if step.action is Action.KEEP:
        return
    if step.action in MAKING:
        _check_making(step)
        return
    if step.target and not (is_node_id(step.target) or (step.action is Action.ADD and step.target.startswith(NEW))):
        raise ValueError(f"the target {step.target!r:.80} is no id")
    if not step.target and (step.changes in ("album", "family") or step.action is Action.MERGE):
        raise ValueError(f"{str(step.action)!r} has no target")
    if kind.after is not None and step.after not in (None, kind.after):
        raise ValueError(f"after {str(step.action)!r} there is {kind.after!r}, not {step.after!r:.80}")
    if kind.after is None and step.after is None and step.action is not Action.MERGE:
        raise ValueError(f"{str(step.action)!r} does not say what there is afterwards")
    if step.changes in _LISTS:
        read_list(step.after)


def _check_making(step: Step) -> None:
    if step.action is Action.UPLOAD:
        raise ValueError("files go up by a plan of their own: plan_upload gives it")
    if step.action is Action.CREATE_FOLDER:
        if not step.id.startswith(NEW_FOLDER) or not (step.after or "").strip("/"):
            raise ValueError(f"a folder that is to be made has an id like '{NEW_FOLDER}1', and its path in 'after'")
        return
    if not step.id.startswith(NEW) or not step.after:
        raise ValueError(f"an album that is to be made has an id like '{NEW}1', and its name in 'after'")
    read_list(step.before)
