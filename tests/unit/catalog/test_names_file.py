"""Names beside a catalogue: sorted, a level at a time, and few of them, however large the library is."""

import pyarrow as pa

from amazon_photos.catalog.names_file import ALBUMS, FOLDERS, MAX_BYTES, MAX_NAMES, Names, keep_names, load_names
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store


def names_of(*folders):
    return Names(f"{FOLDERS}{folder}".encode() for folder in folders)


def test_folders_are_listed_a_level_at_a_time():
    """Each once, also where names sort between a folder and what is in it."""
    names = names_of("A", "A b", "A b/c", "A!", "A/x", "A/x/y", "A/z", "B", "A-", "A-/q")
    assert list(names.folders_in("")) == ["A", "A b", "A!", "A-", "B"]
    assert list(names.folders_in("A/")) == ["A/x", "A/z"]
    assert list(names.folders_in("A/x/")) == ["A/x/y"]
    assert list(names.folders_in("A b/")) == ["A b/c"]
    assert list(names.folders_in("C")) == []


def test_a_huge_library_keeps_the_names_nearest_to_the_top(tmp_path):
    """No more than the limit of each kind, in a file that is read at once."""
    count = MAX_NAMES + 5_000
    ids = [f"f{number:021}" for number in range(count)] + [f"a{number:021}" for number in range(count)] + ["r" * 22]
    deep = ids[count - 1]
    parents = [["r" * 22]] * (count - 1) + [[ids[0]]] + [[]] * count + [[]]
    table = pa.table(
        {
            "id": ids,
            "name": [f"folder {number}" for number in range(count)] + [f"album {n}" for n in range(count)] + ["root"],
            "kind": ["FOLDER"] * count + ["VISUAL_COLLECTION"] * count + ["FOLDER"],
            "parents": parents,
            "isRoot": [None] * (2 * count) + [True],
        }
    )
    store = Store(tmp_path / "ap.parquet")
    with store.lock():
        store.write(table, Header(owner="OWNER", complete=True))
    assert deep in ids
    names = keep_names(store.path)
    assert names is not None
    assert len(list(names.start_with(ALBUMS, ""))) == MAX_NAMES
    found = list(names.start_with(FOLDERS, ""))
    assert len(found) == MAX_NAMES
    assert f"folder 0/folder {count - 1}" not in found
    assert (tmp_path / "ap.parquet.names" / "names").stat().st_size < MAX_BYTES
    assert list(load_names(store.path).start_with(ALBUMS, "")) == list(names.start_with(ALBUMS, ""))
