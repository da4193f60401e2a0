"""Commands that organise: ``albums``, ``people``, ``favorites``, ``move``, ``rename``, ``tree``, ``trash list`` …"""

import json

import pytest

import terminals
from amazon_photos import AmazonPhotos, F


@pytest.fixture
def account(service, tmp_path):
    """Somebody who is signed in, with a small library; what is kept goes to a folder of the test's."""
    service.reset(files=40)
    (tmp_path / "user").mkdir()
    where = {"AMAZON_PHOTOS_CATALOG": str(tmp_path / "ap.parquet")}
    return terminals.clean_environ(tmp_path, **service.environ, **where)


@pytest.fixture
def library(service, tmp_path):
    """The same library, by the client."""
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "other.parquet", progress=False) as ap:
        yield ap


def run(account, *arguments, given="", code=0):
    done = terminals.run(arguments, account, given=given)
    assert done.returncode == code, done.stderr
    return done


def rows(account, *arguments, given="", code=0):
    return json.loads(run(account, *arguments, "--json", given=given, code=code).stdout)


def outcomes(account, *arguments, given="", code=0):
    return [row["outcome"] for row in rows(account, *arguments, given=given, code=code)]


# --- albums


def test_the_life_of_an_album(account, library):
    """Made, filled from a pipe, listed, renamed, emptied, deleted; each is in the history."""
    ids = list(library.photos(limit=4, save=False).id)
    assert outcomes(account, "albums", "create", "Summer", ids[0]) == ["created", "added"]
    assert outcomes(account, "albums", "add", "summer", "-", given="\n".join(ids)) == ["added"] * 4
    assert [row["id"] for row in rows(account, "albums", "show", "Summer")] == ids
    assert outcomes(account, "albums", "create", "SUMMER", "--ensure") == ["exists"]
    assert outcomes(account, "albums", "rename", "Summer", "Winter") == ["renamed"]
    assert outcomes(account, "albums", "remove", "Winter", "albums/Winter/*", "--limit", "3") == ["removed"] * 3
    (told,) = [row for row in rows(account, "albums", "list") if row["name"] == "Winter"]
    assert list(told) == ["name", "count", "first_taken", "last_taken", "shared", "id"]
    assert told["count"] == 1
    assert outcomes(account, "albums", "delete", "Winter") == ["trashed"]
    done = [row["operation"] for row in rows(account, "history")]
    assert done == [f"albums.{one}" for one in ("delete", "remove", "rename", "add", "create")]
    assert len(library.nodes("kind:FILE")) == len(library.nodes("kind:FILE", columns=["id"]))


def test_albums_are_merged(account, library):
    """The plan first; then what one holds goes to the other, and it to the trash."""
    ids = list(library.photos(limit=3, save=False).id)
    library.albums.create("One", node_ids=ids[:1])
    library.albums.create("Two", node_ids=ids[1:])
    plan = rows(account, "albums", "merge", "One", "Two", "--dry-run")
    assert [row["action"] for row in plan] == ["add", "add", "trash"]
    assert outcomes(account, "albums", "merge", "One", "Two") == ["added", "added", "trashed"]
    assert list(library.albums.contents("One").id) == ids


def test_a_plan_of_albums_is_kept_and_applied(account, library, tmp_path):
    """Nothing is done until then."""
    library.albums.create("One")
    file = str(tmp_path / "plan.jsonl")
    run(account, "albums", "delete", "One", "--plan", file)
    assert "One" in set(library.albums.list().name)
    assert outcomes(account, "apply", file, "--max-delete", "1") == ["trashed"]
    assert "One" not in set(library.albums.list().name)


def test_what_takes_away_asks_and_what_adds_does_not(account, library):
    """At a terminal: an album is filled at once, and deleted when somebody says yes."""
    ids = list(library.photos(limit=2, save=False).id)
    library.albums.create("One")
    with terminals.starting(account) as start:
        assert start("albums", "add", "One", *ids).end() == 0
        assert list(library.albums.contents("One").id) == ids
        terminal = start("albums", "delete", "One")
        assert "trash" in terminal.expect("1 change: do it?")
        terminal.type("n\n")
        assert terminal.end() == 6
    assert "One" in set(library.albums.list().name)


def test_no_photo_where_one_is_due_is_told(account, library):
    """Folders and albums go into no album: with what means the photos in them."""
    library.albums.create("One")
    assert "/**" in run(account, "albums", "add", "One", "/Pictures", code=2).stderr
    assert "/*" in run(account, "favorites", "add", "albums/One", code=2).stderr
    (row,) = rows(account, "albums", "add", "One", library.albums.get("One").id, code=1)
    assert row["outcome"] == "failed"


