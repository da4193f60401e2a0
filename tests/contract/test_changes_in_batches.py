"""A hundred nodes of which three fail: each operation does ninety-seven, tells three reasons, and can be taken back."""

import pytest

from amazon_photos import errors
from changes import look_at

COUNT = 100
BAD = [7, 50, 93]


class Scene:
    """A client, a hundred files, an album with some of them, and what is asked of it."""

    def __init__(self, ap, service):
        service.reset(files=140)
        self.ap, self.service = ap, service
        self.ids = [*ap.nodes("kind:FILE", columns=["id"], sort="['name ASC']")["id"]][:COUNT]
        self.bad = [self.ids[number] for number in BAD]
        self.album = ap.create_album("Old").id
        ap.add_to_album(self.album, self.ids)
        self.other = ap.create_album("Other").id

    def refuse(self, operation):
        """From now on three of them are refused, each time."""
        rules = [
            {"operation": operation, "node_id": node_id, "fault": fault}
            for node_id, fault in zip(self.bad, ("403", "404", "409"), strict=True)
        ]
        self.service.faults(rules)

    def trash(self, **more):
        return self.ap.trash(self.ids, **more)

    def restore(self, **more):
        return self.ap.restore(self.ids, **more)

    def delete(self, **more):
        return self.ap.delete(self.ids, **more)

    def favorite(self, **more):
        return self.ap.favorite(self.ids, **more)

    def hide(self, **more):
        return self.ap.hide(self.ids, **more)

    def rename(self, **more):
        return self.ap.rename(self.ids, template="{n:03} {id}.jpg", **more)

    def move(self, **more):
        return self.ap.move(self.ids, to="Pictures/Web", **more)

    def describe(self, **more):
        return self.ap.describe(self.ids, "By the sea", **more)

    def label(self, **more):
        return self.ap.label(self.ids, ["b", "a"], **more)

    def add(self, **more):
        return self.ap.albums.add("Other", self.ids, **more)

    def remove(self, **more):
        return self.ap.albums.remove("Old", self.ids, **more)

    def merge(self, **more):
        return self.ap.albums.merge("Other", "Old", **more)

    def create(self, **more):
        return self.ap.albums.create("New", node_ids=self.ids, **more)

    def ensure(self, **more):
        return self.ap.albums.ensure("other", node_ids=self.ids, **more)


OPERATIONS = {
    "trash": ("trash.change", "trashed"),
    "restore": ("trash.change", "restored"),
    "delete": ("purge", "deleted"),
    "favorite": ("nodes.change", "favorited"),
    "hide": ("nodes.change", "hidden"),
    "rename": ("nodes.change", "renamed"),
    "move": ("nodes.change", "moved"),
    "describe": ("nodes.change", "described"),
    "label": ("nodes.change", "labeled"),
    "add": ("children.change", "added"),
    "remove": ("children.change", "removed"),
    "merge": ("children.change", "added"),
    "create": ("children.change", "added"),
    "ensure": ("children.change", "added"),
}
"""What the emulator calls the request, and the word of those that were done."""


@pytest.fixture
def scene(ap, service):
    return Scene(ap, service)


def prepare(scene, name):
    if name == "restore":
        scene.ap.trash(scene.ids)


@pytest.mark.parametrize("name", OPERATIONS)
def test_three_of_a_hundred_fail(scene, name):
    """Ninety-seven are done, three say why, in the order given; undone, all is as it was."""
    operation, word = OPERATIONS[name]
    prepare(scene, name)
    before = look_at(scene.ap)
    scene.refuse(operation)
    done = getattr(scene, name)()
    of_nodes = done[done["id"].isin(scene.ids)]
    assert [*of_nodes["id"]] == scene.ids
    failed = of_nodes[of_nodes["outcome"] == "failed"]
    assert [*failed["id"]] == scene.bad
    assert failed["reason"].notna().all()
    assert len({*failed["reason"]}) == 3
    assert (of_nodes["outcome"] == word).sum() == COUNT - len(BAD)
    scene.service.faults([])
    run = scene.ap.history.list().iloc[0]
    assert (run["state"], run["failed"]) == ("done", 3)
    if name == "delete":
        with pytest.raises(errors.InvalidInput, match="nothing takes it back"):
            scene.ap.history.undo(run["run"])
        return
    scene.ap.history.undo(run["run"], max_delete=COUNT)
    assert look_at(scene.ap) == before


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_plan_changes_nothing_and_does_the_same(scene, name):
    """dry_run=True sends nothing that changes; applied, the library is as the direct call leaves it; twice is once."""
    prepare(scene, name)
    before = look_at(scene.ap)
    scene.service.requests.clear()
    plan = getattr(scene, name)(dry_run=True)
    assert {request.method for request in scene.service.requests} <= {"GET"}
    assert look_at(scene.ap) == before
    assert [*plan[plan["id"].isin(scene.ids)]["id"]] == scene.ids
    done = scene.ap.apply(plan, max_delete=COUNT)
    assert not (done["outcome"] == "failed").any()
    assert {*done[done["outcome"] == "skipped"]["reason"]} <= {"it is so already"}
    after = look_at(scene.ap)
    again = scene.ap.apply(plan, max_delete=COUNT)
    assert {*again["outcome"]} == {"skipped"}
    assert again["reason"].notna().all()
    assert look_at(scene.ap) == after
    if name not in ("delete", "create"):
        for run in scene.ap.history.list()["run"].head(1):
            scene.ap.history.undo(run, max_delete=COUNT)
        assert look_at(scene.ap) == before
        getattr(scene, name)()
        assert look_at(scene.ap) == after


