"""Plans as frames and files: whatever way they went, and what is none of them."""

import io
import os

import msgspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.errors import InvalidInput, LocalFileError
from amazon_photos.frames.results import STEPS
from amazon_photos.frames.to_pandas import to_frame
from amazon_photos.plans.actions import KINDS, Action
from amazon_photos.plans.plan_rows import read_lines, read_records, read_rows, to_table, write_plan
from amazon_photos.plans.step import NEW, NEW_FOLDER, Step, write_list

ID, OTHER = "-" + "A" * 21, "B" * 22


def step_of(action, **more):
    """A step of that action, as its method makes one."""
    if action is Action.CREATE_ALBUM:
        return Step(action=action, id=f"{NEW}1", name="A", kind="VISUAL_COLLECTION", before="[]", after="A")
    if action is Action.CREATE_FOLDER:
        return Step(action=action, id=f"{NEW_FOLDER}1", name="B", kind="FOLDER", target_name="A", after="A/B")
    after = KINDS[action].after
    if after is None and action is not Action.KEEP:
        after = write_list(["x, y", "é"]) if KINDS[action].changes in ("labels", "parents") else "new"
    target = OTHER if KINDS[action].changes in ("album", "family") or action is Action.MERGE else ""
    return Step(action=action, id=ID, **{"after": after, "target": target} | more)


PLAN = [
    *(step_of(action) for action in Action if action is not Action.UPLOAD),  # uploads have plans of their own
    step_of(Action.TRASH, kind="FOLDER", count=40, note='"a", b\n'),
    step_of(Action.REMOVE, position=3, before="in"),
    step_of(Action.DESCRIBE, before="", after="001"),
    step_of(Action.DESCRIBE, before="true", after=""),
    step_of(Action.RENAME, name="=1+1", before="=1+1", after="NULL"),
]


def excel(frame):
    """By openpyxl where it is; a spreadsheet has no missing values of its own."""
    pytest.importorskip("openpyxl")
    file = io.BytesIO()
    frame.to_excel(file, index=False)
    return pd.read_excel(io.BytesIO(file.getvalue()), keep_default_na=False, na_values=[""])


WAYS = {
    "numpy": lambda table: to_frame(table, dtype_backend="numpy_nullable"),
    "pyarrow": lambda table: to_frame(table, dtype_backend="pyarrow"),
    "objects": lambda table: to_frame(table).astype(object),
    "polars": pl.from_arrow,
    "arrow": lambda table: table,
    "records": lambda table: table.to_pylist(),
    "index": lambda table: to_frame(table).set_index("id").reset_index(),
    "json": lambda table: pd.read_json(io.StringIO(to_frame(table).to_json(orient="records")), dtype=False),
}
TEXTS = {
    "csv": lambda table: pd.read_csv(io.StringIO(to_frame(table).to_csv()), dtype=str, keep_default_na=False),
    "csv, guessed": lambda table: pd.read_csv(io.StringIO(to_frame(table).to_csv())),
    "excel": lambda table: excel(to_frame(table)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_plan_comes_back_as_it_went(way):
    """Every kind of action, missing values and all."""
    assert read_rows(WAYS[way](to_table(PLAN))) == PLAN


@pytest.mark.parametrize("way", TEXTS)
def test_a_plan_that_was_text_meanwhile_is_the_same_or_refused(way):
    """There "" and nothing are one: what is to be done stays the same, and what cannot be told any more is named."""
    plan = [step for step in PLAN if step.after not in ("", "001", "NULL")]
    found = read_rows(TEXTS[way](to_table(plan)))
    told = [(step.action, step.id, step.after or None, step.target, step.count, step.position) for step in plan]
    assert [(s.action, s.id, s.after or None, s.target, s.count, s.position) for s in found] == told


SWITCHES = [Action.FAVORITE, Action.UNFAVORITE, Action.HIDE, Action.UNHIDE]


@pytest.mark.parametrize("words", [("true", "false"), ("True", "False"), ("TRUE", "FALSE"), (True, False)])
@pytest.mark.parametrize("action", SWITCHES)
def test_truth_values_that_a_spreadsheet_made(action, words):
    """A column of "true" alone is one of truth values to pandas and to Excel."""
    steps = [step_of(action, before="false"), step_of(action, before="true")]
    shown = dict(zip(("true", "false"), words, strict=True))
    frame = to_frame(to_table(steps), dtype_backend="numpy_nullable").astype(object)
    frame[["before", "after"]] = frame[["before", "after"]].replace(shown)
    assert read_rows(frame) == steps
    assert read_rows(frame.astype({"after": "string"})) == steps


def test_a_csv_file_read_as_pandas_does(tmp_path):
    steps = [step_of(action, before="false") for action in SWITCHES[::2]]
    to_frame(to_table(steps), dtype_backend="numpy_nullable").to_csv(tmp_path / "plan.csv", index=False)
    assert read_rows(pd.read_csv(tmp_path / "plan.csv")) == steps


def test_a_csv_file_read_as_text_alone(tmp_path):
    """As the documentation has it: nothing becomes a number, and what is missing is an empty text."""
    frame = to_frame(to_table(PLAN), dtype_backend="numpy_nullable")
    frame.to_csv(tmp_path / "plan.csv", index=False)
    assert read_rows(pd.read_csv(tmp_path / "plan.csv", dtype=str, keep_default_na=False)) == [
        msgspec.structs.replace(step, before="")
        if step.before is None and step.changes in ("name", "description", "person", "picture")
        else step
        for step in PLAN
    ]


def test_rows_may_be_left_out_and_moved():
    """And columns that nobody needs."""
    frame = to_frame(to_table(PLAN))
    assert read_rows(frame.iloc[::-2]) == PLAN[::-2]
    trash = frame[frame["action"] == "trash"][["id", "action"]]
    assert [(step.action, step.id) for step in read_rows(trash)] == [(Action.TRASH, ID)] * 2
    assert read_rows(frame[:0]) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"action": "trsh"}, "trsh"),
        ({"action": None}, "no action"),
        ({"action": ["trash"]}, "text is due"),
        ({"action": "add"}, "no target"),
        ({"action": "share"}, "no target"),
        ({"action": "merge"}, "no target"),
        ({"action": "add", "target": "a b"}, "no id"),
        ({"action": "trash", "target": f"{NEW}1"}, "no id"),
        ({"action": "rename"}, "afterwards"),
        ({"action": "describe"}, "afterwards"),
        ({"action": "label", "after": "beach"}, ""),
        ({"action": "label", "after": "[1]"}, "list of texts"),
        ({"action": "label", "after": "[" * 100_000}, "list of texts"),
        ({"action": "move", "after": '{"a": 1}'}, "list of texts"),
        ({"action": "trash", "after": "PURGED"}, "TRASH"),
        ({"action": "create album", "after": "A"}, "new album"),
        ({"action": "create album", "id": f"{NEW}1", "after": ""}, "name in 'after'"),
        ({"count": 0}, "count"),
        ({"count": -1000}, "count"),
        ({"position": -1}, "position"),
    ],
)
def test_bad_rows_are_named(row, said):
    """The message has the row's number and what is wrong with it; nothing is guessed."""
    rows = [{"action": "trash", "id": ID}, {"action": "trash", "id": ID} | row]
    with pytest.raises(InvalidInput, match="row 1") as told:
        read_rows(rows)
    assert said in str(told.value)
    assert len(str(told.value)) < 500


