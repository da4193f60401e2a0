"""Relations when power goes, and when somebody else writes: what is there goes together, and nothing is lost."""

import contextlib
import json
import shutil
import signal
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amazon_photos import Catalog, errors
from amazon_photos.catalog.store import Store
from memberships import PART, members, names, pages_asked
from odd_service import Answer


@pytest.fixture
def breaking(connect_odd):
    """Makes a service that fails in the middle of a refresh, for as long as the list that comes along is not empty."""

    @contextlib.contextmanager
    def breaking():
        broken = [True]

        async def odd(asked, forward):
            if broken and asked.path.endswith("/search") and asked.query.get("filters") == "things:(sky)":
                return Answer(500, b"{}", {"Content-Type": "application/json"})
            return await forward()

        with connect_odd(odd) as strange:
            yield broken, strange

    return breaking


def test_a_failure_in_between_leaves_what_was_and_goes_on_there(service, connect_same, breaking, right):
    """Every key that was listed before is not listed again, and nothing stays beside the file."""
    with breaking() as (broken, strange), connect_same(strange, max_concurrency=1) as ap:
        with pytest.raises(errors.Unavailable):
            ap.refresh(relations=True)
        assert Path("ap.parquet").exists()
        with pytest.raises(errors.CatalogIncomplete):
            ap.catalog.relations()
        kept = len(names(PART)) - 1
        broken.clear()
        service.requests.clear()
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        keys = {(request.path, request.query.get("filters")) for request in pages_asked(service)}
        assert len(keys) == len(ap.catalog.relation_keys()) - kept
        assert kept > 5
    assert names() == ["ap.parquet", "ap.parquet.lock", "ap.relations.parquet"]


def test_what_changed_since_an_interruption_is_listed_again(service, connect_same, breaking, right):
    """The answers from before it are used, but for those of keys that something happened to."""
    album, node = next((key, one) for relation, key, one in right if relation == "album")
    with breaking() as (broken, strange), connect_same(strange, max_concurrency=1) as ap:
        with pytest.raises(errors.Unavailable):
            ap.refresh(relations=True)
        ap.albums.remove(album, [node])
        broken.clear()
        ap.refresh(relations=True)
        assert members(ap.catalog) == right - {("album", album, node)}


SCRIPT = """
import sys
from amazon_photos import AmazonPhotos, Settings
with AmazonPhotos(settings=Settings.load(page_size=4, max_concurrency=2), progress=False) as ap:
    ap.refresh(relations=True)
"""


def test_a_kill_costs_what_was_under_way(service, connect_same, right, start_process):
    """SIGKILL in the middle: the next run lists what is left, and one key for each request that was under way."""
    service.set(latency=0.02)
    process = start_process(SCRIPT)
    while not PART.exists() or len(names(PART)) < 12:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    service.set(latency=0)
    with connect_same() as ap:
        kept = sum(name.endswith(".json") for name in names(PART)) - 1
        service.requests.clear()
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        asked = {(request.path, request.query.get("filters")) for request in pages_asked(service)}
        assert len(asked) == len(ap.catalog.relation_keys()) - kept
    assert not PART.exists()


def test_what_is_not_ours_in_the_journals_place_stays(connect_same, right):
    """A folder of somebody's with the journal's name loses nothing, and the refresh works."""
    PART.mkdir()
    theirs = {"about.json": b"{}", "0" * 32 + ".json": b"theirs", "a.jpg": b"x"}
    for name, content in theirs.items():
        (PART / name).write_bytes(content)
    with connect_same() as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
    assert {path.name: path.read_bytes() for path in PART.iterdir()} == theirs


# --- somebody else ---------------------------------------------------------------------------------------------------


def test_two_processes_refresh_at_once(connect_same, right, start_process):
    """One waits for the other; both end well."""
    processes = [start_process(SCRIPT) for _ in range(2)]
    assert [process.communicate()[1] for process in processes] == ["", ""]
    assert members(Catalog("ap.parquet")) == right


