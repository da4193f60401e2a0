"""Relations when the service answers oddly, when somebody else writes, and when power goes."""

import json
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from amazon_photos import AmazonPhotos, Catalog, Settings, errors
from amazon_photos.catalog.store import Store
from odd_service import Answer

PAGE = 4
PART = Path("ap.relations.parquet.part")


@pytest.fixture
def connect(service, tmp_path, monkeypatch):
    """Makes clients with small pages that lose no time, of a service or a proxy before it; one catalogue."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=40)

    def connect(of=service, **settings):
        usual = {"page_size": PAGE, "backoff_initial": 0.01, "backoff_max": 0.02, "max_attempts": 2}
        return AmazonPhotos(of.cookies, settings=Settings(endpoint=of.url, **usual | settings), progress=False)

    return connect


@pytest.fixture
def right(connect):
    """What a service that answers as it should tells: rows without their times."""
    with connect() as ap:
        ap.refresh(relations=True)
        rows = members(ap.catalog)
    for name in ("ap.parquet", "ap.relations.parquet"):
        Path(name).unlink()
    return rows


def names(folder="."):
    return sorted(path.name for path in Path(folder).iterdir())


def members(catalog):
    rows = catalog.relations()
    assert not rows.duplicated(["relation", "key", "id"]).any()
    return set(rows[["relation", "key", "id"]].itertuples(index=False, name=None))


def listed(service):
    return [request for request in service.requests if request.path.endswith(("/search", "/children"))]


def searched(asked, word):
    return asked.path.endswith("/search") and asked.query.get("filters", "").startswith(word)


def refused(status):
    return Answer(status, json.dumps({"message": "no"}).encode(), {"Content-Type": "application/json"})


# --- a service that answers oddly ------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [+3, +1000, -1000], ids=["too high", "far too high", "too low"])
def test_wrong_counts_lose_no_row(service, connect, connect_odd, right, wrong):
    """Neither those of aggregations nor those of pages; and they are no reason to list again the next time."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.path.endswith("/aggregation"):
            for entry in answer.json["aggregations"]:
                entry["count"] = max(1, entry["count"] + wrong)
        elif asked.path.endswith("/search"):
            answer.json["count"] = max(1, answer.json["count"] + wrong)
        return answer

    with connect_odd(odd) as strange, connect(strange) as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        service.requests.clear()
        ap.refresh(relations=True)
        assert listed(service) == []


@pytest.mark.parametrize("times", [1, 100], ids=["once", "always"])
def test_a_page_that_repeats_is_read_again(connect, connect_odd, right, times):
    """What it hid comes with the second reading; one that always repeats is no reason to go without the rest."""
    left = [times]
    place, count = Counter(key for relation, key, _ in right if relation == "place").most_common(1)[0]
    assert count > 2 * PAGE

    async def odd(asked, forward):
        if searched(asked, f"location:({place})") and asked.query["offset"] == str(PAGE) and left[0] > 0:
            left[0] -= 1
            return await forward(query={**asked.query, "offset": "0"})
        return await forward()

    with connect_odd(odd) as strange, connect(strange) as ap:
        ap.refresh(relations=True)
        hidden = right - members(ap.catalog)
        assert left[0] == (0 if times == 1 else times - 2)
        assert (len(hidden) == 0) == (times == 1)
        assert {(relation, key) for relation, key, _ in hidden} <= {("place", place)}


def test_a_refused_category_keeps_what_it_had(connect, connect_odd, right, caplog):
    """A warning says so, and the other relations are refreshed."""
    no = set()

    async def odd(asked, forward):
        return refused(400) if asked.query.get("category") in no else await forward()

    with connect_odd(odd) as strange, connect(strange) as ap:
        ap.refresh(relations=True)
        no |= {"things", "familyMembers"}
        gone = next(one for relation, _, one in right if relation == "place")
        ap.trash(gone)
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[2] != gone}
    assert "Amazon does not tell things: what is known of them stays" in caplog.text


