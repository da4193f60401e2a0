"""Changes of odd nodes, and answers that are otherwise: what was done is told right, and can be taken back."""

import pytest

from amazon_photos import AmazonPhotos
from changes import look_at


@pytest.fixture
def odd(connect_odd):
    """``odd(alter)``: a client; ``alter(method, node)`` changes what is told of single nodes."""
    stacks = []

    def connect(alter):
        async def pass_on(asked, forward):
            answer = await forward()
            if answer.status < 300 and asked.path.startswith("/drive/v1/nodes/") and "children" not in asked.path:
                alter(asked.method, answer.json)
            return answer

        service = connect_odd(pass_on)
        strange = service.__enter__()
        client = AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False)
        stacks.append((client, service))
        return client

    yield connect
    for client, service in stacks:
        client.close()
        service.__exit__(None, None, None)


def files_of(ap):
    return [*ap.nodes("kind:FILE", columns=["id"])["id"]]


def last(ap):
    return ap.history.list()["run"].iloc[0]


def test_labels_in_another_order(odd):
    """They are the labels that were asked for, and taking them back is no change that somebody else made."""
    ap = odd(lambda _, node: node.update(labels=sorted(node.get("labels") or [], reverse=True)))
    before = look_at(ap)
    assert [*ap.label(files_of(ap)[:3], ["a", "c", "b"])["outcome"]] == ["labeled"] * 3
    assert [*ap.history.undo(last(ap))["outcome"]] == ["labeled"] * 3
    assert look_at(ap) == before


def test_names_in_another_unicode_form(odd):
    """Amazon may compose accents; a plan holds all the same, and is so already when it is applied again."""

    def decompose(_, node):
        node["name"] = (node.get("name") or "").replace("é", "e\u0301")

    ap = odd(decompose)
    (photo,) = files_of(ap)[:1]
    before = look_at(ap)
    assert [*ap.rename(photo, "Café.jpg")["outcome"]] == ["renamed"]
    assert [*ap.history.undo(last(ap))["outcome"]] == ["renamed"]
    assert look_at(ap) == before


def test_settings_that_are_not_there(odd):
    """A node without settings is no favourite and is not hidden."""
    ap = odd(lambda _, node: node.pop("settings", None))
    before = look_at(ap)
    photos = [row.id for row in ap.nodes("kind:FILE").itertuples() if not row._asdict().get("favorite")][:2]
    assert {*ap.hide(photos)["outcome"]} == {"hidden"}
    shown = ap.history.show(last(ap))
    assert [*shown["before"]] == ["false", "false"]
    assert before["nodes"].keys() == look_at(ap)["nodes"].keys()


def test_an_answer_without_the_change(odd):
    """Amazon said 200 and changed nothing: it failed, and says so; undoing does nothing."""

    def unchanged(method, node):
        if method == "PATCH":
            node["description"] = "as ever"

    ap = odd(unchanged)
    done = ap.describe(files_of(ap)[:2], "new")
    assert [*done["outcome"]] == ["failed", "failed"]
    assert done["reason"].str.contains("without changing").all()
    assert ap.history.undo(last(ap)).empty


@pytest.mark.parametrize("kind", ["MEMORY", "", None])
def test_kinds_that_nobody_knows(odd, kind):
    """They are changed as files are."""
    ap = odd(lambda _, node: node.update(kind=kind) if kind is not None else node.pop("kind"))
    (photo,) = files_of(ap)[:1]
    before = look_at(ap)
    assert [*ap.favorite(photo)["outcome"]] == ["favorited"]
    ap.history.undo(last(ap))
    assert [*ap.trash(photo)["outcome"]] == ["trashed"]
    assert [*ap.history.undo(last(ap))["outcome"]] == ["restored"]
    assert {*look_at(ap)["nodes"]} == {*before["nodes"]}


def test_a_node_that_is_pending(odd):
    """A plan that was made while it was processed holds afterwards."""
    pending = [True]
    ap = odd(lambda _, node: node.update(status="PENDING") if pending and node["status"] == "AVAILABLE" else None)
    photos = files_of(ap)[:2]
    plan = ap.trash(photos, dry_run=True)
    pending.clear()
    assert [*ap.apply(plan)["outcome"]] == ["trashed", "trashed"]


def test_the_root_stays(ap, service):
    """It can be neither trashed nor renamed, by hand or by a plan; the others are."""
    service.reset(files=20)
    root, photo = ap.root.id, files_of(ap)[0]
    assert [*ap.trash([root, photo])["outcome"]] == ["failed", "trashed"]
    plan = [{"action": "trash", "id": root}]
    assert [*ap.apply(plan, max_delete=1000)["outcome"]] == ["failed"]
    assert [*ap.rename(root, "x")["outcome"]] == ["failed"]


def test_an_id_that_comes_twice(ap, service):
    """In one plan: the second is so already; a name that is changed twice goes back to the first."""
    service.reset(files=20)
    (photo,) = files_of(ap)[:1]
    before = look_at(ap)
    name = before["nodes"][photo]["name"]
    row = {"action": "rename", "id": photo, "before": name, "after": "one.jpg"}
    done = ap.apply([row, row, row | {"before": "one.jpg", "after": "two.jpg"}])
    assert [*done["outcome"]] == ["renamed", "skipped", "renamed"]
    assert ap.node(photo).name == "two.jpg"
    assert [*ap.history.undo(last(ap))["outcome"]] == ["renamed", "renamed"]
    assert look_at(ap) == before
