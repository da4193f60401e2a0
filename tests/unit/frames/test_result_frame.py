"""Frames of plans and results: a line above the table, and nothing else that a DataFrame has not."""

import copy
import io
import pickle

import pandas as pd
import pytest

from amazon_photos.frames.result_frame import ResultFrame, summarize, to_result
from amazon_photos.frames.results import NODES, PLAN, TRANSFERS
from amazon_photos.frames.row_builder import table_of
from amazon_photos.frames.to_pandas import to_frame

BACKENDS = (None, "numpy_nullable", "pyarrow")
HOSTILE = "/up/\x1b[31m<script>alert(1)</script>\u202egpj.exe\r"


def plan(*actions, backend=None, name="/up/a.jpg"):
    rows = [(name, action, None, "Pictures", "a.jpg", 1_500_000, None, None, 0) for action in actions]
    return to_result(to_frame(table_of(rows, PLAN), dtype_backend=backend), "plan")


def nodes(*outcomes, backend=None):
    rows = [(f"{number:022}", outcome, None) for number, outcome in enumerate(outcomes)]
    return to_result(to_frame(table_of(rows, NODES), dtype_backend=backend), "nodes")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_plan_says_what_how_many_and_what_next(backend):
    """In its text and in its HTML, above the table that pandas makes."""
    frame = plan("upload", "upload", "exists", "conflict", backend=backend)
    line = (
        "plan of 4 files: 2 to upload (3.0 MB), 1 exists, 1 conflict. "
        'Next: ap.upload(plan=…) does it; conflict="rename" or "replace" takes what is in conflict'
    )
    assert summarize(frame, "plan") == line
    assert repr(frame) == f"{line}\n{pd.DataFrame(frame)!r}"
    above, table = frame._repr_html_().split("\n", 1)
    assert above.startswith("<p>plan of 4 files: 2 to upload (3.0 MB)")
    assert table == pd.DataFrame(frame)._repr_html_()


def test_results_say_what_to_do_about_failures():
    """What failed is counted, and where the reasons stand is said."""
    assert summarize(nodes("trashed"), "nodes") == "1 node: 1 trashed. Next: ap.restore(…) takes them back, for 30 days"
    assert summarize(nodes("deleted", "failed"), "nodes") == (
        "2 nodes: 1 deleted, 1 failed. Next: the column reason says why"
    )
    assert summarize(nodes(), "nodes") == "0 nodes"
    none = to_result(to_frame(table_of([], TRANSFERS)), "upload")
    assert summarize(none, "upload") == "upload of 0 files"
    assert summarize(none, "refresh") == "refresh: nothing has changed"


@pytest.mark.parametrize("backend", BACKENDS)
def test_all_that_is_made_of_it_is_a_plain_frame(backend):
    """Slices, copies, joins and what a pickle or a file holds: another table, of which the line is not true."""
    frame = plan("upload", "exists", backend=backend)
    plain = pd.DataFrame(frame)
    made = [
        frame.head(1), frame[frame.action == "upload"], frame[["path"]], frame.copy(), copy.copy(frame),
        copy.deepcopy(frame), pd.concat([frame, frame]), frame.merge(frame, on="path"), frame.assign(x=1),
        frame.sort_values("action"), frame.reset_index(), pickle.loads(pickle.dumps(frame)), frame.T,
        frame.groupby("action").first(), frame.astype(object), frame.loc[:], frame.iloc[:1],
    ]  # fmt: skip
    assert {type(each) for each in made} == {pd.DataFrame}
    assert isinstance(frame, pd.DataFrame)
    assert b"amazon_photos" not in pickle.dumps(frame)
    pd.testing.assert_frame_equal(made[11], plain)
    assert list(frame.dtypes) == list(plain.dtypes)
    assert type(frame["path"]) is pd.Series


@pytest.mark.parametrize("backend", BACKENDS)
def test_files_of_it_are_those_of_a_plain_frame(backend):
    """CSV, JSON and parquet hold the table and no more."""
    frame = plan("upload", "exists", backend=backend)
    plain = pd.DataFrame(frame)
    assert frame.to_csv() == plain.to_csv()
    assert frame.to_json() == plain.to_json()
    theirs, ours = io.BytesIO(), io.BytesIO()
    plain.to_parquet(theirs)
    frame.to_parquet(ours)
    assert ours.getvalue() == theirs.getvalue()


def test_the_line_is_of_the_table_as_it_is():
    """What is changed in place is counted; a table without its words has none to count, and is shown all the same."""
    frame = plan("upload", "exists")
    frame.loc[0, "action"] = "skip"
    assert repr(frame).startswith("plan of 2 files: 1 to skip, 1 exists\n")
    del frame["action"]
    assert repr(frame).startswith("plan of 2 files\n")
    frame = plan("upload")
    frame["size"] = "large"
    assert repr(frame).startswith("plan of 1 file: 1 to upload (0 B). Next: ")
    assert type(frame) is ResultFrame


def test_hostile_names_do_nothing_to_a_screen():
    """A terminal gets no escape and no change of direction; a browser gets no markup."""
    frame = plan("upload", name=HOSTILE)
    with pd.option_context("display.max_colwidth", None, "display.width", 1000):
        text = repr(frame)
    assert r"\x1b[31m<script>alert(1)</script>\u202egpj.exe\r" in text
    assert not {"\x1b", "\u202e", "\r"} & set(text)
    frame.loc[0, "action"] = HOSTILE
    assert not {"\x1b", "\u202e", "\r"} & set(repr(frame))
    assert "<script>" not in frame._repr_html_()
    assert not {"\x1b", "\u202e", "\r"} & set(frame._repr_html_())


def test_pandas_may_be_told_to_show_no_html():
    """``display.notebook_repr_html`` is honoured."""
    with pd.option_context("display.notebook_repr_html", False):
        assert plan("upload")._repr_html_() is None
