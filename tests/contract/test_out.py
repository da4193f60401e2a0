"""What out= writes: a file that any program reads, whole, and nothing else."""

import json
import os
import stat
from pathlib import Path

import duckdb
import pandas as pd
import polars
import pytest

from amazon_photos import AmazonPhotos, errors
from transfers import remove_deep

BACKENDS = (None, "numpy_nullable", "pyarrow")


def read_by_dask(path):
    import dask.dataframe  # as slow to load as everything else together, and each worker collects all tests

    return dask.dataframe.read_parquet(path).compute()


READERS = {
    "pandas": pd.read_parquet,
    "pandas, pyarrow": lambda path: pd.read_parquet(path, dtype_backend="pyarrow"),
    "dask": read_by_dask,
    "polars": lambda path: polars.read_parquet(path),
    "duckdb": lambda path: duckdb.sql(f"select * from '{path}'").pl(),
}


@pytest.fixture
def seeded(service, tmp_path, monkeypatch):
    """``seeded(dtype_backend)``: a client in a folder that is its home."""
    service.reset(files=60)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    def make(dtype_backend=None):
        return AmazonPhotos(service.cookies, endpoint=service.url, progress=False, dtype_backend=dtype_backend)

    return make


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("limit", [30, 0], ids=["some rows", "no rows"])
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_every_program_reads_what_out_writes(seeded, backend, limit):
    """pandas, Dask, Polars and DuckDB, whatever dtype_backend the client has (fault D6)."""
    with seeded(backend) as ap:
        found = ap.query("type:(PHOTOS)", limit=limit, out="some.parquet", save=False)
        ap.photos(limit=limit, out="photos.parquet", save=False)
        ap.videos(limit=limit, out="videos.parquet", save=False)
    for name, read in READERS.items():
        there = read("some.parquet")
        assert list(there.columns) == list(found.columns), name
        assert list(there["id"]) == list(found.id), name
        assert list(there["size"]) == list(found["size"]), name
        assert [list(parents) for parents in there["parents"]] == [list(parents) for parents in found.parents], name
        read("photos.parquet")
        read("videos.parquet")
    if backend == "numpy_nullable":
        assert pd.read_parquet("some.parquet")["size"].dtype == found["size"].dtype


def test_no_rows_have_the_types_of_some(seeded):
    """A result without rows can be put below another: the columns have the same types (fault D6)."""
    for backend in BACKENDS:
        with seeded(backend) as ap:
            ap.query("type:(PHOTOS)", limit=5, out="some.parquet", save=False)
            ap.query("type:(PHOTOS)", limit=0, out="none.parquet", save=False)
        assert polars.read_parquet("some.parquet").schema == polars.read_parquet("none.parquet").schema


@pytest.mark.parametrize("backend", BACKENDS)
def test_aggregations_are_written_whatever_the_backend(seeded, backend):
    """JSON that reads back (fault D6)."""
    with seeded(backend) as ap:
        found = ap.aggregations("type", out="a.json")
    assert [row["value"] for row in json.loads(Path("a.json").read_text("utf-8"))] == list(found.value)


@pytest.fixture(params=["query", "aggregations"])
def writing(request, seeded):
    """``writing(out)``: each of the operations that write to out=."""
    with seeded() as ap:
        yield (
            (lambda out: ap.query(limit=3, save=False, out=out))
            if request.param == "query"
            else (lambda out: ap.aggregations("type", out=out))
        )


@pytest.mark.parametrize("out", ["a\0b", "", b"x.parquet", "\0"])
def test_what_is_no_path_is_refused_before_anything_is_sent(service, writing, out):
    """A NUL, nothing, bytes: an error that names the argument (fault B7)."""
    with pytest.raises(errors.InvalidInput, match=r"^out (holds|must|is)"):
        writing(out)
    assert service.requests == []


def test_what_the_system_refuses_is_an_error_of_ours(service, writing):
    """5,000 characters: an error that says so, shortly, before anything is sent (fault B7)."""
    with pytest.raises(errors.InvalidInput, match="out is too long: ") as told:
        writing("x" * 5000)
    assert len(str(told.value)) < 500
    assert service.requests == []


def test_the_longest_name_there_is_can_be_written(writing):
    """The temporary name beside it is no longer than the system allows (fault B7)."""
    name = "é" * 123 + ".p"
    writing(name)
    assert Path(name).is_file()


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device"])
def test_what_is_no_file_is_left_as_it_is(service, writing, tmp_path, kind):
    """A folder, a pipe and a device are named and neither replaced nor waited for (fault B7)."""
    out = tmp_path / "out"
    if kind == "a folder":
        out.mkdir()
    elif kind == "a pipe":
        os.mkfifo(out)
    else:
        out.symlink_to("/dev/null")
    before = out.lstat().st_mode, sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(errors.LocalFileError, match=f"out': it is {kind}"):
        writing(out)
    assert (out.lstat().st_mode, sorted(path.name for path in tmp_path.iterdir())) == before
    assert Path("/dev/null").is_char_device()
    assert service.requests == []


@pytest.mark.parametrize("out", ["drive/a", "drive/2012/a", "link"])
def test_a_drive_that_is_not_there_is_not_made(service, writing, tmp_path, out):
    """At or below a link that leads nowhere: the error that downloads give, before anything is sent (fault D5)."""
    (tmp_path / "drive").symlink_to(tmp_path / "media" / "stick")
    (tmp_path / "link").symlink_to(tmp_path / "media" / "stick" / "a")
    with pytest.raises(errors.LocalFileError, match=r"is a link to '.*stick(/a)?', where nothing is; .*mounted"):
        writing(out)
    assert not (tmp_path / "media").exists()
    assert service.requests == []


def test_a_place_below_a_file_is_refused_before_anything_is_sent(service, writing, tmp_path):
    """No folder can be made there (fault D5)."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(errors.LocalFileError, match="file is a file"):
        writing("file/below/a")
    assert service.requests == []


def test_a_deep_place_is_made(writing, tmp_path):
    """As many folders as a path has room for, above the file too (faults B4, D5)."""
    deep = "d/" * 1200
    try:
        writing(f"{deep}a")
        size = Path(f"{deep}a").stat().st_size
    finally:
        remove_deep(tmp_path / "d")
    assert size > 100


def test_home_is_home_and_a_link_stays_a_link(writing, tmp_path):
    """``~`` is the home folder, nothing is left over, and what a link leads to gets the result."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "real")
    writing("~/link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "disk" / "real").stat().st_size > 100
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["real"]
    assert not [path for path in tmp_path.iterdir() if path.name == "~" or ".part" in path.name]


def test_a_result_is_on_the_disk_before_it_gets_its_name(writing, tmp_path, monkeypatch):
    """A power cut leaves the whole file or the old one: synced, then renamed."""
    steps, sync, rename = [], os.fsync, os.replace

    def fsync(number):
        if stat.S_ISREG(os.fstat(number).st_mode):
            steps.append(("synced", os.fstat(number).st_ino))
        sync(number)

    def replace(source, target):
        steps.append(("renamed", source.stat().st_ino))
        rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    writing(tmp_path / "out.x")
    number = (tmp_path / "out.x").stat().st_ino
    assert [step for step in steps if step[1] == number] == [("synced", number), ("renamed", number)]
