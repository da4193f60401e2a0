"""Names where ids are: people, albums, and folders by path, in all calls that take one."""

import pandas as pd
import pytest

import pictures
from amazon_photos import F, errors

LIKE_AN_ID = "Backup-2023-Summer-Rom"


@pytest.fixture
def library(service, ap, tmp_path):
    """A library with the folders Pictures/2023 and one whose name looks like an id, and the album Summer."""
    service.reset(files=30)
    made = ap.create_folders("Pictures/2023", LIKE_AN_ID)
    ap.album = ap.albums.create("Summer").id[0]
    ap.folder, ap.other = made.id
    ap.files = list(ap.photos(limit=3, save=False).id)
    return ap


def test_albums_by_name(library):
    """Adding, removing, listing, downloading and renaming; by the groups and by the flat names."""
    ap = library
    assert set(ap.albums.add("Summer", ap.files).outcome) == {"added"}
    assert set(ap.add_to_album("summer", ap.files).outcome) == {"added"}
    assert set(ap.children("Summer").id) == set(ap.files)
    assert set(ap.download("Summer", movies=False).id) == set(ap.files)
    assert list(ap.remove_from_album("Summer", ap.files[:1]).outcome) == ["removed"]
    assert set(ap.children("Summer").id) == set(ap.files[1:])
    assert ap.rename_album("Summer", "Winter").id == ap.album
    assert ap.node("Winter").id == ap.album
    assert list(ap.trash("Winter").id) == [ap.album]


def test_folders_by_path(library):
    """What takes one node, what takes many, and what takes a place."""
    ap = library
    assert ap.node("Pictures/2023").id == ap.folder
    assert list(ap.rename("Pictures/2023", "Year").id) == [ap.folder]
    assert list(ap.describe("Pictures/Year", "a year").id) == [ap.folder]
    assert list(ap.hide(["Pictures/Year"]).id) == [ap.folder]
    assert list(ap.unhide("~/Pictures/Year").outcome) == ["unhidden"]
    assert list(ap.move(ap.files, to="Pictures/Year").id) == ap.files
    assert list(ap.trash("Pictures/Year").id) == [ap.folder]


@pytest.mark.parametrize("form", ["path", "id", "Node", "Folder", "row", "frame", "Series", "itertuples"])
def test_an_upload_goes_to_a_folder_in_every_form(library, tmp_path, form):
    """So do the plan of one and a comparison."""
    ap = library
    ap.refresh()
    frame = ap.folders()
    frame = frame[frame.id == ap.folder]
    to = {
        "path": "Pictures/2023",
        "id": ap.folder,
        "Node": ap.node(ap.folder),
        "Folder": ap.find_path("Pictures/2023"),
        "row": frame.iloc[0].to_dict(),
        "frame": frame,
        "Series": frame.iloc[0],
        "itertuples": next(frame.itertuples()),
    }[form]
    (picture,) = pictures.write(tmp_path, "new.jpg", start=77)
    assert list(ap.plan_upload(picture, to=to).folder) == ["Pictures/2023"]
    done = ap.upload(picture, to=to)
    assert ap.node(done.id[0]).parents == [ap.folder]
    assert "same" in set(ap.check(tmp_path / "new.jpg", of=to).outcome)


def test_a_name_that_looks_like_an_id_is_still_a_name(library, tmp_path):
    """Where no folder has that id."""
    (picture,) = pictures.write(tmp_path, "new.jpg", start=78)
    done = library.upload(picture, to=LIKE_AN_ID)
    assert library.node(done.id[0]).parents == [library.other]


def test_what_is_no_folder_is_refused(library, service, tmp_path):
    """A file's row, an album's node, two rows: nothing is uploaded."""
    ap = library
    (picture,) = pictures.write(tmp_path, "new.jpg", start=79)
    with pytest.raises(errors.InvalidInput, match="a folder is due here"):
        ap.upload(picture, to=ap.node(ap.album))
    with pytest.raises(errors.InvalidInput, match="the library has no folder of the id"):
        ap.upload(picture, to={"id": ap.files[0]})
    with pytest.raises(errors.InvalidInput, match="one node is due here, and these are 3"):
        ap.upload(picture, to=pd.DataFrame({"id": ap.files}))
    assert not [seen for seen in service.requests if seen.path.endswith("/v2/upload")]
    assert len(ap.nodes("name:new.jpg")) == 0


