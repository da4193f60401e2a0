"""What Amazon knows, beside the files: read back by Debian's exiftool, and never in the way of anybody else's."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amazon_photos import AmazonPhotos, errors
from amazon_photos.catalog.store import Store
from amazon_photos.files.final_name import Identity
from amazon_photos.frames.records import to_records
from relations import save_relations
from transfers import asked, files

EXIFTOOL = shutil.which("exiftool")
MISSING = "no exiftool here: apt-get install libimage-exiftool-perl"
ASKED_AT = datetime(2026, 5, 1, 10, tzinfo=UTC)
HOSTILE = "]]> <b>&amp;\"'\r\n\t\x00\x01\x1b\x7f\x85\u202e\u05d2\u05e8\u2028\U0001f600"
FULL = [
    ("person", "p1", "Ada"),
    ("person", "p2", None),
    ("thing", "beach", "beach"),
    ("place", "USA#WA#Seattle", "USA#WA#Seattle"),
    ("album", "a1", "Summer"),
    ("family", "f1", "The Lovelaces"),
]


@pytest.fixture
def library(service, ap):
    """A catalogue of a few files, some with a place."""
    service.reset(files=16)
    ap.refresh()
    return ap


@pytest.fixture
def photo(library):
    """The id of a photo of which Amazon tells all there is."""
    found = library.find("kind:FILE").dropna(subset=["latitude", "image.dateTimeOriginal"]).iloc[0]
    library.describe(found.id, "by the sea")
    library.label(found.id, ["holiday"])
    library.favorite([found.id])
    library.refresh()
    return found.id


def relate(ap, node_id, memberships):
    """What a refresh of relations writes, of one node."""
    keys = [(*each, None, None) for each in memberships]
    save_relations(Store(ap.catalog.path), keys, [(node_id, *each) for each in memberships], asked_at=ASKED_AT)


def exiftool(*arguments):
    """What exiftool says of files, as JSON; its absence is an error where everything is to be tested."""
    if EXIFTOOL is None:
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
    run = subprocess.run([EXIFTOOL, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def read_xmp(path):
    """``{group:property: value}`` of a sidecar, numbers as numbers, and no word of a warning."""
    found = json.loads(exiftool("-j", "-G1", "-n", "-struct", "-XMP:all", "-Warning", "-Error", path))[0]
    assert not [name for name in found if "Warning" in name or "Error" in name], found
    return {name.removeprefix("XMP-"): value for name, value in found.items() if name != "SourceFile"}


def sidecars(folder="media", ending=".xmp"):
    return sorted(path.name for path in Path(folder).rglob(f"*{ending}"))


# --- what stands in them ------------------------------------------------------------------------------------------


def test_exiftool_reads_every_field_back(library, photo):
    """Date, place, description, keywords flat and in trees, people, and five stars on request."""
    relate(library, photo, FULL)
    result = library.download([photo], sidecars="xmp", favorite_rating=True)
    assert list(result.outcome) == ["downloaded"]
    assert result.reason.isna().all()
    row = library.find(f"id:{photo}").iloc[0]
    found = read_xmp(f"{result.path[0]}.xmp")
    found.pop("x:XMPToolkit")
    taken = row.taken.strftime("%Y:%m:%d %H:%M:%S") + (f".{row.taken.microsecond // 1000:03}".rstrip("0").rstrip("."))
    dates = {name: found.pop(name) for name in ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate")}
    assert {each.rstrip("0").rstrip(".") if "." in each else each for each in dates.values()} == {taken}
    assert found.pop("exif:GPSLatitude") == pytest.approx(row.latitude, abs=1e-7)
    assert found.pop("exif:GPSLongitude") == pytest.approx(row.longitude, abs=1e-7)
    tags = ["People/Ada", "Things/beach", "Places/USA/WA/Seattle", "Albums/Summer", "holiday", *row.keywords]
    assert found == {
        "dc:Description": "by the sea",
        "dc:Subject": ["Ada", "beach", "Seattle", "Summer", "holiday", *row.keywords],
        "digiKam:TagsList": tags,
        "lr:HierarchicalSubject": [tag.replace("/", "|") for tag in tags],
        "iptcExt:PersonInImage": ["Ada"],
        "photoshop:City": "Seattle",
        "photoshop:State": "WA",
        "iptcCore:CountryCode": "USA",
        "xmp:Rating": 5,
    }


@pytest.mark.parametrize(
    "name", [HOSTILE, "n" * 256, "\U0001f3d6" * 256, "\u202e" + "\u0627" * 255], ids=["all", "long", "emoji", "rtl"]
)
def test_exiftool_reads_hostile_names(library, photo, name):
    """What XML 1.0 cannot hold is U+FFFD, and everything else as it was."""
    library.describe(photo, name[:200])
    relate(library, photo, [("person", "p1", name), ("album", "a1", name)])
    (path,) = library.download([photo], sidecars="xmp").path
    found = read_xmp(f"{path}.xmp")
    plain = "".join("\ufffd" if char in "\x00\x01\x1b" else char for char in name)
    assert found["iptcExt:PersonInImage"] == [plain]
    assert found["dc:Subject"][0] == plain
    parts = plain.replace("/", "-")
    assert found["digiKam:TagsList"][:2] == [f"People/{parts}", f"Albums/{parts}"]


def test_json_is_the_record_and_what_it_belongs_to(library, photo):
    """The columns as ``records(json=True)`` gives them, five lists, and how old each answer is."""
    relate(library, photo, FULL)
    frame = library.find(f"id:{photo}")
    (path,) = library.download(frame, sidecars="json").path
    found = json.loads(Path(f"{path}.json").read_text("utf-8"))
    (record,) = to_records(frame, json=True)
    record.pop("tempLink")
    assert {name: found[name] for name in record} == record
    assert found["people"] == [{"key": "p2", "name": None}, {"key": "p1", "name": "Ada"}]
    assert found["family"] == [{"key": "f1", "name": "The Lovelaces"}]
    assert found["albums"] == [{"key": "a1", "name": "Summer"}]
    refreshed = datetime.fromtimestamp(Store(library.catalog.path).require_header().refreshed_at / 1000, UTC)
    assert datetime.fromisoformat(found["as_of"]["node"]) == refreshed
    assert found["as_of"]["albums"] == {"a1": "2026-05-01T10:00:00.000Z"}
    library.download(frame.assign(modifiedDate=frame.modifiedDate + timedelta(seconds=1)), sidecars="json")
    assert json.loads(Path(f"{path}.json").read_text("utf-8"))["as_of"]["node"] is None  # nobody knows how old that is


def test_they_tell_what_a_refresh_of_relations_found(service, ap):
    """Of each photo the very albums, people, things and places; names of people by exiftool, too."""
    service.reset(files=60)
    ap.catalog.refresh(relations=True)
    found = ap.catalog.relations()
    nodes = ap.db[ap.db.id.isin(found.id) & (ap.db.kind == "FILE")]
    paths = ap.download(nodes, sidecars="json").path
    ap.download(nodes, sidecars="xmp")
    words = {"albums": "album", "people": "person", "things": "thing", "places": "place", "family": "family"}
    told = [json.loads(Path(f"{path}.json").read_text("utf-8")) for path in paths]
    there = {(each["id"], words[word], one["key"]) for each in told for word in words for one in each[word]}
    assert there == set(found[found.id.isin(nodes.id)][["id", "relation", "key"]].itertuples(index=False, name=None))
    assert {"album", "person", "thing", "place"} <= {word for _, word, _ in there}
    people = [sorted(one["name"] for one in each["people"] if one["name"]) for each in told]
    read = json.loads(exiftool("-j", "-struct", "-PersonInImage", *(f"{path}.xmp" for path in paths)))
    assert [sorted(each.get("PersonInImage", [])) for each in read] == people


def test_without_relations_the_lists_are_null(library, photo):
    """Nobody asked: that is not the same as none."""
    (path,) = library.download([photo], sidecars="json").path
    found = json.loads(Path(f"{path}.json").read_text("utf-8"))
    assert [found[name] for name in ("albums", "people", "things", "places", "family")] == [None] * 5


def test_what_the_catalogue_lacks_is_asked_for(service, ap):
    """Without ap.parquet, and of a frame that tells no more than a download needs."""
    service.reset(files=6)
    frame = ap.nodes("kind:FILE")[["id", "name", "size", "md5"]]
    ap.download(frame, sidecars="json")
    ap.download("Pictures", out="whole", sidecars="json")
    for folder in ("media", "whole"):
        found = [json.loads(Path(folder, name).read_text("utf-8")) for name in sidecars(folder, ".json")]
        assert {each["id"]: each["createdDate"] for each in found}.keys() >= set(frame.id[:1])
        assert all(each["createdDate"] and each["ownerId"] for each in found)


# --- when they are written ----------------------------------------------------------------------------------------


def test_a_rerun_with_nothing_new_writes_nothing(library, photo):
    """The very files of the first run, also when the answers were asked for again."""
    relate(library, photo, FULL)
    for ending in ("xmp", "json"):
        library.download([photo], sidecars=ending)
    before = {path: Identity.of(path.stat()) for path in Path("media").iterdir()}
    library.refresh()
    for ending in ("xmp", "json"):
        assert list(library.download([photo], sidecars=ending).outcome) == ["exists"]
    assert before == {path: Identity.of(path.stat()) for path in Path("media").iterdir()}


@pytest.mark.parametrize("ending", ["xmp", "json"])
def test_files_that_are_here_get_theirs(service, library, photo, ending):
    """Without a byte of a photo; and one that tells otherwise than now is replaced."""
    (path,) = library.download([photo]).path
    service.requests.clear()
    assert list(library.download([photo], sidecars=ending).outcome) == ["exists"]
    assert not asked(service)
    assert sidecars(ending=ending) == [f"{Path(path).name}.{ending}"]
    library.describe(photo, "another word")
    library.refresh()
    relate(library, photo, FULL)
    library.download([photo], sidecars=ending)
    assert "another word" in (text := Path(f"{path}.{ending}").read_text("utf-8"))
    assert "Summer" in text


def test_they_are_written_as_the_photo_is(library, photo):
    """Whole, for the same readers, and nothing is left over beside them."""
    (path,) = library.download([photo]).path
    Path(path).chmod(0o600)
    library.download([photo], sidecars="xmp", fsync=True)
    assert Path(f"{path}.xmp").stat().st_mode & 0o777 == 0o600
    assert len(list(Path("media").iterdir())) == 2


# --- what is left alone -------------------------------------------------------------------------------------------


def left_alone(ap, photo, path, why, ending="xmp"):
    """The run leaves what is there, tells why, and says of the photo what it says without sidecars."""
    before = files("media")
    result = ap.download([photo], sidecars=ending)
    assert list(result.outcome) == ["exists"]
    assert result.reason[0] == f"no sidecar: {why}"
    assert files("media") == before
    return path


@pytest.mark.parametrize(
    "theirs", [b"", b"{}", b"<x:xmpmeta x:xmptk='XMP Core 6.0.0'/>", b"\0" * 5000, b"x" * (17 << 20)]
)
def test_what_another_program_wrote_stays(library, photo, theirs):
    """Whatever it is; the row tells."""
    (path,) = library.download([photo]).path
    Path(f"{path}.xmp").write_bytes(theirs)
    left_alone(library, photo, path, f"{Path(path).name}.xmp was made by another program, and stays as it is")


def test_what_exiftool_edited_is_theirs(library, photo):
    """It puts its own name into the file: what else it changed nobody asks."""
    (path,) = library.download([photo], sidecars="xmp").path
    exiftool("-overwrite_original", "-XMP-dc:Title=mine", f"{path}.xmp")
    assert read_xmp(f"{path}.xmp")["dc:Title"] == "mine"
    left_alone(library, photo, path, f"{Path(path).name}.xmp was made by another program, and stays as it is")


@pytest.mark.parametrize("ending", ["xmp", "json"])
def test_what_somebody_edited_is_theirs(library, photo, ending):
    """One letter in an editor is enough."""
    (path,) = library.download([photo], sidecars=ending).path
    sidecar = Path(f"{path}.{ending}")
    sidecar.write_text(sidecar.read_text("utf-8").replace("by the sea", "by the lake"), "utf-8")
    left_alone(library, photo, path, f"{sidecar.name} was edited since it was written, and stays as it is", ending)


def test_no_link_is_followed(library, photo, tmp_path):
    """Nor is one to a sidecar of ours replaced, nor a folder."""
    (path,) = library.download([photo], sidecars="xmp").path
    elsewhere = tmp_path / "elsewhere.xmp"
    Path(f"{path}.xmp").rename(elsewhere)
    before = elsewhere.stat()
    Path(f"{path}.xmp").symlink_to(elsewhere)
    left_alone(library, photo, path, f"a symbolic link has the name {Path(path).name}.xmp")
    assert (elsewhere.stat().st_ino, elsewhere.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    Path(f"{path}.xmp").unlink()
    Path(f"{path}.xmp").mkdir()
    left_alone(library, photo, path, f"a folder has the name {Path(path).name}.xmp")


@pytest.mark.parametrize("ending", ["xmp", "json"])
def test_albums_and_people_are_not_lost(library, photo, ending):
    """Where this machine doesn't know them, the sidecar that does stays."""
    relate(library, photo, FULL)
    (path,) = library.download([photo], sidecars=ending).path
    Store(library.catalog.path).relations.path.unlink()
    why = "stays as it is, for it tells albums and people, which are not known here"
    advice = "ap.catalog.refresh(relations=True) asks for them"
    left_alone(library, photo, path, f"{Path(path).name}.{ending} {why}: {advice}", ending)


def test_relations_that_cannot_be_read_are_an_error(service, library, photo):
    """Before anything is fetched: sidecars would lose what they tell."""
    Store(library.catalog.path).relations.path.write_bytes(b"PAR1 and no more")
    service.requests.clear()
    with pytest.raises(errors.CatalogDamaged):
        library.download([photo], sidecars="xmp")
    assert not asked(service)
    assert list(library.download([photo]).outcome) == ["downloaded"]


def test_both_faces_write_the_same(service, library, photo, tmp_path):
    """A client of its own, in another folder, from the same catalogue."""
    (path,) = library.download([photo], sidecars="xmp").path
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=library.catalog.path, progress=False) as other:
        (copy,) = other.download([photo], out=tmp_path / "copy", sidecars="xmp").path
    assert Path(f"{path}.xmp").read_bytes() == Path(f"{copy}.xmp").read_bytes()
