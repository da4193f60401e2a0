"""Names are settled before the first byte."""

import itertools

import pyarrow as pa
import pytest

from amazon_photos.transfer.download.layout import Layout
from amazon_photos.transfer.download.local_names import assign_names


def nodes(*rows):
    return pa.table(
        {
            "id": [r[0] for r in rows],
            "name": [r[1] for r in rows],
            "md5": [r[0][0] * 32 for r in rows],
            "size": [1] * len(rows),
        }
    )


def paths(table, tmp_path, *, layout="{name}", folders=None, same=lambda path, size, md5: False):
    found = assign_names(table, Layout(layout), tmp_path, folders=folders or {}, same=same)
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
    found = paths(nodes(("a", "x.jpg"), ("b", "x.jpg")), tmp_path, same=lambda path, size, md5: md5 == "b" * 32)
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


def told(tmp_path, **row):
    """The one item of a node that is told so."""
    usual = {"id": "a" * 22, "name": "x.jpg", "size": 1, "md5": "0" * 32}
    scalars = {name: value if isinstance(value, pa.Scalar) else pa.scalar(value) for name, value in row.items()}
    table = pa.table({name: [value] for name, value in usual.items() if name not in row})
    for name, value in scalars.items():
        table = table.append_column(name, pa.repeat(value, 1))
    (item,) = assign_names(table, Layout("{year}/{name}"), tmp_path, folders={}, same=lambda path, size, md5: False)
    return item


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"id": "/../victim"}, "not a node id: '/../victim'"),
        ({"id": ""}, "not a node id: ''"),
        ({"id": None}, "not a node id: ''"),
        ({"id": "a\0b"}, "not a node id"),
        ({"id": "x" * 257}, "not a node id"),
        ({"md5": "x/../../../victim"}, "not an MD5: 'x/../../../victim'"),
        ({"md5": "0" * 31}, "not an MD5"),
        ({"size": 1 << 62}, "no file has this size: 4611686018427387904 bytes"),
        ({"size": -1}, "no file has this size"),
        ({"size": 0.5}, "no file has this size"),
    ],
)
def test_a_node_that_is_none_says_why(tmp_path, row, why):
    """What is no id, MD5 or size is told with its row, and nothing is made of it (faults A2, B3)."""
    item = told(tmp_path, **row)
    assert why in item.refused
    assert item.path.count("/") == 1


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ({"md5": "ABCDEF" + "0" * 26}, {"md5": "abcdef" + "0" * 26}),
        ({"md5": None}, {"md5": None}),
        ({"md5": ""}, {"md5": None}),
        ({"size": 5.0}, {"size": 5}),
        ({"size": None}, {"size": None}),
        ({"contentProperties.version": 2.0}, {"version": 2}),
        ({"contentProperties.version": "../x"}, {"version": None}),
        ({"name": None}, {"name": "a" * 22}),
    ],
)
def test_what_others_wrote_is_read(tmp_path, row, read):
    """Numbers with gaps, MD5s in capitals and missing values mean what they say."""
    item = told(tmp_path, **row)
    assert item.refused is None
    assert {name: getattr(item, name) for name in read} == read


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
@pytest.mark.parametrize("column", ["image.dateTimeOriginal", "image.dateTime", "contentDate", "createdDate"])
def test_a_date_of_no_calendar_costs_only_the_date(tmp_path, unit, column):
    """A time before the year 1 or after 9999 leaves the mtime alone and goes to "undated" (fault B1)."""
    for ticks in (-(2**62), 2**62, -62_135_596_800 * {"s": 1, "ms": 10**3, "us": 10**6}[unit] - 1):
        item = told(tmp_path, **{column: pa.scalar(ticks, pa.timestamp(unit, "UTC"))})
        assert (item.mtime_ns, item.path, item.refused) == (None, "undated/x.jpg", None)


def test_nodes_without_ids_do_not_upset_the_others(tmp_path):
    """Missing ids of one name can be sorted, too, and the name goes to who can be fetched (fault B3)."""
    found = [item.path for item in told_all(tmp_path, [None, "a" * 22, None])]
    assert found[1] == "x.jpg"
    assert "x.jpg" not in (found[0], found[2])


def told_all(tmp_path, ids):
    count = len(ids)
    table = pa.table({"id": ids, "name": ["x.jpg"] * count, "size": [1] * count, "md5": ["0" * 32] * count})
    return assign_names(table, Layout("{name}"), tmp_path, folders={}, same=lambda path, size, md5: False)


def test_folders_of_any_depth_are_arranged(tmp_path):
    """A path of a thousand folders needs no recursion (fault B4)."""
    table = nodes(("a" * 22, "x.jpg")).append_column("parents", pa.array([["deep"]]))
    deep = "/".join("d" * 1000)
    assert paths(table, tmp_path, layout="tree", folders={"deep": deep}) == {"a" * 22: deep + "/x.jpg"}


def live(*rows):
    """Nodes of which those with a still are its movies."""
    table = nodes(*((node_id, name) for node_id, name, _ in rows))
    table = table.append_column("kind", pa.array(["ASSET" if still else "FILE" for *_, still in rows]))
    return table.append_column("parents", pa.array([[still or "pics"] for *_, still in rows]))


def test_a_movie_is_named_after_its_still(tmp_path):
    """Whatever it is called itself, and wherever the layout puts it; its extension is its own."""
    rows = [("m", "Film.QT", "a"), ("a", "IMG:1.HEIC", None), ("lone", "B.MOV", "elsewhere")]
    assert paths(live(*rows), tmp_path) == {"a": "IMG_1.HEIC", "m": "IMG_1.QT", "lone": "B.MOV"}
    assert paths(live(*rows[:2]), tmp_path, layout="x/{id}") == {"a": "x/a", "m": "x/a.QT"}


def test_pairs_of_one_name_stay_pairs(tmp_path):
    """Of two photos of one name each keeps its movie, in whatever order they come."""
    rows = [("a", "A.HEIC", None), ("b", "a.heic", None), ("n", "A.MOV", "a"), ("m", "A.MOV", "b")]
    for order in itertools.permutations(rows):
        found = paths(live(*order), tmp_path)
        assert found["n"] == "A.MOV"
        assert found["b"].removesuffix(".heic") == found["m"].removesuffix(".MOV") != "a"


def test_a_movie_gives_way(tmp_path):
    """To a file or a folder of its name, and to another photo's movie: each file has a name of its own."""
    rows = [("a", "A.HEIC", None), ("b", "A.JPG", None), ("n", "A.MOV", "a"), ("m", "A.MOV", "b"), ("v", "a.mov", None)]
    for order in itertools.permutations(rows):
        found = paths(live(*order), tmp_path)
        assert found["v"] == "a.mov"
        assert len({path.casefold() for path in found.values()}) == 5
    table = live(("a", "A.HEIC", None), ("m", "A.MOV", "a"), ("f", "x.jpg", "sub"))
    table = table.set_column(4, "kind", pa.array(["FILE", "ASSET", "FILE"]))
    found = paths(table, tmp_path, layout="tree", folders={"pics": "", "sub": "A.MOV"})
    assert found["m"].startswith("A (")
    assert found["f"] == "A.MOV/x.jpg"