def test_the_bare_name_of_a_folder_is_told_that_its_path_is_due(library):
    """Of an album the name is all there is, and of a path nothing is missing: there the message is shorter."""
    with pytest.raises(errors.InvalidInput, match=r"no folder and no album '2023'.*its whole path, such as"):
        library.children("2023")
    for refuse in (library.children, lambda name: library.albums.rename(name, "new")):
        with pytest.raises(errors.InvalidInput, match=r"that is not a node id(; the nearest: [^;]*)?$"):
            refuse("Nowhere/2023")


def test_several_are_listed_and_nothing_is_changed(library):
    """A name that can mean several is an error with all of them; one that means nothing is a row that failed."""
    ap = library
    twin = ap.albums.create("SUMMER").id[0]
    for change in (lambda: ap.trash("summer"), lambda: ap.albums.add("summer", ap.files), lambda: ap.node("summer")):
        with pytest.raises(errors.InvalidInput, match="can mean several albums") as caught:
            change()
        assert ap.album in str(caught.value)
        assert twin in str(caught.value)
    done = ap.favorite(["nowhere/at all", ap.files[0]])
    assert list(done.outcome) == ["failed", "favorited"]


def test_deleting_for_good_takes_ids_alone(library):
    """A name that was mistyped must not cost an album."""
    assert list(library.delete("Summer").outcome) == ["failed"]
    assert library.node("Summer").id == library.album


def test_a_frame_is_never_looked_up(library, service):
    """Ids of a frame are sent as they are: each node is asked for, for the history, and changed."""
    frame = library.query(limit=2, save=False)
    service.requests.clear()
    assert set(library.favorite(frame).outcome) == {"favorited"}
    assert sorted(request.method for request in service.requests) == ["GET", "GET", "PATCH", "PATCH"]


def test_people_by_name(service, ap):
    """Renaming, combining, choosing a picture, and filters of both kinds; a new name is known at once."""
    service.reset(files=700)
    one, two = ap.aggregations("people").head(2).itertuples(index=False)
    ap.rename_cluster(one.name, "Ada")
    assert len(ap.query(F.people == "Ada", save=False)) == ap.search(F.people(one.value)).count() > 0
    shown = ap.query('people:("Ada")', save=False).id[0]
    assert ap.update_cluster_thumbnail("ada", shown)["clusterId"] == one.value
    assert ap.combine_clusters(["Ada", two.name], "Grace")["clusterId"] == one.value
    assert ap.search(F.people == "Grace").count() > 0
    with pytest.raises(errors.FilterError, match=r"(?s)no person called 'Ada'.*Grace"):
        ap.rename_cluster("Ada", "Nobody")
    with pytest.raises(errors.InvalidInput, match="these are one"):
        ap.combine_clusters(["Grace", one.value], "Twice")


def test_a_name_that_nothing_has_tells_the_nearest(library):
    """In its row, wherever nodes are given; the others go on, and a plan says so before."""
    ap = library
    changes = (
        lambda nodes: ap.trash(nodes, dry_run=True).note,
        lambda nodes: ap.favorite(nodes).reason,
        lambda nodes: ap.albums.add("Summer", nodes).reason,
        lambda nodes: ap.albums.remove("Summer", nodes).reason,
        lambda nodes: ap.family.add(nodes, family_id="family").reason,
    )
    for change in changes:
        told = list(change(["Sumer", "Pictrs", ap.files[0]]))
        assert told[0].endswith("nothing in the library is called 'Sumer'; the nearest: Summer")
        assert told[1].endswith("nothing in the library is called 'Pictrs'; the nearest: Pictures")
        assert pd.isna(told[2])
