"""ap.relations.parquet: whole or not at all, and never used for what it is not."""

import datetime

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kills
from amazon_photos.catalog.relations.relations_file import (
    KEYS,
    METADATA,
    SCHEMA,
    RelationKey,
    RelationsHeader,
)
from amazon_photos.catalog.schema import Revision
from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogDamaged, CatalogError, CatalogTooNew, NotACatalog

REVISION = Revision(lineage="0123456789abcdef", number=3, mark="89abcdef")
ADA = RelationKey(relation="person", key="-ada", name="Ada", count=2, asked_at=1_700_000_000_000, node_id="a")
BEACH = RelationKey(relation="thing", key="beach", count=1, asked_at=1_700_000_000_123, unknown=("z",))
AT = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
ROWS = [("a", "person", "-ada", "Ada", AT), ("b", "person", "-ada", "Ada", AT), ("a", "thing", "beach", None, AT)]


def rows(*some):
    """A table of relations, not encoded yet."""
    columns = zip(*some, strict=True) if some else [[]] * 5
    kinds = [pa.string()] * 4 + [SCHEMA.field("first_seen").type]
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)], SCHEMA.names)


@pytest.fixture
def file(tmp_path):
    return Store(tmp_path / "ap.parquet").relations


def write(file, *some, owner="OWNER"):
    return file.replace(rows(*some), RelationsHeader(owner=owner, revision=REVISION, keys=(ADA, BEACH)))


def test_a_link_stays_one(file, tmp_path):
    """What it leads to is written and read, and what is kept aside stands there."""
    (tmp_path / "real").mkdir()
    file.path.symlink_to(tmp_path / "real" / "r.parquet")
    linked = Store(tmp_path / "ap.parquet").relations
    write(linked, *ROWS)
    assert file.path.is_symlink()
    assert len(file.read()) == 3
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["r.parquet"]


@pytest.mark.parametrize(
    ("catalog", "relations"),
    [("ap.parquet", "ap.relations.parquet"), ("a.b", "a.b.relations.parquet"), ("x", "x.relations.parquet")],
)
def test_it_stands_beside_the_catalogue(tmp_path, catalog, relations):
    """Under the catalogue's name, and beside the file itself where the catalogue is a link."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link.parquet").symlink_to(tmp_path / "real" / catalog)
    assert Store(tmp_path / catalog).relations.path == tmp_path / relations
    assert Store(tmp_path / "link.parquet").relations.path == tmp_path / "real" / relations


def test_nothing_is_there_before_the_first(file):
    """No file is None, not an error; and nothing is made by looking."""
    assert (file.read(), file.keys(), file.header(), file.version()) == (None, None, None, None)
    assert list(file.path.parent.iterdir()) == []


def test_what_is_written_is_read(file):
    """Rows in their order and with their types, keys, whose it is, and the catalogue's revision."""
    write(file, *ROWS)
    assert file.read().schema.equals(SCHEMA)
    assert [tuple(row.values()) for row in file.read().to_pylist()] == ROWS
    assert file.keys().schema.equals(KEYS)
    assert file.keys().to_pylist()[0]["asked_at"].timestamp() == 1_700_000_000
    assert (file.header().owner, file.header().revision) == ("OWNER", REVISION)


def test_what_the_catalogue_did_not_know_is_remembered(file):
    """The ids without a row are in the header alone."""
    write(file, *ROWS)
    assert file.header().keys == (ADA, BEACH)


def test_an_empty_one_is_one(file):
    """A library without any relation has a file with no rows."""
    file.replace(rows(), RelationsHeader(owner="OWNER", revision=None))
    assert (len(file.read()), len(file.keys()), file.header().revision) == (0, 0, None)


@pytest.mark.parametrize("name", ["id", "relation", "key"])
def test_rows_that_say_nothing_are_not_written(file, name):
    """A row without an id, a relation or a key is an error, and the file stays."""
    write(file, *ROWS)
    table = rows(*ROWS)
    table = table.set_column(SCHEMA.names.index(name), name, pa.nulls(3, pa.string()))
    with pytest.raises(CatalogError, match=f"without {name}"):
        file.replace(table, RelationsHeader(owner="OWNER", revision=REVISION))
    assert len(file.read()) == 3
    assert [path.name for path in file.path.parent.iterdir()] == ["ap.relations.parquet"]


