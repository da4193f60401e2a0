"""What queries and uploads bring is merged into the file row group by row group: all of it, or nothing."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kills
from amazon_photos.catalog import changes, parquet_file
from amazon_photos.catalog.merge import merge
from amazon_photos.catalog.row_groups import load_rows
from amazon_photos.catalog.schema import AGE, Header
from amazon_photos.catalog.sorted_rows import sort_rows
from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogDamaged, CatalogError
from libraries import table_of_nodes

HEADER = Header(owner="OWNER", complete=True)


@pytest.fixture(autouse=True, scope="module")
def small_groups():
    """Few rows are many row groups."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet_file, "ROWS_PER_GROUP", 4)
        yield


@pytest.fixture
def store(tmp_path):
    (tmp_path / "c").mkdir()
    return Store(tmp_path / "c" / "ap.parquet")


def clear(store):
    for path in sorted(store.path.parent.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def write(store, table):
    with store.lock():
        store.write(table, HEADER, what=None)


def ids(table):
    return table["id"].to_pylist()


def rows_of(table):
    return table.drop_columns(["tempLink"]).to_pylist()


@st.composite
def node(draw):
    made = {
        "id": draw(st.sampled_from([f"n{number}" for number in range(16)])),
        "status": draw(st.sampled_from(["AVAILABLE", "AVAILABLE", "PENDING", "TRASH"])),
        "version": draw(st.integers(1, 3)),
        "name": draw(st.sampled_from(["a", "b"])),
        "kind": draw(st.sampled_from(["FILE", "FOLDER"])),
        "labels": draw(st.lists(st.sampled_from(["x", "y"]), max_size=2)),
    }
    if draw(st.booleans()):
        made["contentProperties"] = {"contentDate": f"20{draw(st.integers(10, 14))}-02-03T04:05:06.000Z"}
    return made


nodes_of_a_query = st.lists(node(), max_size=12).map(lambda found: table_of_nodes(*found))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(nodes_of_a_query, nodes_of_a_query), min_size=1, max_size=4))
def test_the_file_becomes_what_the_same_rows_in_memory_become(store, queries):
    """Merged again and again: rows, their order, what is told and what a cursor tells are as in memory (random)."""
    clear(store)
    whole = table_of_nodes()
    write(store, whole)
    for incoming, nodes in queries:
        trashed = nodes.select(AGE)
        expected = changes.compare_newer(whole, incoming, trashed)
        since = store.require_header().revision
        said = merge(store, owner="OWNER", table=incoming, trashed=trashed)
        assert rows_of(said.table) == rows_of(expected.table)
        steps = store.history.read_since(store.require_header().revision, since)
        assert [row for step in steps for row in rows_of(step)] == rows_of(expected.table)
        gone = expected.table.filter(pc.not_equal(expected.table["change"], "added"))["id"]
        kept = whole.filter(pc.invert(pc.is_in(whole["id"], gone.combine_chunks())))
        whole = sort_rows(pa.concat_tables([kept, expected.select_fresh()]).unify_dictionaries())
        assert rows_of(store.read()) == rows_of(whole)
        groups = pq.ParquetFile(store.path).metadata
        sizes = [groups.row_group(group).num_rows for group in range(groups.num_row_groups)]
        assert all(size == 4 for size in sizes[:-1])


def test_the_movie_of_a_trashed_live_photo_leaves_with_it(store, at):
    """Its row says no other thing than its photo's; movies of other photos stay, and none is asked for anew."""
    told = {"childAssetTypeInfo": [{"assetType": "LIVE_VIDEO"}], "kind": "FILE"}
    movie = {"assetProperties": {"assetType": "LIVE_VIDEO"}, "kind": "ASSET"}
    photos = [at(name, 2001, version=2, **told) for name in ("gone", "kept")]
    movies = [{"id": f"{name} movie", "version": 9, "parents": [name], **movie} for name in ("gone", "kept")]
    with store.lock():
        store.write(table_of_nodes(*photos, *movies), replace(HEADER, has_movies=True), what=None)
    merge(store, owner="OWNER", table=table_of_nodes({"id": "new"}), trashed=table_of_nodes(photos[0]).select(AGE))
    assert set(ids(store.read())) == {"kept", "kept movie", "new"}
    assert store.require_header().has_movies


