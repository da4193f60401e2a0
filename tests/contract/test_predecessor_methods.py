"""The predecessor's other public methods: its scripts go on, and are told what replaces each."""

import asyncio
import copy
import hashlib
import os
import warnings
from pathlib import Path

import pandas as pd
import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, errors

METHODS = {
    "nodes_by_name": ([],),
    "refresh_db": (),
    "refresh_db_aggressive": (),
    "load_db": (),
    "get_root": (),
    "get_folders": (),
    "build_tree": ([],),
    "dedup_files": (".", set()),
}


def call_blocking(client, name, *args, **kwargs):
    with AmazonPhotos(**client) as ap:
        return getattr(ap, name)(*args, **kwargs)


def call_async(client, name, *args, **kwargs):
    async def call():
        async with AsyncAmazonPhotos(**client) as ap:
            return await getattr(ap, name)(*args, **kwargs)

    return asyncio.run(call())


@pytest.fixture(params=[call_blocking, call_async])
def call(request, service, tmp_path, monkeypatch):
    """Calls a method of a new client of one of the two faces; what it warns of is kept in ``call.warned``."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    client = {"cookies": service.cookies, "endpoint": service.url, "progress": False}

    def call_method(name, *args, **kwargs):
        with warnings.catch_warnings(record=True) as call_method.warned:
            warnings.simplefilter("always")
            return request.param(client, name, *args, **kwargs)

    return call_method


@pytest.fixture
def library(service):
    """A library with folders and files, in which a request costs nothing."""
    service.reset(files=60)
    return service


@pytest.mark.parametrize("name", METHODS)
def test_each_says_what_replaces_it(call, library, name):
    """One DeprecationWarning, at the line that calls the method, in each face."""
    call(name, *METHODS[name])
    (told,) = [one for one in call.warned if one.category is DeprecationWarning]
    assert Path(told.filename) == Path(__file__)
    assert str(told.message).startswith(f"{name}() is the predecessor's: instead there is ")


def test_get_root_is_a_dict(call, library):
    """Scripts read its id and ownerId, in Amazon's own spelling."""
    root = call("get_root")
    assert (root["isRoot"], root["kind"], root["parents"]) == (True, "FOLDER", [])
    assert root["ownerId"]


def test_get_folders_are_dicts_without_the_root(call, library):
    """All folders, each with the predecessor's keys, in Amazon's own spelling; not the root."""
    folders = call("get_folders")
    assert {folder["name"] for folder in folders} >= {"Pictures"}
    assert all(folder["kind"] == "FOLDER" and len(folder["parents"]) == 1 for folder in folders)
    assert not [folder for folder in folders if folder.get("isRoot")]
    assert all(isinstance(folder["createdDate"], str) for folder in folders)


def test_build_tree_is_dicts_down_to_every_folder(call, library):
    """name, id, children and path of each; by default of all folders, and the given list stays as it was."""
    folders = call("get_folders")
    before = copy.deepcopy(folders)
    tree = call("build_tree", folders)
    assert folders == before
    assert tree == call("build_tree")
    assert (tree["name"], tree["path"]) == ("", {"": tree["id"]})
    seen, waiting = [], list(tree["children"])
    while waiting:
        folder = waiting.pop()
        seen.append(folder["id"])
        assert list(folder["path"].values())[-1] == folder["id"]
        waiting += folder["children"]
    assert sorted(seen) == sorted(folder["id"] for folder in folders)


def test_build_tree_leaves_out_what_leads_nowhere(call, library):
    """A folder without its parent, and two in a circle, make no error and no endless tree."""
    root = {"id": "r", "isRoot": True, "parents": []}
    lost, one, two = ({"id": i, "name": i, "parents": [p]} for i, p in (("l", "gone"), ("a", "b"), ("b", "a")))
    child, orphan = {"id": "c", "name": "c", "parents": ["r"]}, {"id": "o", "name": "o", "parents": []}
    tree = call("build_tree", [lost, orphan, one, child, two, root])
    assert [folder["id"] for folder in tree["children"]] == ["c"]
    assert tree["children"][0]["path"] == {"": "r", "c": "c"}


ODD_FOLDERS = {
    "a text": "Pictures",
    "a number": 7,
    "one dict": {"id": "a", "parents": ["b"]},
    "ids": ["a"],
    "nothing": [None],
    "a frame": pd.DataFrame({"id": ["a"], "parents": [["b"]]}),
    "a list for an id": [{"id": ["a"], "parents": ["b"]}],
    "a text for parents": [{"id": "a", "parents": "b"}],
    "a dict for parents": [{"id": "a", "parents": {"FOLDER": ["b"]}}],
    "a root without an id": [{"isRoot": True}],
}