def forge(file, header, table=None):
    table = rows(*ROWS) if table is None else table
    pq.write_table(table.cast(SCHEMA).replace_schema_metadata(header), file.path)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda file: file.path.write_bytes(b"no parquet at all"), CatalogDamaged),
        (lambda file: file.path.write_bytes(b""), CatalogDamaged),
        (lambda file: file.path.write_bytes(file.path.read_bytes()[:-9]), CatalogDamaged),
        (lambda file: forge(file, {}), NotACatalog),
        (lambda file: forge(file, {METADATA: b"{"}), CatalogDamaged),
        (lambda file: forge(file, {METADATA: b'{"version": 1}'}), CatalogDamaged),
        (lambda file: forge(file, {METADATA: b'{"version": 2, "owner": 5}'}), CatalogTooNew),
        (
            lambda file: pq.write_table(
                pa.table({"id": ["a"]}, metadata={METADATA: b'{"version":1,"owner":"O","revision":null}'}), file.path
            ),
            CatalogDamaged,
        ),
    ],
)
def test_what_is_no_file_of_ours_is_told_as_what_it_is(file, spoil, error):
    """It is never used, by none of the ways to read it; the next one written keeps it aside, and says so."""
    write(file, *ROWS)
    spoil(file)
    before = file.path.read_bytes()
    for read in (file.read, file.keys, file.header):
        with pytest.raises(error, match=r"refresh\(relations=True\)|update it"):
            read()
    note = write(file, *ROWS)
    (aside,) = file.path.parent.glob("ap.relations.parquet.*")
    assert aside.read_bytes() == before
    assert aside.name in note
    assert len(file.read()) == 3


def test_rows_that_cannot_be_read_are_damage(file):
    """A page whose checksum is wrong, under a footer that is right."""
    write(file, *[(f"{number:022}", "person", "-ada", None, AT) for number in range(5000)])
    whole = bytearray(file.path.read_bytes())
    whole[200:260] = bytes(60)
    file.path.write_bytes(whole)
    assert file.keys() is not None
    with pytest.raises(CatalogDamaged, match="damaged"):
        file.read()


def test_that_of_another_account_is_kept_aside(file):
    """Not overwritten."""
    write(file, *ROWS, owner="SOMEBODY")
    note = write(file, ROWS[0])
    (aside,) = file.path.parent.glob("ap.relations.parquet.of-another-account-*")
    assert "belongs to another account" in note
    assert len(pq.read_table(aside)) == 3
    assert len(file.read()) == 1


def test_what_is_no_file_is_left_alone(file):
    """A folder of this name is an error that says so."""
    file.path.mkdir()
    with pytest.raises(CatalogError, match="is a folder"):
        file.read()
    with pytest.raises(CatalogError, match="is a folder"):
        write(file, *ROWS)


def test_a_kill_at_any_step_leaves_the_old_or_the_new(file):
    """Never half of one, and the next writer removes what was left over."""
    write(file, ROWS[0])
    states = set()
    for done in kills.run(lambda: write(file, ROWS[0]), lambda: write(file, *ROWS)):
        states.add(len(file.read()))
        assert done == (len(file.read()) == 3) or not done
    write(file, *ROWS)
    assert states == {1, 3}
    assert [path.name for path in file.path.parent.iterdir()] == ["ap.relations.parquet"]


def test_a_kill_while_another_is_kept_aside_loses_none(file):
    """The other account's file is there afterwards, under its own name or beside it."""

    def prepare():
        for path in file.path.parent.iterdir():
            path.unlink()
        write(file, *ROWS, owner="SOMEBODY")

    for _ in kills.run(prepare, lambda: write(file, ROWS[0])):
        names = [path for path in file.path.parent.glob("ap.relations.parquet*") if not path.name.endswith(".tmp")]
        owners = [msgspec.json.decode(pq.read_schema(path).metadata[METADATA])["owner"] for path in names]
        assert "SOMEBODY" in owners
