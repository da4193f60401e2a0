"""Plans: shown, saved, cut, applied later, twice, or after the library changed under them."""

import re

import pandas as pd
import pytest

from amazon_photos import AmazonPhotos, F, Settings, emulator, errors
from changes import look_at


@pytest.fixture
def ids(ap, service):
    """The files of a small library."""
    service.reset(files=60)
    return [*ap.nodes("kind:FILE", columns=["id"], sort="['name ASC']")["id"]]


def changed(service):
    """The requests that change something."""
    return [request for request in service.requests if request.method != "GET"]


def test_a_plan_goes_into_a_file_and_comes_back(ap, ids, tmp_path):
    """Saved whole, applied by its path; rows may be left out of the frame before."""
    plan = ap.trash(ids[:5], dry_run=True)
    ap.save_plan(plan[plan["id"] != ids[2]], tmp_path / "plan.jsonl")
    done = ap.apply(tmp_path / "plan.jsonl")
    assert [*done["id"]] == [*ids[:2], *ids[3:5]]
    assert {*ap.trashed(columns=["id"])["id"]} >= {*done["id"]}
    assert ids[2] in {*ap.nodes(columns=["id"])["id"]}


def test_a_plan_after_the_library_changed(ap, ids):
    """Each row says whether it still holds; those that don't are skipped, and the others are done."""
    plan = pd.concat([ap.rename(ids[:4], template="new {id}", dry_run=True), ap.favorite(ids[4:6], dry_run=True)])
    ap.rename(ids[0], "other.jpg")
    ap.rename(ids[1], plan["after"].iloc[1])
    ap.delete([ids[2]])
    done = ap.apply(plan)
    assert [*done["outcome"][:4]] == ["skipped", "skipped", "skipped", "renamed"]
    assert "changed since" in done["reason"].iloc[0]
    assert "so already" in done["reason"].iloc[1]
    assert "not there any more" in done["reason"].iloc[2]
    assert ap.apply(plan, dry_run=True).empty


def test_a_plan_of_another_account(ap, ids, tmp_path):
    """Its ids mean nothing here: every row says so, and nothing is sent that changes anything."""
    plan = ap.trash(ids[:5], dry_run=True)
    with emulator.running(files=30, seed=9) as other:
        where = {"endpoint": other.url, "catalog": tmp_path / "other.parquet", "progress": False}
        with AmazonPhotos(other.cookies, **where) as client:
            done = client.apply(plan)
            assert {*done["outcome"]} == {"skipped"}
            assert done["reason"].str.contains("not there").all()
            assert changed(other) == []
            assert client.history.list().empty


def test_a_plan_that_makes_an_album_makes_it_once(ap, ids):
    """Applied again it finds the album, and adds what is missing there."""
    plan = ap.albums.create("Sea", node_ids=ids[:6], dry_run=True)
    ap.apply(plan.iloc[:4])
    again = ap.apply(plan)
    assert [*again["outcome"]] == ["skipped"] * 4 + ["added"] * 3
    albums = ap.nodes("kind:VISUAL_COLLECTION AND name:Sea")
    assert len(albums) == 1
    assert [*ap.children("Sea", columns=["id"])["id"]] == ids[:6]
    assert [*ap.apply(pd.concat([plan, plan]))["outcome"]] == ["skipped"] * 14


def test_an_album_of_that_name_that_was_there_is_none_that_was_made(ap, ids):
    """Amazon lets two albums share a name, and who planned a second one gets it, once."""
    ap.albums.create("Sea")
    plan = ap.albums.create("Sea", node_ids=ids[:2], dry_run=True)
    assert [*ap.apply(plan)["outcome"]] == ["created", "added", "added"]
    assert [*ap.apply(plan)["outcome"]] == ["skipped"] * 3
    assert len(ap.nodes("kind:VISUAL_COLLECTION AND name:Sea")) == 2


def test_two_plans_that_make_albums_are_one(ap, ids):
    """Put together, each photo goes into its own album."""
    plans = [ap.albums.create(name, node_ids=[ids[n]], dry_run=True) for n, name in enumerate(["One", "Two"])]
    ap.apply(pd.concat(plans))
    assert [[*ap.children(name, columns=["id"])["id"]] for name in ("One", "Two")] == [[ids[0]], [ids[1]]]


def test_rows_for_an_album_whose_row_was_left_out(ap, ids):
    """They fail and say why; the rest is done."""
    plan = pd.concat([ap.albums.create("Sea", node_ids=ids[:2], dry_run=True)[1:], ap.hide([ids[0]], dry_run=True)])
    done = ap.apply(plan)
    assert [*done["outcome"]] == ["failed", "failed", "hidden"]
    assert done["reason"].iloc[0] == "its album was not made"


