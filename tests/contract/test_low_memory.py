"""A healthy catalogue on a machine that is short of something: nobody takes it for damaged, and nothing is lost."""

import os
import subprocess
import sys
import textwrap

import pytest

from amazon_photos import AmazonPhotos
from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogDamaged, CatalogError, SessionExpired

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps processes to RLIMIT_AS")

STARVED = textwrap.dedent("""
    import logging, resource, sys
    from amazon_photos import AmazonPhotos
    from amazon_photos.catalog.store import Store

    logging.basicConfig(stream=sys.stdout, level=logging.WARNING)
    store, ap = Store("ap.parquet"), AmazonPhotos(progress=False)
    ap.query(limit=3, save=False)  # everything is imported, and the account known
    with open("/proc/self/statm") as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + int(sys.argv[1]) * 1024,) * 2)
    for ask in (store.header, store.read, lambda: ap.query(limit=3), lambda: ap.find("type:(PHOTOS)"), ap.refresh):
        try:
            print("answered", len(ask() or ""), flush=True)
        except BaseException as error:
            print(type(error).__name__, error, flush=True)
""")


@pytest.fixture
def catalogue(service, tmp_path, monkeypatch):
    """ap.parquet of a library in the current folder; its path."""
    service.reset(files=3000)
    monkeypatch.chdir(tmp_path)
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        ap.refresh()
    return tmp_path / "ap.parquet"


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", [0, pytest.param(3_000, marks=pytest.mark.soak), 30_000])
def test_low_memory_is_no_damage(service, catalogue, kilobytes):
    """However little memory is left: the catalogue stays what it is under its name, whole, and is called damaged by
    nobody (fault A6).
    """
    ids = set(Store(catalogue).read(["id"]).column("id").to_pylist())
    run = subprocess.run(
        [sys.executable, "-c", STARVED, str(kilobytes)],
        env={**os.environ, **service.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,  # Arrow ends the process where there is nothing left at all
    )
    assert "is damaged" not in run.stdout + run.stderr
    assert "kept as" not in run.stdout + run.stderr
    if kilobytes == 0 and "terminate called" not in run.stderr:  # Arrow's own end, before anything could be told
        assert "CatalogError cannot read" in run.stdout
    assert set(Store(catalogue).read(["id"]).column("id").to_pylist()) == ids
    assert Store(catalogue).header().complete
    assert [path.name for path in catalogue.parent.glob("ap.parquet.*-*") if path.suffix != ".tmp"] == []


@pytest.mark.parametrize("content", [b"PAR1 damaged PAR1", b"", None], ids=["damaged", "empty", "another program's"])
def test_a_small_answer_takes_the_place_of_nothing(service, catalogue, content, caplog):
    """A query of three rows leaves a damaged file, an empty one and the predecessor's under their name (fault A6).

    Its result comes, a warning says that it was not saved and what to do, and a refresh then keeps the file aside.
    """
    import pandas as pd

    content = pd.DataFrame({"id": ["a"]}).to_parquet() if content is None else content
    catalogue.write_bytes(content)
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        assert len(ap.query(limit=3)) == 3
        assert catalogue.read_bytes() == content
        assert "the result was not saved" in caplog.text
        assert "refresh() keeps it aside" in caplog.text
        assert [path.name for path in catalogue.parent.iterdir() if "ap.parquet." in path.name] == ["ap.parquet.lock"]
        assert len(ap.db) > 3000
    (aside,) = catalogue.parent.glob("ap.parquet.*-2*")
    assert aside.read_bytes() == content


def test_a_refresh_that_fails_leaves_a_damaged_file_where_it_is(service, catalogue):
    """It is kept aside when what takes its place is there, not before (fault A6)."""
    catalogue.write_bytes(b"PAR1 damaged PAR1")
    service.faults([{"operation": "nodes.list", "nth": 3, "fault": "401"}])
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        with pytest.raises(SessionExpired):
            ap.refresh()
        assert catalogue.read_bytes() == b"PAR1 damaged PAR1"
        service.faults([])
        assert len(ap.refresh()) > 3000
    assert len(list(catalogue.parent.glob("ap.parquet.damaged-*"))) == 1


@pytest.mark.parametrize(
    "words",
    ["Couldn't deserialize thrift: std::bad_alloc", "ZSTD decompression failed: Allocation error : not enough memory"],
)
def test_a_shortage_in_the_words_of_damage_is_none(catalogue, words, monkeypatch):
    """Arrow tells of too little memory as if the file were wrong (fault A6)."""

    def read(*_, **__):
        raise OSError(words)

    monkeypatch.setattr("pyarrow.parquet.ParquetFile.read", read)
    with pytest.raises(CatalogError, match="cannot read") as told:
        Store(catalogue).read()
    assert not isinstance(told.value, CatalogDamaged)


@pytest.mark.parametrize("error", ["OSError('Unexpected end of stream')", "OSError(5, 'Input/output error')"])
def test_what_reads_well_the_second_time_is_not_damaged(catalogue, error, monkeypatch):
    """A disk or a network that fails for a moment: an error, and the file stays (fault A6)."""

    def read(*_, **__):
        raise eval(error)

    monkeypatch.setattr("pyarrow.parquet.ParquetFile.read", read)
    with pytest.raises(CatalogError, match="cannot read") as told:
        Store(catalogue).read()
    assert not isinstance(told.value, CatalogDamaged)


@pytest.mark.parametrize("second", [MemoryError(), OSError(24, "Too many open files"), OSError("std::bad_alloc")])
def test_a_second_reading_that_fails_for_the_machine_proves_nothing(catalogue, second, monkeypatch):
    """Damage is what a healthy machine cannot read: while it is short of something, nobody knows (fault A6)."""

    def fail(error):
        def read(*_, **__):
            raise error

        return read

    monkeypatch.setattr("pyarrow.parquet.ParquetFile.read", fail(OSError("Unexpected end of stream")))
    monkeypatch.setattr("pyarrow.parquet.ParquetFile.read_row_group", fail(second))
    with pytest.raises(CatalogError, match="cannot read") as told:
        Store(catalogue).read()
    assert not isinstance(told.value, CatalogDamaged)


def test_a_name_that_cannot_be_looked_at_is_not_free(catalogue, service, monkeypatch):
    """Where the system cannot say what stands there, nothing is built in its place (fault A6)."""
    before, really = catalogue.read_bytes(), os.stat

    def stat(path, *arguments, **more):
        if str(path).endswith("ap.parquet"):
            raise OSError(5, "Input/output error")
        return really(path, *arguments, **more)

    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        ap.usage()
        with monkeypatch.context() as patched:
            patched.setattr(os, "stat", stat)
            for ask in (ap.refresh, lambda: ap.db):
                with pytest.raises(CatalogError, match=r"cannot look at .*Input/output error"):
                    ask()
            assert len(ap.query(limit=3)) == 3
    assert catalogue.read_bytes() == before
