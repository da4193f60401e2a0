"""Relations as people read them: offline, joined, and with clear words where there are none."""

from functools import partial

import duckdb
import pandas as pd
import polars
import pytest

from amazon_photos import AmazonPhotos, Catalog, errors
from amazon_photos.catalog.relations.relations_file import RELATIONS
from memberships import largest, node_of
from transfers import version_of


def test_reading_sends_nothing(service, refreshed):
    """Nor does it need a client."""
    assert refreshed.catalog.relations().equals(Catalog("ap.parquet").relations())
    assert refreshed.catalog.relation_keys().equals(Catalog("ap.parquet").relation_keys())
    assert service.requests == []


def test_some_relations_are_some_of_the_rows(refreshed):
    """Those named; two are both."""
    rows = refreshed.catalog.relations()
    assert set(refreshed.catalog.relations("person", "place").relation) == {"person", "place"}
    assert sum(len(refreshed.catalog.relations(word)) for word in RELATIONS) == len(rows)


@pytest.mark.parametrize("word", ["persons", "People", 5, None])
def test_another_word_is_an_error(refreshed, word):
    """It says which there are, and which was probably meant; nothing is sent."""
    with pytest.raises(errors.InvalidInput, match="there are 'album', 'person'") as caught:
        refreshed.catalog.relations(word)
    assert ("'person' is probably meant" in str(caught.value)) == (word == "persons")


def test_without_relations_the_error_says_what_makes_them(service, ap):
    """Nothing is built for a question; a query of other tables works as ever."""
    service.reset(files=5)
    with pytest.raises(errors.CatalogError, match="there is no catalogue"):
        ap.catalog.relations()
    assert service.requests == []
    ap.refresh()
    service.requests.clear()
    for catalog in (ap.catalog, Catalog("ap.parquet")):
        for read in (catalog.relations, catalog.relation_keys, partial(catalog.sql, "select * from relations")):
            with pytest.raises(errors.CatalogIncomplete, match=r"refresh\(relations=True\) makes ap.relations.parquet"):
                read()
    assert ap.catalog.sql("select count(*) as relations from db").relations[0] > 5
    assert service.requests == []


def test_it_joins_in_pandas_duckdb_and_polars(refreshed):
    """Who is on the photos of each year: the same in three programs, and in ``sql``."""
    rows = refreshed.catalog.relations("person").merge(refreshed.db[["id", "contentDate"]], on="id")
    in_pandas = rows.assign(year=rows.contentDate.dt.year).groupby(["key", "year"]).size().to_dict()

    query = "select key, year(contentDate) as year, count(*) as n from {} join {} using (id) where relation = 'person' "
    query += "group by all"
    files = "read_parquet('ap.relations.parquet')", "read_parquet('ap.parquet')"
    found = refreshed.catalog.sql(query.format("relations", "db"))
    in_sql = {(key, year): n for key, year, n in found.itertuples(index=False)}
    in_duckdb = {
        (key, year): n for key, year, n in duckdb.sql("set timezone='UTC'; " + query.format(*files)).fetchall()
    }

    joined = polars.read_parquet("ap.relations.parquet").filter(polars.col("relation") == "person")
    joined = joined.with_columns(polars.col("id").cast(polars.String)).join(polars.read_parquet("ap.parquet"), on="id")
    counted = joined.group_by(polars.col("key").cast(polars.String), polars.col("contentDate").dt.year()).len()
    assert in_pandas == in_sql == in_duckdb == {(key, year): n for key, year, n in counted.iter_rows()}


def test_what_else_refreshes_leaves_the_file_alone(service, refreshed):
    """A refresh without relations, and what a query merges; rows of nodes that are gone are not shown."""
    before = version_of("ap.relations.parquet")
    node = node_of(refreshed, "person", largest(refreshed, "person").key)
    refreshed.trash(node)
    refreshed.refresh()
    refreshed.query("type:(PHOTOS)")
    assert version_of("ap.relations.parquet") == before
    assert node in set(pd.read_parquet("ap.relations.parquet").id)
    assert node not in set(refreshed.catalog.relations().id)
    assert refreshed.catalog.sql(f"select count(*) as n from relations where id = '{node}'").n[0] == 0


def test_a_catalogue_in_a_folder_with_odd_marks_is_read(service, tmp_path):
    """DuckDB would take them for a pattern."""
    service.reset(files=20)
    folder = tmp_path / "it's [2019] *"
    folder.mkdir()
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=str(folder / "mine.db"), progress=False) as client:
        client.refresh(relations=True)
        assert (folder / "mine.db.relations.parquet").exists()
        assert client.catalog.sql("select count(*) as n from relations").n[0] == len(client.catalog.relations()) > 0