def test_the_file_of_another_account_is_kept_aside(connect_same, right, caplog):
    """It is never shown, and a warning says where it went."""
    with connect_same() as ap:
        ap.refresh(relations=True)
        table = pq.read_table("ap.relations.parquet")
        told = json.loads(table.schema.metadata[b"amazon_photos_relations"])
        told["owner"] = "SOMEBODY"
        pq.write_table(
            table.replace_schema_metadata({b"amazon_photos_relations": json.dumps(told)}), "ap.relations.parquet"
        )
        with pytest.raises(errors.CatalogForeign, match="belongs to another account"):
            ap.catalog.relations()
        with pytest.raises(errors.CatalogIncomplete, match="belongs to another account"):
            ap.catalog.sql("from relations")
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
    (aside,) = [name for name in names() if "of-another-account" in name]
    assert len(pd.read_parquet(aside)) == len(right)
    assert aside in caplog.text


def test_a_damaged_file_is_built_anew(connect_same, right):
    """And kept aside."""
    with connect_same() as ap:
        ap.refresh(relations=True)
        whole = bytearray(Path("ap.relations.parquet").read_bytes())
        whole[40:80] = bytes(40)
        Path("ap.relations.parquet").write_bytes(whole)
        with pytest.raises(errors.CatalogDamaged, match="damaged"):
            ap.catalog.relations()
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
    assert [name for name in names() if name.startswith("ap.relations.parquet.damaged-")]


@pytest.mark.parametrize("how", ["turned round", "twice", "a count that is no number"])
def test_a_file_that_somebody_wrote_in_another_order_is_built_anew(connect_same, right, how):
    """Its metadata still there: no row is lost, none is there twice, and theirs is kept aside."""
    with connect_same() as ap:
        ap.refresh(relations=True)
        table = pq.read_table("ap.relations.parquet")
        told = json.loads(table.schema.metadata[b"amazon_photos_relations"])
        if how == "twice":
            table = pa.concat_tables([table, table])
        elif how == "turned round":
            table = table.take([*range(1, len(table), 2), *range(0, len(table), 2)])
        else:
            told["keys"][0]["count"] = 2**63
        pq.write_table(
            table.replace_schema_metadata({b"amazon_photos_relations": json.dumps(told)}), "ap.relations.parquet"
        )
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
    assert [name for name in names() if name.startswith("ap.relations.parquet.damaged-")]


def test_a_catalogue_of_a_version_without_revisions_gets_one(connect_same, right):
    """The relations say which they go with, so the catalogue is written once more."""
    with connect_same() as ap:
        ap.refresh()
        table = pq.read_table("ap.parquet")
        told = json.loads(table.schema.metadata[b"amazon_photos"])
        del told["revision"]
        pq.write_table(table.replace_schema_metadata({b"amazon_photos": json.dumps(told)}), "ap.parquet")
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        assert Store("ap.parquet").relations.header().revision == Store("ap.parquet").header().revision is not None


@pytest.mark.parametrize("old", ["ap.parquet", "ap.relations.parquet"])
def test_one_of_the_two_put_back_from_a_backup(connect_same, right, old):
    """What is shown goes with the catalogue that is there, and the next refresh puts both right."""
    node = next(one for relation, _, one in right if relation == "album")
    album = next(key for relation, key, one in right if relation == "album" and one == node)
    with connect_same() as ap:
        ap.refresh(relations=True)
        ap.trash(node)
        ap.refresh(relations=True)
        shutil.copy(old, "backup")
        ap.restore(node)
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        shutil.copy("backup", old)
        assert {one for _, _, one in members(ap.catalog)} <= set(ap.catalog.frame().id)
        assert node not in {one for _, _, one in members(ap.catalog)}
        ap.albums.remove(album, [node])
        ap.refresh(relations=True)
        assert members(ap.catalog) == right - {("album", album, node)}
