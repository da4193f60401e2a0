"""Frames that went through other programs and come back: downloaded, trashed, applied as plans."""

import io
import os
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from amazon_photos import errors
from transfers import content, files, md5, put


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


def csv(frame):
    return pd.read_csv(io.StringIO(frame.to_csv()))


def json(frame):
    return pd.read_json(io.StringIO(frame.to_json(orient="records", date_format="iso")))


async def test_a_row_without_an_id_is_never_the_whole_library(ap, tmp_path):
    """Of a frame with ids alone, too: it fails alone, and nothing but what was named comes."""
    wanted, _ = await put(ap, ["a.jpg", "b.jpg"])
    for missing in (None, "", float("nan")):
        got = await ap.download(pd.DataFrame({"id": [wanted, missing]}), out=tmp_path / "out")
        assert list(got.outcome)[1:] == ["failed"]
        assert list(files(tmp_path / "out")) == ["a.jpg"]


WAYS = {
    "as it is": lambda frame: frame,
    "csv": csv,
    "csv, all text": lambda frame: pd.read_csv(io.StringIO(frame.to_csv()), dtype=str),
    "json": json,
    "records": lambda frame: frame.to_dict("records"),
    "objects": lambda frame: frame.astype(object),
    "twice": lambda frame: pd.concat([frame, frame], axis=1),
    "every row twice": lambda frame: pd.concat([frame, frame]),
    "polars": pl.from_pandas,
    "polars, categories": lambda frame: pl.from_pandas(frame).with_columns(pl.col(pl.String).cast(pl.Categorical)),
    "pyarrow": lambda frame: pa.Table.from_pandas(frame),
    "upper case": lambda frame: frame.assign(md5=frame.md5.str.upper()),
    "days": lambda frame: frame.assign(**{name: frame[name].dt.date for name in ("createdDate", "contentDate")}),
    "milliseconds": lambda frame: frame.assign(createdDate=frame.createdDate.astype("int64")),
}


@pytest.mark.parametrize("backend", [None, "pyarrow"])
@pytest.mark.parametrize("way", WAYS)
async def test_a_frame_can_be_downloaded_whatever_way_it_went(ap, way, backend):
    """Each node once, with every byte right and in the library's folders (fault B5)."""
    folder = (await ap.create_folders("Pictures/Web")).id[0]
    await put(ap, ["2019", "b.jpg"], folder=folder)
    ap.dtype_backend = backend
    nodes = await ap.nodes("kind:FILE", sort="['name ASC']")
    result = await ap.download(WAYS[way](nodes), layout="tree")
    assert list(result.outcome) == ["downloaded"] * 2
    assert list(result.reason.isna()) == [True, True]
    assert files("media") == {"Pictures/Web/2019": md5(content(0)), "Pictures/Web/b.jpg": md5(content(1))}
    assert list(result.md5) == [md5(content(0)), md5(content(1))]


@pytest.mark.parametrize("way", [way for way in WAYS if way != "every row twice"])
async def test_a_frame_can_be_trashed_whatever_way_it_went(ap, way):
    """Its ids are read from any program's frame (fault B5)."""
    await put(ap, ["a.jpg", "b.jpg"])
    held = WAYS[way](await ap.nodes("kind:FILE"))
    assert list((await ap.favorite(held)).outcome) == ["favorited"] * 2
    assert list((await ap.trash(held)).outcome) == ["trashed"] * 2
    assert list((await ap.restore(held)).outcome) == ["restored"] * 2


@pytest.mark.parametrize(
    ("column", "value"), [("size", "many"), ("createdDate", "soon"), ("parents", 5), ("md5", 6.5e31), ("id", 1.2e21)]
)
async def test_what_cannot_be_read_is_named_before_anything_is_sent(ap, service, column, value):
    """Column and value; nothing is downloaded (fault B5)."""
    await put(ap, ["a.jpg", "b.jpg"])
    nodes = (await ap.nodes("kind:FILE")).astype(object)
    nodes.at[1, column] = value
    service.requests.clear()
    with pytest.raises(errors.InvalidInput, match=f"column '{column}', not {value!r}.*row 1".replace("+", r"\+")):
        await ap.download(nodes, layout="tree")
    assert not service.requests
    assert not Path("media").exists()


async def test_a_row_without_an_id_fails_alone(ap):
    """The others come; so it is for an id that is none (faults A2 and B3)."""
    await put(ap, ["a.jpg", "b.jpg", "c.jpg", "d.jpg"])
    nodes = await ap.nodes("kind:FILE", sort="['name ASC']")
    nodes.loc[1, "id"] = None
    nodes.loc[2, "id"] = ""
    results = await ap.trash(nodes[1:])
    assert sorted(results.outcome) == ["failed", "failed", "trashed"]
    await ap.restore(nodes[3:])
    result = await ap.download(nodes)
    assert list(result.outcome) == ["downloaded", "failed", "failed", "downloaded"]
    assert set(files("media")) == {"a.jpg", "d.jpg"}


