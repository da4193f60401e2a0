"""Node ids, in every form people hold them."""

import io

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from amazon_photos.aio.ids import KnownNode, drop_repeats, id_of, ids_of, read_one, unwrap_row
from amazon_photos.errors import InvalidInput
from amazon_photos.model.node import ContentProperties, Node
from amazon_photos.model.tree import Folder


@pytest.mark.parametrize(
    "held",
    [
        ["-a", "b", "-a"],
        ("-a", "b"),
        pd.Series(["-a", "b"], dtype="string"),
        pd.Series(["-a", "b"], dtype=pd.ArrowDtype(pa.string())),
        pd.DataFrame({"id": ["-a", "b"], "size": [1, 2]}),
        [Node(id="-a"), Node(id="b")],
        {"-a": 1, "b": 2},
    ],
)
def test_every_form_gives_each_id_once_in_order(held):
    """Lists, columns, frames and nodes are understood alike."""
    assert ids_of(held) == ["-a", "b"]


def test_rows_of_a_frame_give_their_ids():
    """As ``iterrows`` and ``itertuples`` give them, as records, one or many, and beside ids and nodes."""
    frame = pd.DataFrame({"id": ["-a", "b"], "size": [1, 2]})
    series, tuples = [row for _, row in frame.iterrows()], list(frame.itertuples())
    assert ids_of(series) == ids_of(tuples) == ids_of([*tuples, "b"]) == ["-a", "b"]
    assert ids_of([series[0], Node(id="b"), {"id": "c"}]) == ["-a", "b", "c"]
    assert ids_of(tuples[1]) == ids_of(series[1]) == ["b"]
    assert [unwrap_row(one) for one in (frame.head(1), series[0], tuples[0], {"id": "-a"}, "-a")] == ["-a"] * 5


def test_one_row_is_not_the_first_of_many():
    """Nor is it a frame of none."""
    for rows in (0, 2):
        with pytest.raises(InvalidInput, match=f"these are {rows}: give one row"):
            unwrap_row(pd.DataFrame({"id": ["-a", "b"][:rows]}))


def test_one_id_is_a_list_of_one():
    """A single id or node need not be wrapped."""
    assert ids_of("-a") == ids_of(Node(id="-a")) == ids_of(Folder("-a", "Pictures")) == ["-a"]
    assert id_of("-a") == id_of(Node(id="-a")) == id_of(Folder("-a", "Pictures")) == "-a"
    assert ids_of([]) == []


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (pd.DataFrame({"name": ["x"]}), "no column 'id'"),
        ([1, 2], "not a node id: 1"),
        (None, "not NoneType"),
        ([""], "not a node id"),
        (pd.Series(["a", None], dtype="string"), "not a node id"),
    ],
)
def test_what_is_no_id_is_refused(held, says):
    """Nothing is sent for something that cannot be an id."""
    with pytest.raises(InvalidInput, match=says):
        ids_of(held)


@pytest.mark.parametrize("node", [None, "", 5, ["-a"]])
def test_where_one_id_is_due_nothing_else_passes(node):
    """A folder that was not found is None, and must never be read as the whole library."""
    with pytest.raises(InvalidInput, match="a node's id is due"):
        id_of(node)


def test_one_reader_reads_every_form_of_a_node():
    """What each form tells of a node is known, and the same of all."""
    record = {"id": "-a", "name": "a.jpg", "size": 9, "md5": "A" * 32, "kind": "FILE", "ownerId": "A2"}
    frame = pd.DataFrame([record])
    content = ContentProperties(size=9, md5="a" * 32)
    node = Node(id="-a", name="a.jpg", kind="FILE", owner_id="A2", content_properties=content)
    for form in (record, frame, frame.iloc[0], next(frame.itertuples()), node):
        assert read_one(form) == KnownNode("-a", "a.jpg", 9, "a" * 32, "FILE", "", "A2")
    assert read_one("-a") == KnownNode("-a")
    assert read_one(Folder("-a", "Pictures")) == KnownNode("-a", "Pictures", kind="FOLDER")


RECORDS = [{"id": "-a", "size": 1}, {"id": "b", "size": 2}, {"id": "-a", "size": 1}]