# --- people, places, things, the timeline


def test_people_are_listed_named_and_shown(account, library):
    """As the library has them."""
    listed = rows(account, "people", "list", "--named")
    assert [row["name"] for row in listed] == list(library.people.list(named=True).name)
    assert outcomes(account, "people", "rename", "Ada", "Ada L.") == ["renamed"]
    shown = rows(account, "people", "show", "ada l.", "--filter", "type:(PHOTOS)", "--sort=-size", "--limit", "2")
    found = library.people.photos("Ada L.", filters="type:(PHOTOS)", sort="-size", limit=2)
    assert [row["id"] for row in shown] == list(found.id)


def test_who_is_merged_wants_a_yes(account, library):
    """Nothing parts people again, so it says whom; --yes does it."""
    names = list(library.people.list(named=True).name)[:3]
    refused = run(account, "people", "merge", *names, code=6)
    assert f"2 of 2 cannot be undone (merge {names[1]!r} and 1 more): --yes does it" in refused.stderr
    with terminals.starting(account) as start:
        terminal = start("people", "merge", *names)
        assert names[1] in terminal.expect(f"2 of which cannot be undone (merge {names[1]!r} and 1 more): do it?")
        terminal.type("\n")
        assert terminal.end() == 6
    assert outcomes(account, "people", "merge", *names, "--yes") == ["merged", "merged"]


def test_a_person_gets_a_picture(account, library):
    """By the id or the path of a photo; one."""
    photo = library.people.photos("Ada", filters="type:(PHOTOS)", limit=1).id[0]
    assert outcomes(account, "people", "set-picture", "Ada", photo) == ["pictured"]
    assert "a person has one picture" in run(account, "people", "set-picture", "Ada", "/Pictures/**", code=2).stderr


def test_where_what_and_when(account, library):
    """Listed, and shown: places, things, periods."""
    place = library.places.list().iloc[0]
    assert rows(account, "places", "list")[0]["id"] == place.id
    assert len(rows(account, "places", "show", place["name"], "--columns", "id")) == place["count"]
    thing = library.things.list().iloc[0]
    assert rows(account, "things", "list", "--online")[0]["name"] == thing["name"]
    assert len(rows(account, "things", "show", thing["name"])) == thing["count"]
    months = rows(account, "timeline", "--by", "month", "--sort=-count")
    assert {row["period"]: row["count"] for row in months} == dict(
        zip(*(library.timeline(by="month")[name] for name in ("period", "count")), strict=True)
    )
    shown = rows(account, "timeline", "show", months[0]["period"])
    assert len(shown) == months[0]["count"]


def test_search_asks_amazons_index(account, library):
    """Filters that must all hold, in the order and with the columns that are asked for."""
    found = rows(account, "search", "people:(Ada)", "type:(PHOTOS)", "--sort", "size", "--columns", "id,size")
    frame = library.query(["people:(Ada)", "type:(PHOTOS)"], sort="size", save=False)
    assert [row["id"] for row in found] == list(frame.id)
    assert list(found[0]) == ["id", "size"]
    assert "did you mean 'things'?" in run(account, "search", "thngs:x", code=2).stderr


# --- marks, names, places of nodes


def test_favorites_are_marked_listed_and_unmarked(account, library):
    """Nobody is asked; ``hide`` and ``unhide`` are the same of another mark."""
    photo = library.photos(~F.favorite, limit=1, save=False).id[0]
    assert outcomes(account, "favorites", "add", photo) == ["favorited"]
    assert photo in {row["id"] for row in rows(account, "favorites", "list")}
    assert outcomes(account, "favorites", "remove", photo) == ["unfavorited"]
    assert outcomes(account, "hide", photo) == ["hidden"]
    assert library.node(photo).settings.hidden
    assert outcomes(account, "unhide", photo) == ["unhidden"]


