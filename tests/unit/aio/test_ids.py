"""Node ids, in every form people hold them."""

import pandas as pd
import pyarrow as pa
import pytest

from amazon_photos.aio.ids import id_of, ids_of
from amazon_photos.errors import BadInput
from amazon_photos.model.node import Node
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
    with pytest.raises(BadInput, match=says):
        ids_of(held)


@pytest.mark.parametrize("node", [None, "", 5, ["-a"]])
def test_where_one_id_is_due_nothing_else_passes(node):
    """A folder that was not found is None, and must never be read as the whole library."""
    with pytest.raises(BadInput, match="a node's id is due"):
        id_of(node)
