"""The library's folders as a tree: built in one pass, walked without recursion, printed as the predecessor printed it.

::

    ~
    ├── Documents
    └── Pictures
        ├── iPhone
        └── Web
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from .names import resolve_name

_RED, _RESET = "\x1b[91m", "\x1b[0m"


@dataclass(slots=True, eq=False)
class Folder:
    """One folder; the root's ``name`` is "", and its ``parent`` is None."""

    id: str
    """The folder's id."""
    name: str
    """Its name; "" of the root."""
    parent: Folder | None = None
    """The folder that it is in; None of the root."""
    children: list[Folder] = field(default_factory=list)
    """The folders in it, by their names."""
    _whole: _Whole | None = field(default=None, init=False, repr=False)
    """Of the root, for pickles and copies: one and the same for all of the tree."""

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

    def __reduce__(self) -> tuple[Callable[[_Whole, tuple[int, ...]], Folder], tuple[_Whole, tuple[int, ...]]]:
        """The whole tree, flat, and the way to this folder: folder by folder, deep ones would exhaust the stack."""
        way: list[int] = []
        here = self
        while here.parent is not None:
            way.append(here.parent.children.index(here))
            here = here.parent
        here._whole = here._whole or _Whole(here)
        return _reach, (here._whole, tuple(reversed(way)))

    def __copy__(self) -> Folder:
        return Folder(self.id, self.name, self.parent, self.children)

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


class _Whole:
    """A tree in pickles and copies: its folders one after the other, each with the number of the one above it."""

    def __init__(self, root: Folder) -> None:
        self.root = root

    def __reduce__(self) -> tuple[Callable[[list[_Row]], _Whole], tuple[list[_Row]]]:
        numbers: dict[int, int] = {}
        rows: list[_Row] = []
        for number, folder in enumerate(self.root.walk()):
            numbers[id(folder)] = number
            rows.append((folder.id, folder.name, numbers.get(id(folder.parent), -1)))
        return _plant, (rows,)


_Row: TypeAlias = tuple[str, str, int]


def _plant(rows: list[_Row]) -> _Whole:
    folders: list[Folder] = []
    for node_id, name, above in rows:
        folder = Folder(node_id, name, folders[above] if folders else None)
        if folder.parent is not None:
            folder.parent.children.append(folder)
        folders.append(folder)
    root = folders[0]
    whole = root._whole = _Whole(root)
    return whole


def _reach(whole: _Whole, way: tuple[int, ...]) -> Folder:
    here = whole.root
    for place in way:
        here = here.children[place]
    return here


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
