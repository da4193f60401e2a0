"""What tests of tables share: raw nodes as a table, and a small library as the index reads it."""

import json

import msgspec
import pyarrow as pa

from amazon_photos.catalog.index import COLUMNS
from amazon_photos.frames.builder import TableBuilder

ROWS = [
    ("root", None, [], None, None, "FOLDER"),
    ("pics", "Pictures", ["root"], None, None, "FOLDER"),
    ("cafe", "Cafe\u0301", ["pics"], None, None, "FOLDER"),
    ("one", "IMG_1.jpg", ["pics"], "a" * 32, 1, "FILE"),
    ("two", "img_2.jpg", ["pics", "root"], "b" * 32, 2, "FILE"),
    ("odd", "odd.jpg", ["root"], "no md5 at all", 2, "FILE"),
    ("zed", "odd2.jpg", ["root"], "z" * 32, 2, "FILE"),
    ("pending", "new.jpg", ["root"], None, None, "FILE"),
    ("album", "Holidays", [], None, None, "VISUAL_COLLECTION"),
    ("album2", "holidays", [], None, None, "VISUAL_COLLECTION"),
]
"""A library, by ``catalog.index.COLUMNS``."""
_KINDS = [pa.string(), pa.string(), pa.list_(pa.string()), pa.string(), pa.int64(), pa.string()]


def table_of_rows(rows):
    """The columns that a ``LibraryIndex`` is made of."""
    columns = zip(*rows, strict=True) if rows else [[]] * len(COLUMNS)
    return pa.table({n: pa.array(c, k) for n, c, k in zip(COLUMNS, columns, _KINDS, strict=True)})


def table_of_nodes(*nodes):
    """Nodes as frames are made of them; each is given as a dict in Amazon's spelling, or as the bytes that came."""
    builder = TableBuilder()
    builder.add([msgspec.Raw(node if isinstance(node, bytes) else json.dumps(node).encode()) for node in nodes])
    table = builder.table()
    table.validate(full=True)
    return table
