"""The library's folders as a tree: built in one pass, walked without recursion, printed as the seed printed it.

::

    ~
    ├── Documents
    └── Pictures
        ├── iPhone
        └── Web
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .names import resolve_name

_RED, _RESET = "\x1b[91m", "\x1b[0m"


@dataclass(slots=True, eq=False)
class Folder:
    """One folder; the root's ``name`` is "", and its ``parent`` is None."""

    id: str
    name: str
    parent: Folder | None = None
    children: list[Folder] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Such as "Pictures/Web"; of the root "". Made when asked for: deep folders have long ones."""
        names: list[str] = []
        here = self
        while here.parent is not None:
            names.append(here.name)
            here = here.parent
        return "/".join(reversed(names))

    def __repr__(self) -> str:
        return f"Folder({self.path or '~'!r}, id={self.id!r}, children={len(self.children)})"

    def walk(self) -> Iterator[Folder]:
        """Walk this folder and everything below it, parents first."""
        waiting = [self]
        while waiting:
            folder = waiting.pop()
            yield folder
            waiting.extend(reversed(folder.children))

    def find(self, path: str) -> Folder | None:
        """Find the folder at a path below this one; None if there is none.

        It is the one called exactly so, else the only one that agrees ignoring case and Unicode form. Raises
        ``InvalidInput`` if several do.
        """
        here: Folder | None = self
        for part in filter(None, path.strip("/").split("/")):
            if here is None:
                return None
            here = resolve_name(part, here.children)
        return here

    def paths(self) -> Mapping[str, str]:
        """Map the path of this folder and of everything below it to its id."""
        return {folder.path: folder.id for folder in self.walk()}

    def lines(self, *, show_id: bool = False, color: bool = False, indent: int = 4) -> Iterator[str]:
        """Draw the tree, line by line. What would steer a terminal or turn the text around is written out."""
        waiting: list[tuple[Folder, str, str]] = [(self, "", "")]
        while waiting:
            folder, prefix, branch = waiting.pop()
            name = _written_out(folder.name) or "~"
            shown = f"{_RED}{name}{_RESET}" if color else name
            yield f"{prefix}{branch}{shown}{' ' + _written_out(folder.id) if show_id else ''}"
            below = prefix + {"": "", "├── ": "│" + " " * (indent - 1), "└── ": " " * indent}[branch]
            last = len(folder.children) - 1
            waiting.extend(
                (child, below, "└── " if place == last else "├── ")
                for place, child in reversed(list(enumerate(folder.children)))
            )


def _written_out(text: str) -> str:
    """``\\x1b`` for an escape, ``\\n`` for a line break, ``\\u202e`` for what turns text around; letters stay."""
    if text.isprintable():
        return text
    return "".join(c if _is_harmless(c) else c.encode("unicode_escape").decode() for c in text)


def _is_harmless(c: str) -> bool:
    """Also spaces of any width, and what joins letters and emoji."""
    return c.isprintable() or unicodedata.category(c) == "Zs" or c in "\u200c\u200d"


def build(root: str, folders: Iterable[tuple[str, str, Sequence[str]]]) -> Folder:
    """Build the tree below the folder of the id ``root``, from id, name and parents of each folder.

    Folders whose parents lead nowhere (or in a circle) are left out.
    """
    top = Folder(root, "")
    rows = sorted(folders, key=lambda row: (row[1].casefold(), row[0]))
    nodes = {node_id: Folder(node_id, name) for node_id, name, _ in rows} | {root: top}
    for node_id, _, parents in rows:
        parent = nodes.get(parents[0]) if parents else None
        if parent is not None and node_id != root:
            folder = nodes[node_id]
            folder.parent = parent
            parent.children.append(folder)
    return top
