"""Names are settled before the first byte."""

import itertools

import pyarrow as pa

from amazon_photos.transfer.arrange import arrange
from amazon_photos.transfer.layout import Layout


def nodes(*rows):
    return pa.table(
        {"id": [r[0] for r in rows], "name": [r[1] for r in rows], "md5": [r[0] for r in rows], "size": [1] * len(rows)}
    )


def paths(table, tmp_path, *, layout="{name}", folders=None, same=lambda path, size, md5: False):
    found = arrange(table, Layout(layout), tmp_path, folders=folders or {}, same=same)
    return {item.id: item.path for item in found}


def test_files_of_one_name_are_kept_apart(tmp_path):
    """Names that are one for some file system (case, Unicode form, forbidden characters) become different files."""
    table = nodes(("a", "X:É.jpg"), ("b", "x?é.jpg"), ("c", "x*e\u0301.JPG"), ("d", "y.jpg"))
    found = paths(table, tmp_path)
    assert found["a"] == "X_É.jpg"
    assert found["d"] == "y.jpg"
    assert len({path.casefold() for path in found.values()}) == 4
    assert all(path.lower().endswith(".jpg") for path in found.values())


def test_names_do_not_depend_on_the_order(tmp_path):
    """The same nodes get the same names, in whatever order they come."""
    rows = [("a", "x.jpg"), ("b", "x.jpg"), ("c", "X.jpg")]
    assert len({tuple(sorted(paths(nodes(*o), tmp_path).items())) for o in itertools.permutations(rows)}) == 1


def test_who_has_the_name_keeps_it(tmp_path):
    """A node whose content already has the name on the disk keeps it, although another one's id is smaller."""
    found = paths(nodes(("a", "x.jpg"), ("b", "x.jpg")), tmp_path, same=lambda path, size, md5: md5 == "b")
    assert found["b"] == "x.jpg"
    assert found["a"] != "x.jpg"


def test_a_file_gives_way_to_a_folder(tmp_path):
    """Where a file and a folder would have one name, the file gets another."""
    table = nodes(("a", "x"), ("b", "y.jpg")).append_column("parents", pa.array([["root"], ["sub"]]))
    found = paths(table, tmp_path, layout="tree", folders={"root": "", "sub": "X"})
    assert found["b"] == "X/y.jpg"
    assert found["a"].startswith("x (")


def test_nothing_to_arrange(tmp_path):
    """No nodes, no names."""
    assert (
        paths(
            nodes().cast(
                pa.schema([("id", pa.string()), ("name", pa.string()), ("md5", pa.string()), ("size", pa.int64())])
            ),
            tmp_path,
        )
        == {}
    )