def test_what_is_deleted_says_that_nothing_brings_it_back(scene):
    """The plan does, and what is not in the trash yet says that it is deleted at once."""
    scene.ap.trash(scene.ids[:50])
    plan = scene.delete(dry_run=True)
    assert not plan["reversible"].any()
    assert [*plan["note"].str.contains("not in the trash")] == [False] * 50 + [True] * 50


@pytest.mark.parametrize("many", [5, 100])
def test_albums_keep_their_photos(scene, many):
    """An album among photos goes to the trash by itself, whether few or many go with it, known or not."""
    scene.service.requests.clear()
    done = scene.ap.trash([*scene.ids[:many], scene.other, scene.album])
    assert {*done["outcome"]} == {"trashed"}
    asked = [request for request in scene.service.requests if request.method == "GET"]
    assert len(asked) < 30
    there = {*scene.ap.nodes("kind:FILE", columns=["id"])["id"]}
    assert {*scene.ids[many:]} <= there


def test_people_and_family(ap, service):
    """A person's name and picture can be taken back; a merge cannot, which its plan says."""
    service.reset(files=60)
    people = ap.aggregations("allPeople")
    first, second = people["value"][:2]
    before = {row.value: (row.name, row.node_id) for row in people.itertuples(index=False)}
    ap.people.rename(first, "Augusta Ada")
    run = ap.history.list()["run"].iloc[0]
    assert [*ap.history.undo(run)["outcome"]] == ["renamed"]
    plan = ap.people.merge(first, second, dry_run=True)
    assert not plan["reversible"].any()
    assert plan["note"].str.contains("nothing parts").all()
    now = {row.value: (row.name, row.node_id) for row in ap.aggregations("allPeople").itertuples(index=False)}
    assert now == before
    assert [*ap.apply(plan)["outcome"]] == ["merged"]
    assert [*ap.apply(plan)["outcome"]] == ["skipped"]
    with pytest.raises(errors.InvalidInput, match="nothing takes it back"):
        ap.history.undo(ap.history.list()["run"].iloc[0])


def test_the_family_vault(scene):
    """Shared and taken back; what is shared already stays so."""
    family = "F" * 22
    done = scene.ap.family.add(scene.ids[:60], family_id=family)
    assert {*done["outcome"]} == {"shared"}
    run = scene.ap.history.list()["run"].iloc[0]
    assert [*scene.ap.history.undo(run)["outcome"]] == ["unshared"] * 60
    plan = scene.ap.family.add(scene.ids[:60], family_id=family, dry_run=True)
    assert [*scene.ap.apply(plan)["outcome"]] == ["shared"] * 60
    assert [*scene.ap.apply(plan)["outcome"]] == ["skipped"] * 60


async def test_the_async_face_does_the_same(async_ap, service):
    """A plan, applied, and taken back."""
    service.reset(files=60)
    ids = [*(await async_ap.nodes("kind:FILE", columns=["id"]))["id"]]
    plan = await async_ap.trash(ids, dry_run=True)
    assert len(plan) == len(ids)
    with pytest.raises(errors.TooManyDeletions, match="max_delete"):
        await async_ap.apply(plan)
    done = await async_ap.apply(plan, max_delete=60)
    assert {*done["outcome"]} == {"trashed"}
    runs = await async_ap.history.list()
    back = await async_ap.history.undo(runs["run"].iloc[0])
    assert {*back["outcome"]} == {"restored"}
    assert len(await async_ap.history.show(runs["run"].iloc[0])) == len(ids)