def test_an_edited_kind_does_not_hide_what_a_folder_holds(ap, service):
    """What is counted is what is there, not what the plan says."""
    service.reset(files=200)
    plan = ap.trash("Pictures", dry_run=True)
    held = plan["count"].iloc[0]
    assert held > 50
    for edited in (plan.assign(kind="FILE", count=1), plan[["action", "id"]]):
        with pytest.raises(errors.TooManyDeletions, match=str(held)):
            ap.apply(edited, max_delete=held - 1)
    assert [*ap.apply(plan[["action", "id"]], max_delete=held)["outcome"]] == ["trashed"]


def test_an_album_without_its_kind_keeps_its_photos(ap, ids):
    """A plan that somebody wrote by hand."""
    album = ap.albums.create("Sea", node_ids=ids[:3])["id"].iloc[0]
    ap.apply([{"action": "trash", "id": album}])
    assert {*ids[:3]} <= {*ap.nodes(columns=["id"])["id"]}


@pytest.mark.parametrize("call", ["trash", "delete"])
def test_by_hand_there_is_no_limit_unless_it_is_given(ap, ids, call):
    """The old README's ap.trash(node_ids) works as ever, for half a library."""
    method = getattr(ap, call)
    with pytest.raises(errors.TooManyDeletions, match="40 of"):
        method(ids[:40], max_delete=39)
    with pytest.raises(errors.TooManyDeletions):
        method(ids[:40], max_delete="1%")
    assert {*method(ids[:40])["outcome"]} == {f"{call}ed".replace("ee", "e")}


def test_what_a_filter_finds_has_a_limit(ap, service):
    """100 and 10 %, of which the smaller counts; nothing was done then."""
    service.reset(files=60)
    service.requests.clear()
    with pytest.raises(errors.TooManyDeletions, match="10 %"):
        ap.trash(F.kind == "FILE")
    assert changed(service) == []
    found = ap.trash(F.kind == "FILE", dry_run=True)
    assert {*ap.trash(F.kind == "FILE", max_delete=len(found))["outcome"]} == {"trashed"}


def test_folders_count_with_all_they_hold(ap, service):
    """By hand with a limit, too; one inside of the other counts once."""
    service.reset(files=200)
    held = ap.trash("Pictures", dry_run=True)["count"].sum()
    below = [*ap.children("Pictures", filters="kind:FOLDER", columns=["id"])["id"]]
    both = ap.trash([ap.find_path("Pictures").id, *below], dry_run=True)
    assert both["count"].sum() - len(below) <= held
    with pytest.raises(errors.TooManyDeletions):
        ap.trash("Pictures", max_delete=int(held) - 1)


def test_an_album_where_a_photo_is_meant(ap, ids):
    """It is refused, for itself, and the photos go in; a photo is no album, and nothing is sent that changes."""
    album = ap.albums.create("Sea")["id"].iloc[0]
    other = ap.albums.create("Lake")["id"].iloc[0]
    done = ap.albums.add("Sea", [ids[0], other, ids[1]])
    assert [*done["outcome"]] == ["added", "failed", "added"]
    before = look_at(ap)
    for call in (ap.albums.add, ap.albums.remove, ap.albums.merge):
        with pytest.raises(errors.InvalidInput, match="an album is due here"):
            call(ids[0], album)
    with pytest.raises(errors.InvalidInput, match="an album is due here"):
        ap.albums.delete([album, ids[0]])
    assert look_at(ap) == before


def test_ids_that_begin_with_a_dash(ap, ids):
    """They are ids like others, alone and in plans; where there is none of them, it fails alone."""
    strange = "-" + "A" * 21
    assert [*ap.trash(strange)["outcome"]] == ["failed"]
    done = ap.favorite([strange, ids[0], "-x"])
    assert [*done["outcome"]] == ["failed", "favorited", "failed"]
    assert [*ap.apply([{"action": "hide", "id": strange}])["outcome"]] == ["skipped"]
    plan = ap.hide([strange, ids[0], "-x"], dry_run=True)
    assert [*ap.apply(plan)["outcome"]] == ["skipped", "hidden", "skipped"]
    assert [*ap.apply([{"action": "hide", "id": ""}, {"action": "hide"} | {"id": None}])["outcome"]] == ["failed"] * 2


@pytest.mark.parametrize(
    "plan", [None, 5, True, "none.jsonl", b"x", ["trash"], [1], {"a": 1}, pd.DataFrame({"id": ["a"]}), object()]
)
def test_what_is_no_plan(ap, service, plan):
    """It is a clear error, and nothing is sent that changes anything."""
    service.requests.clear()
    with pytest.raises((errors.InvalidInput, errors.LocalFileError), match="plan"):
        ap.apply(plan)
    assert changed(service) == []


@pytest.mark.parametrize("plan", [[], pd.DataFrame({"id": [], "action": []}), iter([])])
def test_a_plan_of_nothing(ap, plan):
    """There is nothing to do, and no run of it."""
    assert ap.apply(plan).empty
    assert ap.history.list().empty