def test_nodes_are_renamed_moved_described_and_labeled(account, library):
    """One by one, and many by a template; ``undo`` takes each back."""
    ids = list(library.photos(limit=2, save=False).id)
    before = library.node(ids[0])
    assert outcomes(account, "rename", ids[0], "first.jpg") == ["renamed"]
    assert outcomes(account, "rename", *ids, "--template", "{n:02}.{ext}") == ["renamed"] * 2
    assert library.node(ids[0]).name.startswith("01.")
    assert outcomes(account, "describe", ids[0], "--text", "the first") == ["described"]
    assert outcomes(account, "label", ids[0], "--label", "a", "--label", "b") == ["labeled"]
    assert outcomes(account, "move", ids[0], "--to", "/Pictures") == ["moved"]
    now = library.node(ids[0])
    assert (now.description, list(now.labels), list(now.parents) != list(before.parents)) == (
        "the first",
        ["a", "b"],
        True,
    )
    for run_id in [row["run"] for row in rows(account, "history")]:
        run(account, "undo", run_id)
    now = library.node(ids[0])
    assert (now.name, now.description or "", list(now.labels or []), now.parents) == (
        before.name,
        "",
        [],
        before.parents,
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["albums", "lst"], "did you mean `amazon-photos albums list`?"),
        (["rename", "0" * 22], "one is renamed by its id or path and the new name"),
        (["rename", "/Pictures", "a/b"], "is a path, and a name is due"),
        (["rename", "/Pictures/*", "--template", "{yaer}"], "the template has no field {yaer}"),
        (["move", "0" * 22, "--to", "albums/Summer"], "an album is no folder"),
        (["move", "0" * 22, "--to", "/Nowhere"], "the library has no folder '/Nowhere'"),
        (["label", "0" * 22], "give the labels, each by --label"),
        (["albums", "show", "Nowhere"], "the library has no album 'Nowhere'"),
        (["albums", "list", "--columns", "nmae"], "did you mean name?"),
        (["timeline", "--by", "decade"], "'decade' is not one of"),
        (["timeline", "show", "last year"], "period is a year"),
        (["tree", "/Nowhere"], "the library has no folder '/Nowhere'"),
    ],
)
def test_what_cannot_be_meant_is_told(shared, arguments, told):
    """In a sentence, with the code of a wrong call, and in the words of commands."""
    done = terminals.run(arguments, shared)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "()" not in done.stderr


@pytest.fixture(scope="module")
def shared(module_service, tmp_path_factory):
    """An account whose library nobody changes, with a catalogue."""
    module_service.reset(files=40)
    home = tmp_path_factory.mktemp("organising")
    (home / "user").mkdir()
    path = home / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as ap:
        ap.refresh(relations=True)
    return terminals.clean_environ(home, **module_service.environ, AMAZON_PHOTOS_CATALOG=str(path))


# --- the tree, the trash


def test_the_tree_is_drawn(shared):
    """Rails at a terminal; elsewhere a row for each folder, with all that it holds."""
    told = rows(shared, "tree")
    assert told[0]["path"] == "/"
    files = rows(shared, "find", "kind:FILE", "--columns", "id,size")
    assert (told[0]["count"], told[0]["size"]) == (len(files), sum(row["size"] or 0 for row in files))
    below = [row for row in told if row["path"].count("/") == 2]
    assert sum(row["count"] for row in below) == next(row["count"] for row in told if row["path"] == "/Pictures")
    assert {row["path"] for row in rows(shared, "tree", "--depth", "1")} == {"/", "/Pictures"}
    by_size = rows(shared, "tree", "/Pictures", "--sort=-size", "--columns", "size")
    assert by_size == sorted(by_size, key=lambda row: -row["size"])
    with terminals.starting(shared) as start:
        terminal = start("tree", "--depth", "1")
        assert terminal.end() == 0
    assert "└── Pictures" in terminal.seen


def test_the_trash_is_listed(account, library):
    """By filter, in order; any other word is what goes there, and a folder of that name goes by its path."""
    ids = list(library.photos(limit=3, save=False).id)
    library.trash(ids)
    library.create_folders("list")
    listed = rows(account, "trash", "list", "--sort=-size", "--columns", "id,size", "--filter", "kind:FILE")
    assert set(ids) <= {row["id"] for row in listed}
    assert listed == sorted(listed, key=lambda row: -row["size"])
    assert len(rows(account, "trash", "list", "--limit", "1")) == 1
    assert outcomes(account, "trash", "/list") == ["trashed"]
    assert outcomes(account, "restore", "-", given="\n".join(ids)) == ["restored"] * 3


def test_a_group_by_itself_shows_its_help(shared):
    """And does nothing; its commands show theirs."""
    for arguments in (["albums"], ["people"], ["favorites", "--help"], ["trash", "list", "--help"], ["trash", "-h"]):
        told = run(shared, *arguments)
        assert told.stdout.startswith(f"Usage: amazon-photos {arguments[0]}")
        assert told.stderr == ""