def test_only_the_movies_of_stills_that_leave_go(store, at):
    """A photo that a query brings anew, and that names no movie in this answer, keeps its own beside one that went."""
    told = {"childAssetTypeInfo": [{"assetType": "LIVE_VIDEO"}], "kind": "FILE"}
    movie = {"assetProperties": {"assetType": "LIVE_VIDEO"}, "kind": "ASSET"}
    gone, kept = (at(name, 2001, version=2, **told) for name in ("gone", "kept"))
    movies = [{"id": f"{name} movie", "version": 9, "parents": [name], **movie} for name in ("gone", "kept")]
    write(store, table_of_nodes(gone, kept, *movies))
    newer = at("kept", 2001, version=3, kind="FILE")
    merge(store, owner="OWNER", table=table_of_nodes(newer), trashed=table_of_nodes(gone).select(AGE))
    assert set(ids(store.read())) == {"kept", "kept movie"}


def test_a_file_that_is_in_no_order_is_put_in_order(store, at):
    """Another program may have written it: what is merged comes to its place, and so do its own rows."""
    write(store, table_of_nodes(*(at(f"{year}", year) for year in range(2001, 2012))))
    meant = store.read()
    mixed = meant.take(pa.array([7, 2, 9, 0, 10, 4, 1, 3, 8, 5, 6]))
    pq.write_table(mixed.replace_schema_metadata(pq.read_schema(store.path).metadata), store.path, row_group_size=4)
    merge(store, owner="OWNER", table=table_of_nodes(at("new", 2005)))
    years = [str(year) for year in range(2001, 2012)]
    assert ids(store.read()) == [*years[:5], "new", *years[5:]]


def test_a_kill_at_any_step_leaves_the_old_file_or_the_new_one(store, at):
    """Whole, with its row groups in order; and a cursor tells what led from the one to the other."""
    old = [f"{year}" for year in range(2001, 2014)]
    came = table_of_nodes(at("2003", 2012, version=2, name="moved"), at("new", 2005), {"id": "undated"})
    new = ["2001", "2002", "2004", "2005", "new", *old[5:12], "2003", "2013", "undated"]

    def prepare():
        clear(store)
        write(store, table_of_nodes(*(at(year, int(year), version=1) for year in old)))

    states = []
    for _ in kills.run(prepare, lambda: merge(store, owner="OWNER", table=came)):
        here, revision = ids(store.read()), store.require_header().revision
        states.append((tuple(here), len(list(store.history.walk(revision)))))
    assert set(states) == {(tuple(old), 0), (tuple(new), 1)}
    assert states == sorted(states, key=lambda state: state[1])
    merge(store, owner="OWNER", table=table_of_nodes({"id": "one more"}))
    assert not list(store.path.parent.glob("*.tmp"))


@pytest.mark.parametrize("group", [0, 1, 3])
def test_a_damaged_row_group_is_told_and_nothing_is_written(store, at, group):
    """In the first, one in the middle, the last: the file stays as it is, for the refresh that builds another."""
    write(store, table_of_nodes(*(at(f"{year}", year, name=f"IMG {year}") for year in range(2001, 2016))))
    metadata = pq.ParquetFile(store.path).metadata.row_group(group)
    name = next(n for n in range(metadata.num_columns) if metadata.column(n).path_in_schema == "name")
    damaged = bytearray(store.path.read_bytes())
    damaged[metadata.column(name).data_page_offset + metadata.column(name).total_compressed_size - 3] ^= 0xFF
    store.path.write_bytes(damaged)
    for _ in range(3):
        with pytest.raises(CatalogDamaged, match=r"ap\.parquet is damaged"):
            merge(store, owner="OWNER", table=table_of_nodes(at("new", 2005)))
    assert store.path.read_bytes() == damaged
    left = {path for path in store.path.parent.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert left == {store.path}, "steps that lead to no file"


def test_a_row_group_without_rows_is_nothing(store, at):
    """Other writers make them: a merge takes such a file as any."""
    write(store, table_of_nodes(*(at(f"{year}", year) for year in range(2001, 2012))))
    meant = store.read()
    found = pq.read_schema(store.path)
    with pq.ParquetWriter(store.path, meant.schema.with_metadata(found.metadata)) as writer:
        for part in (meant, meant.slice(0, 0)):
            writer.write_table(part)
    merge(store, owner="OWNER", table=table_of_nodes(at("new", 2005)))
    assert len(store.read()) == 12


def test_rows_of_two_files_are_never_mixed(store, at):
    """Somebody puts another file in its place, without the lock: the merge ends with an error."""
    write(store, table_of_nodes(*(at(f"{year}", year) for year in range(2001, 2016))))
    rows = load_rows(store)
    write(store, table_of_nodes(*(at(f"{year}", year) for year in range(1951, 1966))))
    with pytest.raises(CatalogError, match="replaced by another program"):
        rows.load_all()
