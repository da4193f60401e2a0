"""``ap.db``: read once for each version of ap.parquet, and everybody's own."""

import sys
from contextlib import contextmanager

import pandas as pd
import pytest

from amazon_photos import AmazonPhotos, Catalog
from amazon_photos.catalog import frame_cache

BACKENDS = (None, "numpy_nullable", "pyarrow")
_opened: list[str] = []
_watching = False


def _note(event, details):
    if _watching and event == "open":
        _opened.append(str(details[0]))


sys.addaudithook(_note)


@contextmanager
def files_opened():
    """What this process opens meanwhile."""
    global _watching
    _opened.clear()
    _watching = True
    try:
        yield _opened
    finally:
        _watching = False


@pytest.fixture
def library(service, tmp_path):
    """Makes clients of one catalogue of a small library."""
    service.reset(files=40)
    clients = []

    def connect(**options):
        clients.append(
            AmazonPhotos(
                service.cookies, endpoint=service.url, catalog=tmp_path / "ap.parquet", progress=False, **options
            )
        )
        return clients[-1]

    connect().refresh()
    yield connect
    for client in clients:
        client.close()


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_file_is_opened_once(library, backend):
    """The second ``ap.db`` opens no file; it is the same frame, in both faces of the catalogue."""
    ap = library(dtype_backend=backend)
    first = ap.db
    with files_opened() as opened:
        second, third = ap.db, ap.catalog.frame()
    assert [path for path in opened if "ap.parquet" in path] == []
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(first, third)
    pd.testing.assert_frame_equal(first, Catalog.open(ap.catalog.path, dtype_backend=backend).frame())


def test_another_process_wrote_a_version(library):
    """What another client's refresh brought is seen at once."""
    ap, other = library(), library()
    node = ap.db.id[ap.db.kind == "FILE"].iloc[0]
    other.rename(node, "another name.jpg")
    other.refresh()
    assert ap.db.set_index("id").name[node] == "another name.jpg"


def test_other_types_are_another_frame(library):
    """``ap.dtype_backend`` may be set between two looks."""
    ap = library()
    assert ap.db.dtypes["size"] == "Int64"
    ap._aio.dtype_backend = "pyarrow"
    assert ap.db.dtypes["size"] == "int64[pyarrow]"


def _write_through_arrays(frame):
    for name in ("size", "createdDate", "isRoot", "name", "parents"):
        frame[name].array[0] = frame[name].array[1]


CHANGES = {
    "a new column": lambda frame: frame.insert(0, "x", 1),
    "another value": lambda frame: frame.__setitem__("size", 0),
    "single cells": lambda frame: frame.loc.__setitem__((frame.index[0], ["name", "size"]), ["x", 1]),
    "another order": lambda frame: frame.sort_values("name", inplace=True),
    "rows dropped": lambda frame: frame.drop(frame.index[:5], inplace=True),
    "names of the axes": lambda frame: frame.rename_axis(index="row", columns="field", inplace=True),
    "attributes": lambda frame: frame.attrs.update(mine=1),
    "the arrays below": _write_through_arrays,
}


@pytest.mark.parametrize("backend", BACKENDS[1:])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:.*inplace")
def test_it_is_the_callers_own(library, backend):
    """Whatever is done to a frame, the next one is as the file has it."""
    ap = library(dtype_backend=backend)
    untouched = ap.find()
    for what, change in CHANGES.items():
        change(mine := ap.db)
        theirs = ap.db
        pd.testing.assert_frame_equal(theirs, untouched, obj=what)
        assert (theirs.columns.name, theirs.index.name, theirs.attrs) == (None, None, {}), what
        del mine


def test_a_library_too_large_is_not_kept(library, monkeypatch):
    """Beyond the limit it is read again: a program that drops a frame of gigabytes gets its memory back."""
    monkeypatch.setattr(frame_cache, "MAX_WARM_BYTES", 10)
    ap = library()
    first = ap.db
    with files_opened() as opened:
        second = ap.db
    assert [path for path in opened if path.endswith("ap.parquet")] != []
    pd.testing.assert_frame_equal(first, second)
