"""What people do with a frame, in each of the three backends: files and back, groups, dates, comparisons."""

import json

import pandas as pd
import pytest

from amazon_photos import AmazonPhotos
from amazon_photos.model.fields import SHORT_COLUMNS

BACKENDS = [None, "numpy_nullable", "pyarrow"]


@pytest.fixture(params=BACKENDS, ids=["default", "numpy_nullable", "pyarrow"])
def backend(request):
    return request.param


@pytest.fixture
def frame(service, backend, tmp_path):
    """The library of 80 files, folders and albums, with every column."""
    service.reset(files=80)
    where = {"endpoint": service.url, "catalog": tmp_path / "ap.parquet", "progress": False}
    with AmazonPhotos(service.cookies, dtype_backend=backend, **where) as client:
        yield client.db


def without_lists(frame):
    return frame.drop(columns=["parents", "labels", "keywords", "subKinds"])


def without_zones(frame):
    """The line of docs/frames.md."""
    return frame.apply(lambda column: column.dt.tz_localize(None) if "UTC" in str(column.dtype) else column)


def test_the_documented_line_takes_every_zone_away(frame):
    """Nothing else of a whole frame is changed by it; the first screen has none to begin with."""
    naive = without_zones(frame)
    assert not [name for name in naive if "UTC" in str(naive[name].dtype)]
    zoned = [name for name in frame if "UTC" in str(frame[name].dtype)]
    assert len(zoned) > 4
    assert not set(zoned) & set(SHORT_COLUMNS)
    assert naive.drop(columns=zoned).equals(frame.drop(columns=zoned))
    for name in zoned:
        assert (naive[name].dt.tz_localize("UTC").dropna() == frame[name].dropna()).all()


def test_a_whole_frame_goes_into_a_workbook(frame, tmp_path):
    """With lists and all, after the documented line; the first screen as it is."""
    pytest.importorskip("openpyxl")
    without_zones(frame).to_excel(tmp_path / "all.xlsx", index=False)
    assert list(pd.read_excel(tmp_path / "all.xlsx")) == list(frame)
    frame[list(SHORT_COLUMNS)].to_excel(tmp_path / "short.xlsx", index=False)


def test_to_excel_and_back(frame, tmp_path):
    """Excel has no zones: ``taken`` goes as it is, times in UTC after ``dt.tz_localize(None)``."""
    pytest.importorskip("openpyxl")
    path = tmp_path / "library.xlsx"
    short = frame[["name", "taken", "size", "kind", "make", "latitude", "id"]]
    short.to_excel(path, index=False)
    back = pd.read_excel(path)
    assert back["name"].dropna().tolist() == short["name"].dropna().tolist()
    assert back["size"].dropna().tolist() == short["size"].dropna().tolist()
    assert (back["taken"].dropna() - short["taken"].dropna()).abs().max() < pd.Timedelta(milliseconds=2)
    with pytest.raises(ValueError, match="timezone"):
        frame[["createdDate"]].to_excel(path)
    naive = frame.assign(createdDate=frame.createdDate.dt.tz_localize(None))
    naive[["createdDate"]].to_excel(path, index=False)
    assert pd.read_excel(path).createdDate.dt.year.tolist() == frame.createdDate.dt.year.tolist()


def test_to_csv_and_back(frame, backend, tmp_path):
    """The ids, texts, numbers and dates come back as they were, with the types named once."""
    path = tmp_path / "library.csv"
    flat = without_lists(frame)
    flat.to_csv(path, index=False)
    dates = [name for name, kind in flat.dtypes.items() if "datetime" in str(kind) or "timestamp" in str(kind)]
    kinds = {name: kind for name, kind in flat.dtypes.items() if name not in dates}
    back = pd.read_csv(path, dtype=kinds, parse_dates=dates, date_format="ISO8601")
    for name in kinds:
        expected = flat[name].fillna("") if flat[name].dtype in ("string", "string[pyarrow]") else flat[name]
        found = back[name].fillna("") if flat[name].dtype in ("string", "string[pyarrow]") else back[name]
        pd.testing.assert_series_equal(found, expected)
    assert back.taken.tolist() == pd.Series(flat.taken.tolist()).tolist()


def test_to_parquet_and_back(frame, backend, tmp_path):
    """Every column but the lists comes back with its type; a list comes back as an array of its texts."""
    path = tmp_path / "library.parquet"
    frame.to_parquet(path)
    back = pd.read_parquet(path, **({} if backend is None else {"dtype_backend": backend}))
    pd.testing.assert_frame_equal(
        without_lists(back), without_lists(frame), check_dtype=backend == "pyarrow", check_column_type=False
    )
    assert [tuple(value) for value in back.parents if value is not None] == frame.parents.dropna().tolist()


def test_to_json(frame):
    """Records of plain values: missing is null, lists are lists, dates are ISO texts."""
    records = json.loads(frame.to_json(orient="records", date_format="iso"))
    assert [record["name"] for record in records] == [name if pd.notna(name) else None for name in frame.name]
    assert records[0]["parents"] == (list(frame.parents[0]) if frame.parents[0] is not None else None)
    dated = next(record for record in records if record["taken"])
    assert pd.Timestamp(dated["taken"]).tzinfo is None
    assert pd.Timestamp(dated["createdDate"]).tzinfo is not None


def test_describe(frame):
    """Numbers and dates are described; so are texts, when asked for."""
    told = frame.describe()
    assert {"size", "width", "latitude", "iso", "taken"} <= set(told.columns)
    assert told.loc["max", "size"] == frame["size"].max()
    assert frame[["name", "kind"]].describe(include="all").loc["count", "kind"] == len(frame)


def test_groupby(frame):
    """By words, by parts of dates, and by lists, which are tuples and so can be keys."""
    by_kind = frame.groupby("extension")["size"].agg(["count", "sum"])
    assert by_kind["sum"].sum() == frame[frame.extension.notna()]["size"].sum()
    by_year = frame.groupby(frame.taken.dt.year).size()
    assert by_year.sum() == frame.taken.notna().sum()
    assert frame.groupby("parents").size().sum() == frame.parents.notna().sum()


def test_dates(frame):
    """``.dt`` gives parts of dates, and differences of times without a zone are durations."""
    taken = frame.taken.dropna()
    assert taken.dt.month.between(1, 12).all()
    assert taken.dt.strftime("%Y-%m").str.len().eq(7).all()
    assert (taken.max() - taken.min()) > pd.Timedelta(0)
    assert frame.createdDate.dt.tz_convert("Europe/Berlin").notna().all()


def test_dates_compare_with_text(frame, backend):
    """A date as text is its midnight; Arrow's times refuse text, in pandas' own words, and take a Timestamp."""
    begin = pd.Timestamp("2020-01-01")
    expected = [date for date in frame.taken.dropna() if date >= begin]
    assert frame[frame.taken >= begin].taken.tolist() == expected
    if backend == "pyarrow":
        with pytest.raises(TypeError, match="Invalid comparison"):
            _ = frame.taken >= "2020-01-01"
        return
    assert frame[frame.taken >= "2020-01-01"].taken.tolist() == expected
    aware = frame[frame.createdDate >= pd.Timestamp("2020-01-01", tz="UTC")]
    assert frame[frame.createdDate >= "2020-01-01"].id.tolist() == aware.id.tolist()