@pytest.mark.parametrize("name", ["trash", "restore", "favorite", "hide", "move"])
def test_without_a_history_nothing_is_written(service, tmp_path, monkeypatch, name):
    """Settings(history=False): no folder, no extra request for what was there."""
    service.reset(files=20)
    monkeypatch.chdir(tmp_path)
    with AmazonPhotos(service.cookies, settings=Settings(history=False, endpoint=service.url), progress=False) as ap:
        ids = [*ap.nodes("kind:FILE", columns=["id"])["id"]][:5]
        service.requests.clear()
        more = {"to": "Pictures"} if name == "move" else {}
        getattr(ap, name)(ids, **more)
        assert not [r for r in service.requests if r.method == "GET" and any(i in r.path for i in ids)]
    assert not [*tmp_path.glob("*.runs")]


@pytest.mark.parametrize("count", [30, 700])
def test_many_without_a_catalogue_cost_few_requests(ap, service, count):
    """Trashing, restoring and taking that back asks for no node by itself."""
    service.reset(files=count + 20)
    ids = [*ap.nodes("kind:FILE", columns=["id"])["id"]][:count]
    service.requests.clear()
    ap.trash(ids)
    ap.restore(ids)
    pages = 8 + count // 100
    assert len(service.requests) < 2 * (count // 50 + pages)
    if count > 100:
        service.requests.clear()
        for run in ap.history.list()["run"]:
            ap.history.undo(run, max_delete=count)
        assert len(service.requests) < count / 4 + 100
    assert {*ap.nodes("kind:FILE", columns=["id"])["id"]} >= {*ids}


def test_a_plan_tells_what_it_will_not_change(ap, ids):
    """Rows that are so already, ids of nothing, and texts that nothing is called: all known before it is applied."""
    ap.favorite(ids[:1])
    gone = "-" + "A" * 21
    for action in (ap.favorite, ap.hide, ap.trash, ap.restore):
        notes = dict(zip([*ids[:2], gone, "nope"], action([*ids[:2], gone, "nope"], dry_run=True)["note"], strict=True))
        assert notes[gone] == "it is not there", action
        assert re.search("nothing (in the library )?is called", notes["nope"]), action
        assert (notes[ids[1]] is pd.NA) == (action != ap.restore), action
    plan = ap.favorite(ids[:2], dry_run=True)
    assert plan["note"][0] == "it is so already"
    assert repr(plan).startswith("plan of 2 changes: 2 to favorite (1 so already).")
    album = ap.albums.create("Best", node_ids=ids[:2]).id[0]
    plan = ap.albums.add(album, ids[1:3], dry_run=True)
    assert [*plan["note"].fillna("")] == ["it is so already", ""]
    assert [*ap.albums.remove(album, ids[1:3], dry_run=True)["note"].fillna("")] == ["", "it is so already"]


def test_a_plan_tells_how_much_goes_with_a_folder(ap, ids):
    folder = ap.folders().iloc[0]
    plan = ap.trash(folder, dry_run=True)
    assert plan["count"][0] > 1
    assert f"1 to trash ({plan['count'][0]} nodes)" in repr(plan)


def test_a_plan_calls_the_folder_that_things_go_to(ap, ids):
    """As whoever moves them does; ``before`` and ``after`` are ids. On the way back it is another one."""
    path = next(node.path for node in ap.tree.walk() if "/" in node.path)
    folder = ap.tree.find(path)
    for to, called in ((path, path), (folder, folder.name), (ap.node(folder.id), folder.name)):
        plan = ap.move(ids[:2], to=to, dry_run=True)
        assert [*plan["target_name"]] == [called] * 2
    assert ap.move(ids[:2], to=folder.id, dry_run=True)["target_name"].isna().all()
    run = ap.history.list().run[0] if not ap.apply(plan).empty else None
    assert ap.history.undo(run, dry_run=True)["target_name"].isna().all()
    with pytest.raises(errors.InvalidInput, match=r"ap\.create_folders\('Pictures/New'\) makes it"):
        ap.move(ids[:2], to="Pictures/New")


def test_a_plan_tells_of_albums_that_are_called_so_already(ap, ids):
    """Amazon lets two share a name, after which neither is found by it."""
    first, second = (ap.albums.create(name, node_ids=ids[:1]).id[0] for name in ("Best", "Other"))
    assert first in ap.albums.create("Best", dry_run=True)["note"][0]
    assert first in ap.albums.rename(second, "Best", dry_run=True)["note"][0]
    assert ap.albums.create("Bests", dry_run=True)["note"].isna().all()
    assert ap.albums.rename(second, "Bests", dry_run=True)["note"].isna().all()
    assert ap.albums.rename(first, "Best", dry_run=True)["note"][0] == "it is so already"


def test_a_plan_of_names_tells_what_each_is(ap, ids):
    """Names and kinds, whichever way a plan is made."""
    plan = ap.rename(ids[:4], template="{n:03} {name}", dry_run=True)
    assert set(plan.kind) == {"FILE"}
    assert plan.name.notna().all()
