"""Invented libraries that look like people's: real sizes, and real disorder."""

import hashlib
import io
import json
import zipfile

import pytest
from PIL import Image

from amazon_photos.emulator import running
from amazon_photos.emulator.library import listing, search_index
from amazon_photos.emulator.seeding import large
from emulator.test_seed import EXAMPLE, ask, digest, filled

COUNT = 6000
MB = 1_000_000


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    database = filled(tmp_path_factory.mktemp("lifelike") / "library.sqlite", COUNT, sizes="real")
    yield database
    database.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An emulator with a library of real sizes, and its folder."""
    folder = tmp_path_factory.mktemp("served")
    with running(folder, files=150, sizes="real") as service:
        yield service, folder


@pytest.fixture
def call(served, caller_of):
    return caller_of(served[0])


def listed(call, kind):
    """Nodes of a content type, the smallest first."""
    nodes = call.nodes(filters="kind:FILE", limit=200).json["data"]
    found = [node for node in nodes if node["contentProperties"]["contentType"].startswith(kind)]
    return sorted(found, key=lambda node: node["contentProperties"]["size"])


def md5(data):
    return hashlib.md5(data).hexdigest()


# --- the library -----------------------------------------------------------------------------------------------------


def test_sizes_are_those_of_peoples_files(library):
    """Photos of 1 to 8 MB, videos of 5 to 500 MB, small ones and large ones of both; no two files are alike."""
    for kind, least, most in (("PHOTOS", 1 * MB, 8 * MB), ("VIDEOS", 5 * MB, 500 * MB)):
        sizes = [row[0] for row in ask(library, "SELECT size FROM nodes WHERE kind = 'FILE' AND type = ?", kind)]
        assert least <= min(sizes) < least * 1.2
        assert most * 0.6 < max(sizes) <= most
    (found,) = ask(library, "SELECT COUNT(md5), COUNT(DISTINCT md5) FROM nodes")
    assert found[0] == found[1] > COUNT


def test_the_same_wishes_give_the_same_library(library, tmp_path):
    """Files, seed and sizes decide; another seed gives another disorder."""
    for number, same in ((0, True), (1, False)):
        other = filled(
            tmp_path / f"{number}.sqlite", COUNT, number=number, sizes="real", now="2027-01-01T00:00:00.000Z"
        )
        assert (digest(other) == digest(library)) is same
        created = "SELECT created FROM nodes WHERE kind = 'FILE' ORDER BY seq"
        assert (ask(other, created) == ask(library, created)) is same
        other.close()


def test_much_is_uploaded_on_one_day(library):
    """Nothing before it was taken; on some days hundreds of files, one every second or two; on most days none."""
    days = ask(library, "SELECT substr(created, 1, 10), COUNT(*) FROM nodes WHERE kind = 'FILE' GROUP BY 1")
    assert len(days) < COUNT / 10
    assert sum(1 for _, files in days if files >= 100) >= 3
    early = "SELECT COUNT(*) FROM nodes WHERE kind = 'FILE' AND (created < content_date OR modified < created)"
    assert ask(library, early + " AND status = 'AVAILABLE'") == [(0,)]


def test_names_come_again(library):
    """Several files of one name, in folders of their own."""
    again = ask(library, "SELECT name, COUNT(*) FROM nodes WHERE kind = 'FILE' GROUP BY name HAVING COUNT(*) >= 10")
    assert len(again) >= 5
    assert ask(library, "SELECT parent FROM placements GROUP BY parent, folded HAVING COUNT(*) > 1") == []


def test_some_files_are_broken(library):
    """No date, no EXIF, odd shapes, fields that nobody knows: some of each, and few."""
    blocks = [json.loads(row[0]) for row in ask(library, "SELECT image FROM nodes WHERE image IS NOT NULL")]
    odd = {
        "no date": [block for block in blocks if "make" in block and "dateTime" not in block],
        "no exif": [block for block in blocks if set(block) == {"width", "height"}],
        "shape": [block for block in blocks if not 1 / 4 < block["width"] / block["height"] < 4],
        "unknown": [block for block in blocks if "gainMap" in block],
    }
    assert all(0 < len(found) < COUNT / 50 for found in odd.values()), {key: len(found) for key, found in odd.items()}
    undated = ask(library, "SELECT COUNT(*) FROM nodes WHERE kind = 'FILE' AND content_date IS NULL AND year IS NULL")
    assert 0 < undated[0][0] < COUNT / 50


def test_albums_of_one_and_of_very_many(library):
    """The smallest album has one item, the largest a quarter of a library of 6,000."""
    sizes = [row[0] for row in ask(library, "SELECT COUNT(*) FROM album_items GROUP BY album")]
    assert min(sizes) == 1
    assert max(sizes) == COUNT // 4


def test_the_example_of_the_documentation_finds_something(library):
    """However disorderly the library is."""
    question = listing.question(filters=EXAMPLE, sort=None, dialect="search", within=search_index.FILES)
    assert library.read(listing.matching, question)


# --- bytes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("video", [False, True])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_any_part_is_what_the_whole_has_there(video, share):
    """Read in pieces of any size, from anywhere; the MD5 is that of the whole."""
    share = min(share, 0.35) if video else share  # some 25 MB
    content = large.LargeContent(77, large.choose_size(77, share, video=video), video=video)
    whole = content.read(0, content.size + 10)
    assert (len(whole), md5(whole)) == (content.size, content.md5())
    assert b"".join(content.read(at, 999_983) for at in range(0, content.size, 999_983)) == whole
    for start in (0, 3, 700, 1 << 20, content.size - 3000, content.size - 1, content.size):
        assert content.read(start, 1500) == whole[start : start + 1500]


@pytest.mark.parametrize("kind", ["image/", "video/"])
def test_downloads_are_what_the_node_says(call, served, kind):
    """Size and MD5, whole and in ranges, of the smallest ones; nothing is written to the disk for it."""
    for node in listed(call, kind)[:2]:
        told = node["contentProperties"]
        whole = call.get(f"/cdproxy/nodes/{node['id']}").body
        assert (len(whole), md5(whole)) == (told["size"], told["md5"])
        for start, end in ((0, 99), (1_000_000, 3_499_999), (told["size"] - 5000, told["size"] - 1)):
            answer = call.get(f"/cdproxy/nodes/{node['id']}", headers={"Range": f"bytes={start}-{end}"})
            assert answer.status == 206
            assert answer.body == whole[start : end + 1]
    assert not [path for path in (served[1] / "content").rglob("*") if path.is_file()]


def test_the_end_of_the_largest_comes_at_once(call):
    """A range of the largest video is made without what lies before it, and looks like its tail."""
    node = listed(call, "video/")[-1]
    size = node["contentProperties"]["size"]
    assert size > 20 * MB
    answer = call.get(f"/cdproxy/nodes/{node['id']}", headers={"Range": "bytes=-20"})
    assert answer.headers["Content-Range"] == f"bytes {size - 20}-{size - 1}/{size}"
    assert answer.body == b"." * 20


def test_pictures_can_be_looked_at(call, served):
    """A large invented picture opens, and has a thumbnail; nothing is left of that."""
    node = listed(call, "image/jpeg")[0]
    with Image.open(io.BytesIO(call.get(f"/cdproxy/nodes/{node['id']}").body)) as picture:
        picture.load()
    with Image.open(io.BytesIO(call.get(f"/v1/thumbnail/{node['id']}", viewBox=64).body)) as small:
        assert max(small.size) <= 64
    assert not list((served[1] / "incoming").iterdir())


def test_a_zip_of_them_is_whole(call):
    """Files that are made as they are read go into a zip, too."""
    nodes = listed(call, "image/")[:2]
    path = call.zip_of(*[node["id"] for node in nodes])
    with zipfile.ZipFile(io.BytesIO(call.get(path).body)) as found:
        assert [md5(found.read(name)) for name in found.namelist()] == [n["contentProperties"]["md5"] for n in nodes]


@pytest.mark.parametrize("fault", ["wrong-bytes", "wrong-length"])
def test_they_go_wrong_like_stored_ones(call, fault):
    """Faults change what is made, too."""
    node = listed(call, "image/")[0]
    told = node["contentProperties"]
    call.service.faults([{"operation": "download", "nth": 1, "fault": fault}])
    spoiled = call.get(f"/cdproxy/nodes/{node['id']}").body
    assert md5(spoiled) != told["md5"]
    assert (len(spoiled) == told["size"]) is (fault == "wrong-bytes")
    call.service.faults([])