@pytest.mark.parametrize("folders", ODD_FOLDERS.values(), ids=ODD_FOLDERS)
def test_build_tree_refuses_what_are_no_folders(call, service, folders):
    """In our words and before anything is asked, not by an AttributeError from the middle of it."""
    with pytest.raises(errors.InvalidInput, match="folder"):
        call("build_tree", folders)
    assert not service.requests


def test_nodes_by_name_gives_one_of_each(call, library):
    """Of each name one node, exactly so called; a column of names will do, and an unknown name has no row."""
    there = call("load_db")
    names = there[there.kind == "FILE"].name.head(3)
    found = call("nodes_by_name", names)
    assert list(found.name) == list(dict.fromkeys(names))
    assert call("nodes_by_name", ["nothing (at all) is: called* so"]).empty
    assert found.dtypes.equals(call("nodes_by_name", []).dtypes)


@pytest.mark.parametrize(
    "names", ["IMG_1.jpg", None, [7], ["a\0"], [["a.jpg"]], pd.DataFrame({"name": ["a.jpg"]})], ids=str
)
def test_nodes_by_name_wants_a_list(call, service, names):
    """A single text would be its letters."""
    with pytest.raises(errors.InvalidInput, match="name"):
        call("nodes_by_name", names)
    assert not service.requests


def test_refresh_db_is_the_whole_library(call, library):
    """It brings what came since, with filters or without, and the file holds it."""
    before = call("load_db")
    with AmazonPhotos(library.cookies, endpoint=library.url, catalog="other.parquet", progress=False) as other:
        other.create_folders("New")
    for name, args in (("refresh_db", (["kind:FILE"],)), ("refresh_db", ()), ("refresh_db_aggressive", ())):
        assert len(call(name, *args)) > len(before)
    pd.testing.assert_frame_equal(call("load_db"), call("refresh_db"))
    assert Path("ap.parquet").exists()


def test_load_db_reads_some_columns(call, library):
    """As pandas.read_parquet's ``columns`` did; and it builds the file where there is none."""
    assert list(call("load_db", columns=["id", "md5"]).columns) == ["id", "md5"]


@pytest.fixture
def folder(tmp_path):
    """Two files of the same content, another, an empty one, junk, and a link to a file."""
    made = tmp_path / "home" / "pictures"
    (made / "deep").mkdir(parents=True)
    for name, content in (("a.jpg", b"a"), ("deep/b.jpg", b"a"), ("deep/c.jpg", b"c"), (".DS_Store", b"j"), ("0", b"")):
        (made / name).write_bytes(content)
    (made / "link").symlink_to(made / "deep" / "c.jpg")
    return made


def md5(content):
    return hashlib.md5(content).hexdigest()


def test_dedup_files_lists_what_is_no_duplicate(call, folder):
    """Whatever has none of the MD5s, junk and empty files too, in the words of rglob; nothing is deleted."""
    path = Path("pictures")
    everything = {file for file in path.rglob("*") if file.is_file()}
    unique = call("dedup_files", "pictures", {md5(b"a").upper(), None, pd.NA, "no md5"})
    assert unique == sorted(path / name for name in ("0", ".DS_Store", "deep/c.jpg", "link"))
    assert everything - set(unique) == {path / "a.jpg", path / "deep/b.jpg"}
    assert {file for file in path.rglob("*") if file.is_file()} == everything


def test_dedup_files_trusts_nothing_unread(call, folder, caplog):
    """What cannot be read is no proven duplicate: it is listed, and a warning of the log says so."""
    odd = folder / os.fsdecode(b"caf\xe9.jpg")
    odd.write_bytes(b"a")
    assert odd in call("dedup_files", folder, [md5(b"a")])
    assert "listed as no duplicate" in caplog.text


@pytest.mark.parametrize(
    ("path", "md5s"),
    [
        ("pictures", "ab" * 16),
        ("pictures", None),
        ("pictures", pd.DataFrame({"md5": ["ab" * 16]})),
        ("gone", set()),
        (7, set()),
    ],
)
def test_dedup_files_refuses_what_cannot_be_meant(call, folder, path, md5s):
    """One text is no set of MD5s, and a folder that is not there has no files: a script would delete by that."""
    with pytest.raises(errors.InvalidInput):
        call("dedup_files", path, md5s)


def test_dedup_files_takes_the_old_argument(call, folder):
    """``max_workers`` by position is the predecessor's way; it changes nothing."""
    assert len(call("dedup_files", "pictures", set(), 4)) == 6
