"""Nodes, folders, albums, people: what can be listed and changed."""

import pytest

from amazon_photos import F, errors
from amazon_photos.query.expr import and_
from amazon_photos.query.parser import parse


@pytest.fixture
def seeded(ap, service):
    service.reset(files=400)
    service.requests.clear()
    return ap


def test_nodes_takes_filters_sort_limit_and_offset(seeded):
    """The arguments of the old README, by position."""
    names = seeded.nodes("kind:FILE", sort="['name ASC']")
    assert list(names.name) == sorted(names.name)
    assert list(seeded.nodes("kind:FILE", sort="['name ASC']", limit=7, offset=3).id) == list(names.id[3:10])
    assert (
        list(seeded.nodes(["kind:FILE", "name:IMG*"], sort=["name DESC"], limit=5).name)
        == sorted(names.name[names.name.str.startswith("IMG")], reverse=True)[:5]
    )


def test_a_sort_holds_past_9999_without_tokens(ap, service):
    """More than 9,999 come in parts of time, and are in the order asked for all the same."""
    service.reset(files=10_300)
    service.set(paging="offset")
    names = ap.nodes("kind:FILE", sort="['name ASC']").name
    assert len(names) > 9_999
    assert names.is_monotonic_increasing
    assert list(ap.nodes("kind:FILE", sort="['name ASC']", limit=10_050).name) == list(names[:10_050])


def test_a_tree_may_ask_for_more_than_amazon_answers(seeded):
    """Sizes and patterns are answered here, of what the rest of the filter fetched."""
    files = seeded.nodes("kind:FILE")
    found = seeded.nodes((F.kind == "FILE") & (F.size > 20_000) & F.name.matches(r"\d{4}"))
    assert set(found.id) == set(files[(files["size"] > 20_000) & files.name.str.contains(r"\d{4}")].id)


def test_children_are_what_a_folder_holds(seeded):
    """children(folder) equals the nodes whose parents say so."""
    folder = seeded.nodes("kind:FILE").parents.iloc[0][0]
    assert set(seeded.children(folder).id) == set(seeded.nodes(f"parents:{folder}").id)
    found = seeded.find_path("Pictures")
    assert set(seeded.children(found).id) == {child.id for child in found.children}


def test_what_was_not_found_is_not_the_whole_library(seeded, service):
    """find_path() gives None for what is not there; children, trash and delete refuse it and send nothing."""
    nothing = seeded.find_path("No/such/folder")
    service.requests.clear()
    for operation in (seeded.children, seeded.trash, seeded.delete, seeded.download):
        with pytest.raises(errors.InvalidInput, match="None"):
            operation(nothing)
    assert service.requests == []
    assert len(seeded.trash(seeded.find_path("Pictures"))) == 1


