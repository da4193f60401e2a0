"""The rows of a listing on the disk do what the same rows in memory do."""

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amazon_photos.catalog import movies, parquet_file, sorted_rows
from amazon_photos.catalog.changes import newest
from amazon_photos.catalog.journal import About, Journal
from amazon_photos.catalog.rows import CatalogRows
from libraries import table_of_nodes

ABOUT = About(owner="OWNER", filters="status:AVAILABLE", began=1_700_000_000_000)
STILL = {"childAssetTypeInfo": [{"assetType": "LIVE_VIDEO"}]}
IDS = [f"n{number}" for number in range(12)]


@pytest.fixture(autouse=True, scope="module")
def small_groups():
    """Few rows are many row groups, of pieces as of the catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet_file, "ROWS_PER_GROUP", 5)
        patch.setattr(sorted_rows, "ROWS_AT_ONCE", 3)
        yield


@st.composite
def node(draw):
    """A file, a folder, a live photo, or the movie of one."""
    kind = draw(st.sampled_from(["FILE", "FILE", "FOLDER", "STILL", "ASSET"]))
    made = {
        "id": draw(st.sampled_from(IDS)),
        "kind": "FILE" if kind == "STILL" else kind,
        "status": draw(st.sampled_from(["AVAILABLE", "AVAILABLE", "PENDING", "TRASH"])),
        "version": draw(st.integers(1, 3)),
        "modifiedDate": f"2020-01-0{draw(st.integers(1, 4))}T00:00:00.000Z",
        "name": draw(st.sampled_from(["a", "b"])),
        "ownerId": "OWNER",
    }
    if kind != "FOLDER" and draw(st.booleans()):
        made["contentProperties"] = {"contentDate": f"20{draw(st.integers(10, 14))}-02-03T04:05:06.000Z"}
    if kind == "ASSET":
        made["parents"] = [draw(st.sampled_from(IDS))]
    return made | (STILL if kind == "STILL" else {})


nodes = st.lists(node(), max_size=8).map(lambda found: table_of_nodes(*found))


def keep(folder, spans):
    journal = Journal.open(folder, ABOUT)
    journal.clear()
    for number, span in enumerate(spans):
        journal.keep(span, until=number)
    return journal


def rows_of(table):
    return sorted(table.drop_columns(["tempLink"]).to_pylist(), key=lambda row: (row["id"], row.get("change", "")))


def dates_of(table):
    return table["contentDate"].to_pylist()


def by_date(table):
    return sorted(dates_of(table), key=lambda date: (date is None, date))


def check_same(listed, whole):
    """All rows, in the order of the catalogue, and what is counted and looked for in those few columns."""
    groups = list(listed.groups())
    assert [len(group) for group in groups[:-1]] == [5] * len(groups[:-1])
    assert rows_of(listed.load_all()) == rows_of(whole.loaded)
    assert dates_of(listed.load_all()) == by_date(whole.loaded)
    assert len(listed) == len(whole)
    for told in (movies.has_any, movies.has_stills):
        assert told(listed.load_few()) == told(whole.loaded)
    assert rows_of(movies.select_kept(listed.load_few(), whole.loaded)) == rows_of(
        movies.select_kept(whole.loaded, whole.loaded)
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(nodes, max_size=4), st.lists(st.tuples(nodes, st.lists(st.sampled_from(IDS), max_size=3)), max_size=3))
def test_they_become_what_the_same_rows_in_memory_become(tmp_path, spans, rounds):
    """Spans that share ids, then changes: what is told, and what is there afterwards, is the same (random ones)."""
    listed = keep(tmp_path / "ap.parquet.part", spans).gather()
    whole = CatalogRows(newest(pa.concat_tables([table_of_nodes(), *spans]).unify_dictionaries()))
    check_same(listed, whole)
    for incoming, removed in rounds:
        listed, said = listed.apply(incoming, removed)
        whole, expected = whole.apply(incoming, removed)
        assert rows_of(said.table) == rows_of(expected.table)
        check_same(listed, whole)
        wanted = pa.array(IDS[::2])
        assert rows_of(listed.pick(wanted)) == rows_of(whole.pick(wanted))


def test_rows_of_one_date_stay_in_the_order_in_which_they_came(tmp_path, at):
    """The earlier span first, and what changed meanwhile last."""
    spans = [table_of_nodes(at("a", 2019), at("b", 2018)), table_of_nodes(at("c", 2019), at("d", 2018))]
    listed, _ = keep(tmp_path / "ap.parquet.part", spans).gather().apply(table_of_nodes(at("b", 2018, version=2)))
    assert listed.load_all()["id"].to_pylist() == ["d", "b", "a", "c"]
