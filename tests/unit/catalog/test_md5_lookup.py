"""MD5s -> ids."""

import hashlib

import pyarrow as pa
import pytest

from amazon_photos.catalog.md5_lookup import _MIXERS, _mix, match_md5s
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def known(nodes, *names):
    return nodes("folder", *({"id": name, "contentProperties": {"md5": md5(name)}} for name in names))


def test_each_md5_gives_its_node_in_the_order_asked(nodes):
    """The id where the library has that content, null where it doesn't; folders have no content."""
    table = known(nodes, "a", "b", "c")
    assert match_md5s(table, pa.array([md5("c"), md5("x"), md5("a"), md5("c")])).to_pylist() == ["c", None, "a", "c"]


def test_the_first_of_several_copies_counts(nodes):
    """Two nodes with one content: one of them is enough to know."""
    table = nodes(*({"id": i, "contentProperties": {"md5": md5("same")}} for i in ("first", "second")))
    assert match_md5s(table, pa.array([md5("same")])).to_pylist() == ["first"]


def test_the_catalogue_can_be_asked_directly(nodes, tmp_path):
    """A catalogue's two columns are all that is needed."""
    store = Store(tmp_path / "ap.parquet")
    with store.lock():
        store.write(known(nodes, "a"), Header(owner="OWNER"))
    assert match_md5s(store.read(["id", "md5"]), pa.array([md5("a")])).to_pylist() == ["a"]


@pytest.mark.parametrize(
    "asked",
    [
        pa.array([None, md5("a")]),
        pa.array(["", md5("a")]),
        pa.array(["A" * 31, md5("a")]),
        pa.chunked_array([[md5("x")], [md5("a")]]),
        pa.array([md5("z"), md5("x"), md5("a")])[1:],
    ],
    ids=["null", "empty", "short", "chunks", "slice"],
)
def test_whatever_is_asked_is_answered(nodes, asked):
    """What is no MD5 is nowhere, and disturbs no other; pieces and slices are read like any array."""
    assert match_md5s(known(nodes, "a", "b"), asked).to_pylist() == [None, "a"]


@pytest.mark.parametrize("asked", [pa.array([], pa.string()), pa.array([])])
def test_nothing_asked_is_nothing_answered(nodes, asked):
    """No files: no answers, of the right type."""
    assert match_md5s(known(nodes, "a"), asked).to_pylist() == []
    assert match_md5s(known(nodes), pa.array([md5("a")])).to_pylist() == [None]


def test_texts_that_share_the_bits_looked_up_by_are_told_apart(nodes):
    """Two texts of 32 characters with the same 64 bits are never taken for each other."""
    zeros = "0" * 32
    twin = next(text for text in _twins(zeros) if text.isascii())
    assert _mix(pa.array([zeros])) == _mix(pa.array([twin]))
    table = nodes({"id": "zeros"}, {"id": "twin"})
    table = table.set_column(table.schema.get_field_index("md5"), "md5", pa.array([zeros, twin]))
    assert match_md5s(table, pa.array([twin, zeros])).to_pylist() == ["twin", "zeros"]
    assert match_md5s(table.slice(0, 1), pa.array([twin, zeros])).to_pylist() == [None, "zeros"]


def _twins(text):
    """Texts whose last word makes up for another first one."""
    mask, last, odd = 2**64 - 1, int.from_bytes(b"0" * 8, "little"), int(_MIXERS[0])
    for number in range(1, 1_000_000):
        first = f"{number:08}".encode()
        other = int.from_bytes(first, "little")
        word = (last * odd & mask) ^ (other * odd & mask) ^ last
        yield (first + b"0" * 16 + word.to_bytes(8, "little")).decode("latin-1")