def test_a_refused_key_keeps_what_it_had(connect, connect_odd, right, caplog):
    """It is asked for again the next time; the others are there."""
    no = [True]

    async def odd(asked, forward):
        return refused(403) if no[0] and searched(asked, "things:(sky)") else await forward()

    with connect_odd(odd) as strange, connect(strange) as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[:2] != ("thing", "sky")}
        assert "Amazon does not list thing sky" in caplog.text
        no[0] = False
        ap.refresh(relations=True)
        assert members(ap.catalog) == right


def test_an_album_that_is_deleted_meanwhile_has_no_rows(connect, connect_odd, right):
    """It was in the catalogue a moment ago, and is a 404 now."""
    album = next(key for relation, key, _ in right if relation == "album")

    async def odd(asked, forward):
        return refused(404) if asked.path.endswith(f"/{album}/children") else await forward()

    with connect_odd(odd) as strange, connect(strange) as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[1] != album}
        assert album not in set(ap.catalog.relation_keys().key)


def test_an_index_that_lags_is_asked_again(service, connect, connect_odd, right):
    """It lists what is in the trash: no row, and listed again when the node is back, though no count tells of it."""
    node, lag = next(one for relation, key, one in right if (relation, key) == ("thing", "sky")), [False]

    async def odd(asked, forward):
        answer = await forward()
        if lag[0] and searched(asked, "things:(sky)"):
            answer.json["data"] += [{"id": node}, {"name": "without an id"}, {"id": 5}, {"id": "../no id"}]
        return answer

    with connect_odd(odd) as strange, connect(strange) as ap:
        ap.refresh(relations=True)
        lag[0] = True
        ap.trash(node)
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[2] != node}
        ap.restore(node)
        lag[0] = False
        ap.refresh(relations=True)
        assert ("thing", "sky", node) in members(ap.catalog)


def test_a_listing_that_lags_is_asked_again(connect, connect_odd, right):
    """An album that does not list yet what was put into it a moment ago."""
    album = next(key for relation, key, _ in right if relation == "album")
    new = next(one for _, _, one in right if ("album", album, one) not in right)
    lag = [True]

    async def odd(asked, forward):
        answer = await forward()
        if lag[0] and asked.method == "GET" and asked.path.endswith(f"/{album}/children"):
            answer.json["data"] = [node for node in answer.json["data"] if node["id"] != new]
        return answer

    with connect_odd(odd) as strange, connect(strange) as ap:
        ap.albums.add(album, [new])
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        lag[0] = False
        ap.refresh(relations=True)
        assert members(ap.catalog) == right | {("album", album, new)}


# --- interrupted -----------------------------------------------------------------------------------------------------


def test_a_failure_in_between_leaves_what_was_and_goes_on_there(service, connect, connect_odd, right):
    """Every key that was listed before is not listed again, and nothing stays beside the file."""
    broken = [True]

    async def odd(asked, forward):
        return refused(500) if broken[0] and searched(asked, "things:(sky)") else await forward()

    with connect_odd(odd) as strange, connect(strange, max_concurrency=1) as ap:
        with pytest.raises(errors.Unavailable):
            ap.refresh(relations=True)
        assert Path("ap.parquet").exists()
        with pytest.raises(errors.CatalogIncomplete):
            ap.catalog.relations()
        kept = len(names(PART)) - 1
        broken[0] = False
        service.requests.clear()
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        keys = {(request.path, request.query.get("filters")) for request in listed(service)}
        assert len(keys) == len(ap.catalog.relation_keys()) - kept
        assert kept > 5
    assert names() == ["ap.parquet", "ap.parquet.lock", "ap.relations.parquet"]