@pytest.mark.parametrize("plan", [pd.DataFrame({"id": [ID]}), pd.DataFrame({"action": ["trash"]}), [{"id": ID}]])
def test_what_is_no_plan(plan):
    """The missing column is named."""
    with pytest.raises(InvalidInput, match="no plan"):
        read_rows(plan)


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(st.lists(st.builds(Step, action=st.just(Action.RENAME), id=st.just(ID), name=TEXT, before=TEXT, after=TEXT)))
def test_any_names_in_a_file(tmp_path_factory, steps):
    """Line ends, quotes, NULs, other alphabets: a file gives what was saved."""
    path = tmp_path_factory.mktemp("plans") / "plan.jsonl"
    write_plan(to_table(steps), path)
    assert read_records(read_lines(path)) == steps


def test_a_file_has_an_object_for_each_row(tmp_path):
    """Their names are the columns', so that other programs can write one."""
    write_plan(to_table(PLAN), tmp_path / "plan.jsonl")
    rows = [msgspec.json.decode(line) for line in (tmp_path / "plan.jsonl").read_bytes().splitlines()]
    assert [list(row) for row in rows] == [STEPS.names] * len(PLAN)
    assert read_records(read_lines(tmp_path / "plan.jsonl")) == PLAN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{}", "no action"),
        (b"\xff", "line 1"),
        (b"[1]", "line 1"),
        (b'"trash"', "line 1"),
        (b'{"action":"trash","id":5}', "row 0"),
        (b'{"action":{"a":1},"id":"x"}', "no action"),
        (b'{"action":"trash","id":"%s","count":"many"}' % ID.encode(), "row 0"),
        (b'{"action":"trash","id":"%s","count":%s}' % (ID.encode(), b"9" * 400), "row 0"),
        (b"{" * 100_000, "line 1"),
    ],
)
def test_files_that_are_no_plans(tmp_path, text, said):
    """The line is named."""
    (tmp_path / "plan.jsonl").write_bytes(text)
    with pytest.raises(InvalidInput, match=said):
        read_records(read_lines(tmp_path / "plan.jsonl"))


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes there")
def test_what_is_no_file(tmp_path):
    """A folder, a pipe and nothing at all are told, and not waited for."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "none"):
        with pytest.raises((LocalFileError, InvalidInput), match="plan"):
            read_records(read_lines(path))


def test_empty_lines_and_files(tmp_path):
    """An editor leaves some; no rows are an empty plan."""
    (tmp_path / "plan.jsonl").write_bytes(b'\n{"action":"trash","id":"%s"}\n\n' % ID.encode())
    assert len(read_records(read_lines(tmp_path / "plan.jsonl"))) == 1
    (tmp_path / "plan.jsonl").write_bytes(b"")
    assert read_records(read_lines(tmp_path / "plan.jsonl")) == []


def test_arrow_is_read_without_pandas_types():
    """The schema is the one of STEPS, whatever the rows."""
    assert to_table([]).schema == to_table(PLAN).schema == pa.schema(STEPS)
