"""Random changes of every kind that can be taken back, and what a library is, to be compared before and after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

COLUMNS = ["id", "kind", "name", "parents", "status", "settings.favorite", "settings.hidden", "description", "labels"]
FOLDERS = ("Pictures", "Pictures/Web")


def look_at(ap: Any) -> dict[str, Any]:
    """What the library is: every node, in the trash or not, what is in albums in its order, and people's names."""
    rows = [
        row for found in (ap.nodes(columns=COLUMNS), ap.trashed(columns=COLUMNS)) for row in found.to_dict("records")
    ]
    nodes = {row["id"]: {name: _plain(value) for name, value in row.items()} for row in rows}
    albums = [node_id for node_id, node in nodes.items() if node["kind"] == "VISUAL_COLLECTION"]
    return {
        "nodes": nodes,
        "members": {node_id: [*ap.children(node_id, columns=["id"])["id"]] for node_id in albums},
        "people": {one.value: one.name for one in ap.aggregations("allPeople").itertuples()},
    }


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return sorted(value.tolist())
    return None if value is None or str(value) in ("<NA>", "nan", "None") else value


class Changes:
    """Changes of one client's library; which, ``random`` chooses of what is there."""

    def __init__(self, ap: Any) -> None:
        self._ap = ap

    def do(self, kind: str, random: Random) -> None:
        """Change something, if there is something for a change of this kind."""
        nodes = self._ap.nodes(columns=COLUMNS)
        self._files = [*nodes[nodes["kind"] == "FILE"]["id"]]
        self._albums = [*nodes[nodes["kind"] == "VISUAL_COLLECTION"]["id"]]
        self._there = {*nodes["id"]}
        KINDS[kind](self, random)

    def _some(self, random: Random) -> Sequence[str]:
        return random.sample(self._files, min(len(self._files), random.choice([1, 2, 6])))

    def _trash(self, random: Random) -> None:
        self._ap.trash([*self._some(random), *random.sample(self._albums, min(1, len(self._albums)))])

    def _restore(self, random: Random) -> None:
        """Not what lies in a folder that is in the trash: that would bring the folder back, too."""
        found = self._ap.trashed(columns=COLUMNS)
        ids = [row.id for row in found.itertuples() if {*row.parents} <= self._there and row.kind == "FILE"]
        if ids:
            self._ap.restore(random.sample(ids, random.randint(1, len(ids))))

    def _switch(self, random: Random) -> None:
        name = random.choice(["favorite", "unfavorite", "hide", "unhide"])
        getattr(self._ap, name)(self._some(random))

    def _rename(self, random: Random) -> None:
        if self._files:
            self._ap.rename(random.choice(self._files), f"{random.getrandbits(60)}.jpg")

    def _rename_many(self, random: Random) -> None:
        """Names of its own: one that is taken when its node comes out of the trash is changed by Amazon, for good."""
        self._ap.rename(self._some(random), template=f"{random.getrandbits(30)} {{n}}.jpg")

    def _move(self, random: Random) -> None:
        self._ap.move(self._some(random), to=random.choice(FOLDERS))

    def _describe(self, random: Random) -> None:
        self._ap.describe(self._some(random), random.choice(["", "Cafe\u0301", "a" * 500]))

    def _label(self, random: Random) -> None:
        self._ap.label(self._some(random), random.choice([[], ["b", "a"], ["é", "x y"]]))

    def _create(self, random: Random) -> None:
        self._ap.albums.create(random.choice(["A", "a", "[]"]), node_ids=self._some(random))

    def _rename_album(self, random: Random) -> None:
        if self._albums:
            self._ap.albums.rename(random.choice(self._albums), random.choice(["A", "B"]))

    def _add(self, random: Random) -> None:
        if self._albums:
            self._ap.albums.add(random.choice(self._albums), self._some(random))

    def _remove(self, random: Random) -> None:
        """Not while something is in the trash: its place in the album is nothing that Amazon shows."""
        album = random.choice(self._albums) if self._albums else None
        members = [*self._ap.children(album, columns=["id"])["id"]] if album else []
        if members and not len(self._ap.trashed(columns=["id"])):
            self._ap.albums.remove(album, random.sample(members, random.randint(1, len(members))))

    def _merge(self, random: Random) -> None:
        if len(self._albums) > 1:
            self._ap.albums.merge(*random.sample(self._albums, 2))

    def _rename_person(self, random: Random) -> None:
        people = [one.value for one in self._ap.aggregations("allPeople").itertuples() if one.name]
        if people:
            self._ap.people.rename(random.choice(people), f"N{random.getrandbits(40)}")

    def _apply(self, random: Random) -> None:
        """A plan of several kinds, of which some rows were left out."""
        import pandas as pd

        plans = [self._ap.albums.create("C", node_ids=self._some(random), dry_run=True)]
        plans += [self._ap.favorite(self._some(random), dry_run=True), self._ap.trash(self._some(random), dry_run=True)]
        plan = pd.concat(plans)
        self._ap.apply(plan.sample(frac=0.8, random_state=random.getrandbits(32)).sort_index(), max_delete=100)

    def _undo(self, _random: Random) -> None:
        """The last run, which may be an undo itself, perhaps one that was cut."""
        runs = self._ap.history.list()
        begun = [*runs[runs["state"] != "not begun"]["run"]]
        if begun:
            self._ap.history.undo(begun[0], max_delete=100)


KINDS: Mapping[str, Callable[[Changes, Random], None]] = {
    "trash": Changes._trash,
    "restore": Changes._restore,
    "switch": Changes._switch,
    "rename": Changes._rename,
    "rename many": Changes._rename_many,
    "move": Changes._move,
    "describe": Changes._describe,
    "label": Changes._label,
    "create": Changes._create,
    "rename album": Changes._rename_album,
    "add": Changes._add,
    "remove": Changes._remove,
    "merge": Changes._merge,
    "rename person": Changes._rename_person,
    "apply": Changes._apply,
    "undo": Changes._undo,
}