COLUMNS = [["id"], ["id", "name"], ["id", "name", "md5"], ["id", "name", "size", "md5"]]


async def frame_with_gaps(ap, columns):
    """A frame of five files with no id in its second and fourth row, and the first row again as its last; the ids."""
    await put(ap, [f"{letter}.jpg" for letter in "abcde"])
    nodes = (await ap.nodes("kind:FILE", sort="['name ASC']"))[columns]
    nodes.loc[[1, 3], "id"] = None
    ids = nodes.id.fillna("")
    return pd.concat([nodes, nodes[:1]], ignore_index=True), list(ids)


@pytest.mark.parametrize("columns", COLUMNS, ids=" ".join)
async def test_each_row_without_an_id_fails_in_its_place_in_a_download(ap, columns):
    """Whatever else the frame tells; an id that comes again has its row where it was first (fault B3)."""
    nodes, ids = await frame_with_gaps(ap, columns)
    plan, result = await ap.download(nodes, dry_run=True), await ap.download(nodes)
    assert list(plan.id.fillna("")) == list(result.id.fillna("")) == ids
    assert list(plan.action) == ["download", "failed", "download", "failed", "download"]
    assert list(result.outcome) == ["downloaded", "failed", "downloaded", "failed", "downloaded"]
    assert set(files("media")) == {"a.jpg", "c.jpg", "e.jpg"}


@pytest.mark.parametrize("columns", COLUMNS, ids=" ".join)
@pytest.mark.parametrize("history", [True, False])
async def test_each_row_without_an_id_fails_in_its_place_in_a_change(connect, service, columns, history):
    """In a plan, too; the others go together in one request (fault B3)."""
    async with connect(history=history) as ap:
        nodes, ids = await frame_with_gaps(ap, columns)
        for change, done in ((ap.trash, "trashed"), (ap.restore, "restored")):
            plan = await change(nodes, dry_run=True)
            service.requests.clear()
            result = await change(nodes)
            assert list(plan.id.fillna("")) == list(result.id.fillna("")) == ids
            assert list(result.outcome) == [done, "failed", done, "failed", done]
            assert ["without an id" in reason for reason in result.reason.fillna("")] == [False, True] * 2 + [False]
            assert len([asked for asked in service.requests if asked.method == "PATCH"]) == 1


PLANS = {
    **{way: make for way, make in WAYS.items() if way not in ("days", "milliseconds", "every row twice")},
    "rows left out": lambda frame: frame[frame.action != "skip"],
}


@pytest.mark.parametrize("way", PLANS)
async def test_a_plan_can_be_applied_whatever_way_it_went(ap, tmp_path, way):
    """Saved, read and looked at by any program, it does what it said (fault B5)."""
    home = tmp_path / "Card"
    home.mkdir()
    for number, name in enumerate(("a.jpg", "2019", "Thumbs.db")):
        (home / name).write_bytes(content(number))
    plan = await ap.plan_upload(home, to="Backup")
    result = await ap.upload(plan=PLANS[way](plan))
    assert sorted(result.outcome)[-2:] == ["uploaded", "uploaded"]
    found = await ap.nodes("kind:FILE")
    assert set(found.md5) == {md5(content(0)), md5(content(1))}
    again = list((await ap.upload(plan=PLANS[way](plan))).outcome)
    assert again.count("exists") == 2
    assert set(again) <= {"exists", "skipped"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"size": "many"}, "a whole number is due in column 'size', not 'many'"),
        ({"mtime_ns": "yesterday"}, "column 'mtime_ns', not 'yesterday'"),
        ({"path": None}, "rows without a 'path'"),
        ({"action": None}, "rows without a 'action'"),
        ({"name": None}, "rows without a 'name'"),
        ({"action": "sing"}, "a plan knows the actions upload, .*; not 'sing'"),
    ],
)
async def test_a_plan_that_cannot_be_read_is_named(ap, tmp_path, change, says):
    """Nothing of it goes up (fault B5)."""
    (tmp_path / "a.jpg").write_bytes(content(1))
    plan = (await ap.plan_upload(os.fspath(tmp_path / "a.jpg"))).astype(object).assign(**change)
    with pytest.raises(errors.InvalidInput, match=says):
        await ap.upload(plan=plan)
    assert len(await ap.nodes("kind:FILE")) == 0