def test_the_tree_is_read_in_few_requests(seeded, service):
    """folders() comes in (folders ÷ 200) requests; tree and find_path() read the catalogue, and send nothing."""
    tree = seeded.tree  # which builds the catalogue
    service.requests.clear()
    folders = len(seeded.folders())
    assert len(service.requests) <= -(-folders // 200) + 3
    assert seeded.root.owner_id
    service.requests.clear()
    assert sum(1 for _ in seeded.tree.walk()) == sum(1 for _ in tree.walk()) == folders
    deepest = max(tree.paths(), key=lambda path: path.count("/"))
    assert seeded.find_path(deepest.upper()).path == deepest
    assert seeded.find_path("no/such/folder") is None
    assert not service.requests


def test_a_node_by_its_id(seeded):
    """node() is typed; an id nobody has is NotFound; what is no id is refused unsent."""
    row = seeded.nodes("kind:FILE", limit=1).iloc[0]
    node = seeded.node(row.id)
    assert (node.name, node.md5, node.size) == (row["name"], row.md5, row["size"])
    with pytest.raises(errors.NotFound):
        seeded.node("x" * 22)
    with pytest.raises(errors.InvalidInput, match="not a node id"):
        seeded.node("../../etc")


def test_names_descriptions_and_labels(seeded):
    """Each change is there when asked for; limits are told before anything is sent."""
    node_id = seeded.nodes("kind:FILE", limit=1).id[0]
    assert list(seeded.rename(node_id, "new name.jpg").outcome) == ["renamed"]
    assert seeded.node(node_id).name == "new name.jpg"
    seeded.describe(node_id, "by the sea")
    seeded.label(node_id, ["sea", "summer 2023"])
    assert list(seeded.nodes('description:"by the sea"').id) == [node_id]
    assert list(seeded.nodes('labels:(sea AND "summer 2023")').id) == [node_id]
    for change in (
        lambda: seeded.rename(node_id, ""),
        lambda: seeded.describe(node_id, "x" * 501),
        lambda: seeded.label(node_id, ["x"] * 11),
        lambda: seeded.label(node_id, "sea"),
    ):
        with pytest.raises(errors.InvalidInput):
            change()


@pytest.mark.parametrize(
    ("method", "value", "why"),
    [
        ("rename", 5, "name must be text, not 5"),
        ("describe", None, "description must be text, not None"),
        ("label", ["sea", 5], "a label must be text, not 5"),
        ("label", ["sea", None], "a label must be text, not None"),
        ("label", [["sea"]], r"a label must be text, not \['sea'\]"),
        ("label", ["sea", ""], "of 1 to 256 characters"),
        ("label", ["x" * 257], "of 1 to 256 characters"),
    ],
)
def test_what_is_no_text_is_refused_unsent(ap, service, method, value, why):
    """A name, a description and each label are text: the error names what is not, and nothing is sent."""
    service.requests.clear()
    with pytest.raises(errors.InvalidInput, match=why):
        getattr(ap, method)("x" * 22, value)
    assert not service.requests


def test_a_name_that_is_taken_fails_and_says_so(ap):
    """Names are unique in a folder, ignoring case."""
    _, second = ap.create_folders("One", "Two").id
    done = ap.rename(second, "ONE")
    assert list(done.outcome) == ["failed"]
    assert "one already exists" in done.reason[0]
    assert ap.node(second).name == "Two"


def test_albums(seeded):
    """Albums are made, filled, emptied and renamed; nothing is in one twice."""
    ids = list(seeded.nodes("kind:FILE", limit=60).id)
    album = seeded.create_album("Best of", node_ids=ids)
    assert set(seeded.children(album.id).id) == set(ids)
    assert list(seeded.add_to_album(album.id, ids[:3]).outcome) == ["added"] * 3
    assert len(seeded.children(album.id)) == len(ids)
    assert list(seeded.remove_from_album(album.id, ids[:2]).outcome) == ["removed"] * 2
    assert set(seeded.children(album.id).id) == set(ids[2:])
    seeded.rename_album(album.id, "Very best of")
    assert "Very best of" in set(seeded.albums.list().name)
    result = seeded.add_to_album(album.id, [ids[0], "x" * 22])
    assert list(result.outcome) == ["added", "failed"]
    with pytest.raises(errors.ServiceError, match="was made"):
        seeded.create_album("Bad", node_ids=["x" * 22])


def test_people_can_be_named_and_merged(seeded):
    """A person's new name is what aggregations() tell; merged people are one."""
    people = seeded.aggregations("allPeople")
    first, second = people.value[:2]
    seeded.rename_cluster(first, "Ada")
    assert seeded.aggregations("allPeople").set_index("value").name[first] == "Ada"
    seeded.combine_clusters([first, second], "Ada and Bob")
    assert second not in set(seeded.aggregations("allPeople").value)
    node_id = seeded.query(F.people(first), limit=1, save=False).id[0]
    seeded.update_cluster_thumbnail(first, node_id)
    assert seeded.aggregations("allPeople").set_index("value").node_id[first] == node_id


@pytest.mark.parametrize("ids", [[], ["one"], ("one",), "several", None, 5])
def test_one_person_alone_is_not_combined(ap, service, ids):
    """It takes two or more, in a list: fewer, and a text, are refused unsent."""
    service.requests.clear()
    with pytest.raises(errors.InvalidInput, match="a list of two or more"):
        ap.combine_clusters(ids, "Ada")
    assert not service.requests


def test_the_family_vault(seeded):
    """What is shared with the family is found in its context."""
    ids = list(seeded.nodes("kind:FILE", limit=3).id)
    before = set(seeded.query(search_context="family", save=False).id)
    seeded.add_to_family_vault("family-1", ids)
    assert set(seeded.query(search_context="family", save=False).id) == before | set(ids)
    seeded.remove_from_family_vault("family-1", ids)
    assert set(seeded.query(search_context="family", save=False).id) == before - set(ids)


def test_trash_of_every_form_of_ids(seeded):
    """A frame, a column, a list, one id and none at all."""
    files = seeded.nodes("kind:FILE", limit=6)
    assert set(seeded.trash(files[:2]).outcome) == {"trashed"}
    assert set(seeded.trash(files.id[2:4]).outcome) == {"trashed"}
    assert set(seeded.trash(files.id[4]).outcome) == {"trashed"}
    assert list(seeded.trash([]).columns) == ["id", "outcome", "reason"]
    found = seeded.trashed(F.name.matches("."))
    assert set(files.id[:5]) <= set(found.id)
    assert set(seeded.trashed(f'name:"{files.name[0]}"').name) == {files.name[0]}


def test_folders_go_and_come_back_with_what_they_hold(seeded):
    """Trashing a folder takes its files along; restoring it brings them back."""
    folder = seeded.nodes("kind:FILE").parents.iloc[0][0]
    inside = set(seeded.children(folder).id)
    seeded.trash(folder)
    assert not inside & set(seeded.nodes("kind:FILE").id)
    seeded.restore(folder)
    assert set(seeded.children(folder).id) == inside


CHOICES = {
    "a tree": F.name("a.jpg") | (F.name == "b.jpg"),
    "text": "name:a.jpg OR name:b.jpg",
    "a list": ["name:a.jpg OR name:b.jpg", "kind:FILE OR name:c.jpg"],
    "unread text": "name:a.jpg OR name:b.jpg",
    "a list of unread texts": ["name:a.jpg OR name:b.jpg", "name:c.jpg OR name:d.jpg"],
}


@pytest.mark.parametrize("asked", CHOICES)
def test_nothing_that_lives_is_asked_for_in_the_trash(ap, service, asked):
    """``delete(trashed(a OR b))`` must never reach a live b: whatever is asked, it stands behind an AND, in brackets.

    The emulator lists only the trash, whatever it is asked; what Amazon does, only the text can tell.
    """
    filters = CHOICES[asked]
    ap.trashed(filters, strict="unread" not in asked)
    sent = [parse(seen.query["filters"]) for seen in service.requests if seen.path.endswith("/trash")]
    given = [
        parse(part) if isinstance(part, str) else part for part in (filters if isinstance(filters, list) else [filters])
    ]
    assert sent == [and_(parse("kind:(FILE* OR FOLDER*) AND status:(TRASH*)"), *given)]


@pytest.mark.parametrize("text", ["name:a) OR (name:b", "name:a)", "(name:a", 'name:"a', "name:a\\", ")(", 'a"b)'])
def test_unread_text_cannot_leave_its_brackets(ap, service, text):
    """Text that is sent untouched may be anything, but it stays where it is put: in the trash, and beside others."""
    for call in (
        lambda: ap.trashed(text, strict=False),
        lambda: ap.nodes([text, F.kind == "FILE"], strict=False),
        lambda: ap.query([text, "type:PHOTOS"], strict=False),
    ):
        with pytest.raises(errors.FilterError, match="brackets or quotes that do not close"):
            call()
    assert service.requests == []
    for whole in (r"name:a\)", 'name:")"', "((name:a) OR (name:b))", r'name:"a\")"'):
        ap.trashed(whole, strict=False)