def test_what_changed_since_an_interruption_is_listed_again(service, connect, connect_odd, right):
    """The answers from before it are used, but for those of keys that something happened to."""
    broken = [True]

    async def odd(asked, forward):
        return refused(500) if broken[0] and searched(asked, "things:(sky)") else await forward()

    album, node = next((key, one) for relation, key, one in right if relation == "album")
    with connect_odd(odd) as strange, connect(strange, max_concurrency=1) as ap:
        with pytest.raises(errors.Unavailable):
            ap.refresh(relations=True)
        ap.albums.remove(album, [node])
        broken[0] = False
        ap.refresh(relations=True)
        assert members(ap.catalog) == right - {("album", album, node)}


SCRIPT = """
import sys
from amazon_photos import AmazonPhotos, Settings
with AmazonPhotos(settings=Settings.load(page_size=4, max_concurrency=2), progress=False) as ap:
    ap.refresh(relations=True)
"""


def test_a_kill_costs_what_was_under_way(service, connect, right, start_process):
    """SIGKILL in the middle: the next run lists what is left, and one key for each request that was under way."""
    service.set(latency=0.02)
    process = start_process(SCRIPT)
    while not PART.exists() or len(names(PART)) < 12:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    service.set(latency=0)
    with connect() as ap:
        kept = sum(name.endswith(".json") for name in names(PART)) - 1
        service.requests.clear()
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        asked = {(request.path, request.query.get("filters")) for request in listed(service)}
        assert len(asked) == len(ap.catalog.relation_keys()) - kept
    assert not PART.exists()


def test_what_is_not_ours_in_the_journals_place_stays(connect, right):
    """A folder of somebody's with the journal's name loses nothing, and the refresh works."""
    PART.mkdir()
    theirs = {"about.json": b"{}", "0" * 32 + ".json": b"theirs", "a.jpg": b"x"}
    for name, content in theirs.items():
        (PART / name).write_bytes(content)
    with connect() as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
    assert {path.name: path.read_bytes() for path in PART.iterdir()} == theirs


# --- somebody else ---------------------------------------------------------------------------------------------------


def test_two_processes_refresh_at_once(connect, right, start_process):
    """One waits for the other; both end well."""
    processes = [start_process(SCRIPT) for _ in range(2)]
    assert [process.communicate()[1] for process in processes] == ["", ""]
    assert members(Catalog("ap.parquet")) == right


def test_the_file_of_another_account_is_kept_aside(connect, right, caplog):
    """It is never shown, and a warning says where it went."""
    with connect() as ap:
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


def test_a_damaged_file_is_built_anew(connect, right):
    """And kept aside."""
    with connect() as ap:
        ap.refresh(relations=True)
        whole = bytearray(Path("ap.relations.parquet").read_bytes())
        whole[40:80] = bytes(40)
        Path("ap.relations.parquet").write_bytes(whole)
        with pytest.raises(errors.CatalogDamaged, match="damaged"):
            ap.catalog.relations()
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
    assert [name for name in names() if name.startswith("ap.relations.parquet.damaged-")]


def test_a_catalogue_of_a_version_without_revisions_gets_one(connect, right):
    """The relations say which they go with, so the catalogue is written once more."""
    with connect() as ap:
        ap.refresh()
        table = pq.read_table("ap.parquet")
        told = json.loads(table.schema.metadata[b"amazon_photos"])
        del told["revision"]
        pq.write_table(table.replace_schema_metadata({b"amazon_photos": json.dumps(told)}), "ap.parquet")
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        assert Store("ap.parquet").relations.header().revision == Store("ap.parquet").header().revision is not None


@pytest.mark.parametrize("old", ["ap.parquet", "ap.relations.parquet"])
def test_one_of_the_two_put_back_from_a_backup(connect, right, old):
    """What is shown goes with the catalogue that is there, and the next refresh puts both right."""
    node = next(one for relation, _, one in right if relation == "album")
    album = next(key for relation, key, one in right if relation == "album" and one == node)
    with connect() as ap:
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