@pytest.mark.parametrize(
    "held",
    [
        RECORDS,
        tuple(RECORDS),
        {"id": ["-a", "b"], "size": [1, 2]},
        {"id": np.array(["-a", "b"], object)},
        pd.DataFrame(RECORDS).astype(object),
        pd.DataFrame(RECORDS).astype({"id": "category"}),
        pd.read_csv(io.StringIO(pd.DataFrame(RECORDS).to_csv())),
        pd.concat([pd.DataFrame(RECORDS), pd.DataFrame(RECORDS)], axis=1),
        pd.Index(["-a", "b"]),
        np.array(["-a", "b"]),
        pl.DataFrame(RECORDS),
        pl.DataFrame(RECORDS).lazy(),
        pl.DataFrame(RECORDS)["id"],
        pa.Table.from_pylist(RECORDS),
        pa.RecordBatch.from_pylist(RECORDS),
        pa.array(["-a", "b"]),
        pa.chunked_array([["-a"], ["b"]]),
    ],
    ids=lambda held: f"{type(held).__module__}.{type(held).__name__}",
)
def test_frames_of_every_program_give_their_ids(held):
    """pandas, polars, pyarrow and records, also through a CSV; Python's own text comes out (fault B5)."""
    assert ids_of(held) == ["-a", "b"]
    assert {type(node_id) for node_id in ids_of(held)} == {str}


def test_one_record_is_one_id():
    """A row as a dict, or as pandas gives it: its other values are no ids (fault B5)."""
    frame = pd.DataFrame({"name": ["x", "y"], "id": ["-a", "b"]})
    assert ids_of({"id": "-a", "name": "x"}) == ids_of(frame.iloc[0].to_dict()) == ids_of(frame.iloc[0]) == ["-a"]


@pytest.mark.parametrize(
    ("held", "says"),
    [
        ([{"name": "x"}], "no column 'id'; it has: name"),
        (pl.DataFrame({"name": ["x"]}), "no column 'id'; it has: name"),
        (pa.table({"name": ["x"]}), "no column 'id'; it has: name"),
        (pd.DataFrame({"id": [1.2e21]}), "text is due in column 'id', not 1.2e"),
        (pd.DataFrame([["a", "b"]], columns=["id", "id"]), "2 columns 'id'"),
        (pl.Series(["a", None]), "not a node id: None"),
        (pa.array(["a", None]), "not a node id: None"),
        ([Node()], "not a node id: Node"),
        (np.array("a"), "node ids are a list, .* not ndarray"),
        (np.array(None), "node ids are a list, .* not ndarray"),
    ],
)
def test_what_is_no_id_in_a_frame_is_named(held, says):
    """Column and value (fault B5)."""
    with pytest.raises(InvalidInput, match=says):
        ids_of(held)


def test_a_row_without_an_id_leaves_the_others_alone():
    """A frame tells what Amazon sent: each of its rows has an answer, in its place (fault B3)."""
    assert ids_of(pd.DataFrame({"id": [None, "a", None, "b", "", "a"]})) == ["", "a", "", "b", ""]


def test_a_node_without_an_id_is_not_the_whole_library():
    """Where one id is due (fault B3)."""
    with pytest.raises(InvalidInput, match="a node's id is due"):
        id_of(Node(name="x"))


@pytest.mark.parametrize(
    "node",
    [
        "x",
        Node(id="x"),
        pd.DataFrame({"id": ["x"]}),
        pd.DataFrame({"id": ["x"]}).iloc[0],
        next(pd.DataFrame({"id": ["x"]}).itertuples()),
        {"id": "x", "name": "y"},
    ],
)
def test_one_id_is_found_in_whatever_holds_one(node):
    """Where one node is due, a row of a frame will do as well as its id."""
    assert id_of(node) == "x"


def test_one_id_is_not_found_in_several():
    """A frame of two rows is no node."""
    with pytest.raises(InvalidInput, match="one node is due here, and these are 2"):
        id_of(pd.DataFrame({"id": ["x", "y"]}))


def test_of_repeated_rows_the_first_stays():
    """Of those without an id all; in their order, whatever chunks they come in."""
    ids = pa.chunked_array([["b", "", "a"], [], ["b", "", "c", "a"]], pa.string())
    table = pa.table({"id": ids, "row": pa.array(range(7))})
    assert drop_repeats(table)["row"].to_pylist() == [0, 1, 2, 4, 5]
    assert drop_repeats(table.slice(0, 0)).num_rows == 0


@pytest.mark.parametrize(
    ("ids", "kept"),
    [(["a", None, "b"], [0, 1, 2]), ([None, "a", None], [0, 1, 2]), (["a", None, "a", None], [0, 1, 3])],
)
def test_rows_whose_id_is_null_all_stay(ids, kept):
    """Whether anything else repeats or not."""
    table = pa.table({"id": pa.chunked_array([ids[:2], ids[2:]], pa.string()), "row": pa.array(range(len(ids)))})
    assert drop_repeats(table)["row"].to_pylist() == kept
