"""The index of a catalogue, kept for one version of its file."""

import pytest

from amazon_photos.catalog.index_cache import IndexCache
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogIncomplete

MD5 = "a" * 32
ROOT = {"id": "root", "kind": "FOLDER", "isRoot": True}
PICTURES = {"id": "pics", "name": "Pictures", "kind": "FOLDER", "parents": ["root"]}
PHOTO = {"id": "one", "name": "a.jpg", "parents": ["pics"], "contentProperties": {"md5": MD5}}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "ap.parquet")


def write(store, table):
    with store.lock():
        store.write(table, Header(owner="OWNER", complete=True))


def test_it_is_kept_until_the_file_changes(store, nodes):
    """The same index for the same file, another one for the next."""
    write(store, nodes(ROOT, PICTURES, PHOTO))
    cache = IndexCache(store)
    first = cache.load()
    assert cache.load() is first
    assert (first.root, first.folder("pictures"), first.content(MD5).id) == ("root", "pics", "one")
    write(store, nodes(ROOT, PHOTO))
    assert cache.load() is not first
    assert cache.load().folder("pictures") is None


def test_folders_alone_are_enough_to_find_them(store, nodes):
    """What only folders are asked of is read without the rest; a whole index that is there already serves as well."""
    write(store, nodes(ROOT, PICTURES, PHOTO))
    cache = IndexCache(store)
    folders = cache.load(folders_only=True)
    assert folders.folder_paths() == {"root": "", "pics": "Pictures"}
    assert folders.tree().find("pictures").id == "pics"
    assert folders.content(MD5) is None
    whole = cache.load()
    assert whole.content(MD5).name == "a.jpg"
    assert cache.load(folders_only=True) is whole


def test_a_copy_forgets_alone(store, nodes):
    """An upload whose folders turned out to be gone takes nothing from the others."""
    write(store, nodes(ROOT, PICTURES, PHOTO))
    index = IndexCache(store).load()
    run = index.copy()
    run.forget_folders()
    assert (run.folder("Pictures"), index.folder("Pictures")) == (None, "pics")
    assert run.content(MD5).id == "one"
    assert [child.id for child in index.children("pics")] == ["one"]


def test_a_root_that_is_not_there_must_be_told(store, nodes):
    """A catalogue that does not say which folder is the root is asked with its id."""
    write(store, nodes(PICTURES, PHOTO))
    cache = IndexCache(store)
    with pytest.raises(CatalogIncomplete, match="does not know the library's root folder"):
        cache.load(folders_only=True)
    assert cache.load("root", folders_only=True).folder("Pictures") == "pics"
