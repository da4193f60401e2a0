"""The file: whole or not at all, and never used for what it is not."""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections import Counter
from itertools import pairwise

import dask.dataframe
import duckdb
import msgspec
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amazon_photos.catalog import leftovers, schema
from amazon_photos.catalog import store as store_module
from amazon_photos.catalog.parquet_file import open_parquet, size_groups
from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.errors import CatalogDamaged, CatalogError, InvalidInput
from amazon_photos.frames.columns import empty
from amazon_photos.frames.columns import schema as node_schema
from amazon_photos.frames.derived import DERIVED_COLUMNS

HEADER = Header(owner="OWNER", complete=True, refreshed_at=1_700_000_000_123)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "ap.parquet")


def write(store, table, header=HEADER):
    with store.lock():
        store.write(table, header)


def files(store):
    return sorted(path.name for path in store.path.parent.iterdir())


def test_nothing_happens_before_it_is_asked_for(tmp_path):
    """Making a Store touches no file, and one that is not there yet is no error to ask about."""
    store = Store(tmp_path / "ap.parquet")
    assert not store.exists()
    assert store.header() is None
    assert files(store) == []


def test_what_is_written_is_read(store, nodes, at):
    """Rows and header come back, with their types."""
    table = nodes(at("a", 2001), at("b", 2002))
    write(store, table)
    assert store.read().equals(table.combine_chunks()) or store.read().to_pylist() == table.to_pylist()
    assert store.read().schema.equals(node_schema())
    assert store.header() == HEADER


def test_only_the_columns_named_are_read(store, nodes):
    """In the order they were named; an unknown one is an error that says what was probably meant."""
    write(store, nodes("a", "b"))
    assert store.read(["name", "id"]).schema.names == ["name", "id"]
    assert store.read(("settings.favorite", "image.make", "parents")).num_columns == 3
    assert store.read(["id", "id"]).schema.names == ["id", "id"]
    assert store.read([]).num_columns == 0
    with pytest.raises(InvalidInput, match="'md5' is probably meant"):
        store.read(["id", "md"])
    with pytest.raises(InvalidInput, match="named by text, such as 'size', not 5"):
        store.read([5])


def test_reading_what_is_not_there_says_how_to_make_it(store):
    """No catalogue yet: the error says what makes one."""
    with pytest.raises(CatalogError, match=r"refresh\(\)"):
        store.read()


def test_rows_are_sorted_by_capture_date(store, nodes, at):
    """By contentDate; what has none comes last, in the order it came."""
    write(store, nodes("folder", at("c", 2003), at("a", 2001), "album", at("b", 2002)))
    assert store.read().column("id").to_pylist() == ["a", "b", "c", "folder", "album"]


def test_row_groups_cover_spans_of_time(store, nodes, at, monkeypatch):
    """Statistics let DuckDB, Polars and Dask skip row groups; other programs read the file as it is."""
    monkeypatch.setattr("amazon_photos.catalog.parquet_file.ROWS_PER_GROUP", 10)
    write(store, nodes(*(at(f"{year}", year) for year in range(2050, 1990, -1))))
    parquet = pq.ParquetFile(store.path)
    column = parquet.schema_arrow.get_field_index("contentDate")
    index = next(i for i in range(parquet.metadata.num_columns) if parquet.schema.column(i).path == "contentDate")
    spans = [parquet.metadata.row_group(i).column(index).statistics for i in range(parquet.num_row_groups)]
    assert column == list(node_schema().names).index("contentDate")
    assert len(spans) == 6
    assert all(a.max < b.min for a, b in pairwise(spans))
    found = duckdb.connect().sql(
        f"select count(*) from read_parquet('{store.path}') where \"contentDate\" >= '2049-01-01'"
    )
    assert found.fetchall() == [(2,)]


def test_owner_and_version_stand_in_the_files_metadata(store, nodes):
    """Other programs can see whose it is: Parquet key-value metadata, key ``amazon_photos``."""
    write(store, nodes("a"))
    text = pq.read_schema(store.path).metadata[schema.KEY]
    assert b'"owner":"OWNER"' in text
    assert b'"version":2' in text


def test_a_failed_write_leaves_the_old_file(store, nodes):
    """No room for the new one: the old catalogue is untouched and nothing is left over."""
    write(store, nodes("a"))
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with store.lock():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with pytest.raises(CatalogError, match=r"cannot write .*ap\.parquet"):
                store.write(nodes("b"), HEADER)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.read().column("id").to_pylist() == ["a"]
    assert files(store) == ["ap.parquet", "ap.parquet.lock"]


def test_a_folder_under_its_name_is_a_clear_error(store, nodes):
    """A folder is not moved away, and the message says what it is."""
    store.path.mkdir()
    with pytest.raises(CatalogError, match="is a folder"):
        store.header()
    with pytest.raises(CatalogError, match="is a folder"):
        write(store, nodes("a"))
    assert files(store) == ["ap.parquet"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("linked", [False, True], ids=["itself", "by a link"])
def test_what_is_no_file_is_refused_untouched(store, nodes, linked):
    """A pipe (or a device: ``db_path="/dev/null"``) is not opened, locked, renamed or replaced, and is named."""
    place = store.path.with_name("pipe") if linked else store.path
    os.mkfifo(place)
    if linked:
        store.path.symlink_to(place)
    before = files(store)
    for ask in (store.header, store.read, store.lock, lambda: store.write(nodes("a"), HEADER)):
        with pytest.raises(CatalogError, match=r"ap\.parquet is a pipe"):
            ask()
    with pytest.raises(CatalogError, match="is a pipe"):
        store.read(warm=True)
    assert files(store) == before
    assert place.is_fifo()


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path, nodes):
    """A mistyped folder is named, not made."""
    with pytest.raises(CatalogError, match="nowhere"):
        write(Store(tmp_path / "nowhere" / "ap.parquet"), nodes("a"))


def test_a_link_stays_a_link(store, nodes, tmp_path):
    """A catalogue that is a link to another disk is written there; its permissions stay."""
    elsewhere = tmp_path / "disk"
    elsewhere.mkdir()
    store.path.symlink_to(elsewhere / "real.parquet")
    write(store, nodes("a"))
    (elsewhere / "real.parquet").chmod(0o600)
    write(store, nodes("b"))
    assert store.path.is_symlink()
    assert (elsewhere / "real.parquet").stat().st_mode & 0o777 == 0o600
    assert store.read().column("id").to_pylist() == ["b"]


def admitted(store, owner="OWNER"):
    """What is there for this owner when a refresh is about to write, and what is told about what was."""
    with store.lock():
        notes = store.make_room(owner)
        return store.header(), notes


@pytest.mark.parametrize("damage", ["cut short", "overwritten", "empty", "text"])
def test_a_damaged_file_is_kept_aside(store, nodes, damage, caplog):
    """It is renamed, never removed, and said so in the log and in a note."""
    write(store, nodes("a", "b"))
    whole = store.path.read_bytes()
    broken = {"cut short": whole[:-20], "overwritten": whole[:-8] + b"\xff" * 8, "empty": b"", "text": b"id,name\n"}
    store.path.write_bytes(broken[damage])
    with pytest.raises(CatalogDamaged, match=r"refresh\(\)"):
        store.header()
    header, notes = admitted(store)
    assert header is None
    assert "is damaged" in notes[0]
    assert notes[0] in caplog.text
    (aside,) = store.path.parent.glob("ap.parquet.damaged-*")
    assert aside.read_bytes() == broken[damage]
    assert not store.exists()


def test_damage_inside_is_noticed_when_read(store, nodes, at):
    """One wrong byte among the data is an error, never a wrong row."""
    write(store, nodes(*(at(f"{n:022}", 2000) for n in range(500))))
    whole = bytearray(store.path.read_bytes())
    whole[200] ^= 0xFF
    store.path.write_bytes(whole)
    with pytest.raises(CatalogDamaged):
        store.read()


def spoiled(whole, rng):
    """The bytes of a file after an accident: a bit, some bytes or a sector that are wrong, or an end that is lost."""
    broken, place = bytearray(whole), rng.choice((rng.randrange(len(whole)), len(whole) - 1 - rng.randrange(9000)))
    match rng.randrange(4):
        case 0:
            broken[place] ^= 1 << rng.randrange(8)
        case 1:
            broken[place : place + 16] = rng.randbytes(16)
        case 2:
            broken[place : place + 512] = bytes(512)
        case 3:
            del broken[place:]
    return bytes(broken)


@pytest.mark.parametrize(
    ("seed", "times"), [(1, 60), pytest.param(2, 5000, marks=pytest.mark.soak)], ids=["some", "many"]
)
def test_whatever_happened_to_a_file_is_damage_or_does_no_harm(store, nodes, at, seed, times):
    """Random accidents: rows, or the file is called damaged; never a raw error, and hardly ever one without proof."""
    write(store, nodes(*(at(f"{n:022}", 1970 + n % 50) for n in range(400))))
    whole, rng, found = store.path.read_bytes(), random.Random(seed), Counter()
    for _ in range(times):
        store.path.write_bytes(spoiled(whole, rng))
        try:
            store.read()
            found["read"] += 1
        except CatalogDamaged:
            found["damaged"] += 1
        except CatalogError:  # a size that leads to more memory than there is
            found["unproven"] += 1
    assert found["damaged"] > times // 2
    assert found["unproven"] <= times // 50


def test_another_accounts_file_is_kept_aside(store, nodes):
    """It is that person's; it stays beside under a name that says so."""
    write(store, nodes("a"))
    header, notes = admitted(store, owner="SOMEBODY")
    assert header is None
    assert "another account" in notes[0]
    (aside,) = store.path.parent.glob("ap.parquet.of-another-account-*")
    assert Store(aside).header() == HEADER


def test_the_predecessors_file_is_kept_aside(store):
    """A Parquet file without our metadata is somebody's work, not our catalogue."""
    pq.write_table(pa.table({"id": ["a"]}), store.path)
    assert admitted(store)[0] is None
    (aside,) = store.path.parent.glob("ap.parquet.not-a-catalogue-*")
    assert pq.read_table(aside).to_pydict() == {"id": ["a"]}


def test_a_newer_versions_file_is_kept_aside(store, nodes):
    """An older program never overwrites what a newer one made."""
    pq.write_table(
        pa.table(nodes("a")).cast(schema.with_header(node_schema(), Header(owner="OWNER", version=99))), store.path
    )
    with pytest.raises(CatalogDamaged, match="newer version"):
        store.header()
    assert admitted(store)[0] is None
    assert len(list(store.path.parent.glob("ap.parquet.of-a-newer-version-*"))) == 1


def test_two_files_kept_aside_in_one_second_both_stay(store):
    """Nothing that was kept aside is overwritten."""
    for content in (b"one", b"two"):
        store.path.write_bytes(content)
        admitted(store)
    assert {path.read_bytes() for path in store.path.parent.glob("*.damaged-*")} == {b"one", b"two"}


def test_an_older_schema_is_brought_up_to_date(store, nodes):
    """Missing columns are null, plain text becomes dictionaries, what we no longer have is left out."""
    old = nodes("a", "b").select(["id", "kind", "version"])
    old = old.set_column(1, "kind", old.column("kind").cast(pa.string())).append_column("forgotten", pa.array([1, 2]))
    pq.write_table(
        old.cast(schema.with_header(old.schema, Header(owner="OWNER", complete=True, version=0))), store.path
    )
    assert admitted(store)[0] is not None
    table = store.read()
    assert table.schema.equals(node_schema())
    assert table.column("id").to_pylist() == ["a", "b"]
    assert table.column("name").null_count == 2
    assert store.read(["name", "kind"]).column("kind").to_pylist() == ["FILE", "FILE"]
    assert store.read(["name"]).column("name").to_pylist() == [None, None]


def test_columns_of_ours_are_made_for_a_file_that_lacks_them(store, nodes):
    """A file of the version before has all that Amazon tells: what we make of it is there at once, also alone."""
    image = {"width": 4032, "location": "49.5,-123.25", "dateTimeOriginal": "2012-08-25T14:23:24.000Z"}
    now = nodes({"id": "a", "contentProperties": {"image": image}}, "b")
    before = [name for name in now.schema.names if name == "category" or name not in DERIVED_COLUMNS]
    as_found(store, now.select(before), Header(owner="OWNER", complete=True, version=1))
    assert schema.is_listed(store.header())
    assert not schema.is_current(store.header())
    assert store.read().equals(now)
    assert store.read(["latitude", "id", "taken"]).equals(now.select(["latitude", "id", "taken"]))
    assert store.read(["latitude"]).column("latitude").to_pylist() == [49.5, None]


def as_found(store, table, header=HEADER):
    """A file with our header and whatever columns."""
    pq.write_table(table.replace_schema_metadata({schema.KEY: msgspec.json.encode(header)}), store.path)


def plain(table, name, values):
    """With another column in the place of this one."""
    return table.set_column(table.schema.get_field_index(name), name, values)


@pytest.mark.parametrize(
    "strange",
    [
        lambda t: t.append_column("rating", pa.array([1, 2])),
        lambda t: t.drop_columns(["contentDate"]),
        lambda t: t.select(["name", "id"]),
        lambda t: plain(t, "size", pa.array(["3", None])),
        lambda t: plain(t, "kind", pa.array(["FILE", "FILE"])),
    ],
    ids=["one more", "one less", "two only", "another type", "plain text"],
)
def test_a_file_with_other_columns_is_read_as_far_as_it_goes(store, nodes, strange):
    """Its rows are there under exactly our columns; its version says that it must be filled."""
    as_found(store, strange(nodes("a", "b")))
    assert store.header().version < schema.VERSION
    for table in (store.read(), store.read(warm=True)):
        assert table.schema.equals(node_schema())
        assert table.column("id").to_pylist() == ["a", "b"]
    assert store.read(["contentDate", "kind", "id"]).schema.names == ["contentDate", "kind", "id"]
    assert admitted(store)[0] is not None


@pytest.mark.parametrize(
    ("strange", "why"),
    [
        (lambda t: t.drop_columns(["id"]), "no column 'id'"),
        (lambda t: t.append_column("id", t["id"]), "two columns 'id'"),
        (lambda t: t.append_column("contentDate", t["contentDate"]), "two columns 'contentDate'"),
        (lambda t: plain(t, "id", pa.array(["a", None])), "rows without an id"),
        (lambda t: plain(t, "id", pa.nulls(2)), "rows without an id"),
        (lambda t: plain(t, "size", pa.array(["x", "y"])), "a column cannot be read"),
        (lambda t: plain(t, "createdDate", pa.array([{"a": 1}, None])), "a column cannot be read"),
    ],
    ids=["no id", "two ids", "two dates", "a row without id", "no ids at all", "wrong values", "wrong type"],
)
def test_a_file_whose_rows_cannot_be_relied_on_is_damaged(store, nodes, strange, why):
    """Our header is not enough: the error says what is wrong, and that the next refresh builds another."""
    as_found(store, strange(nodes("a", "b")))
    with pytest.raises(CatalogDamaged, match=rf"ap\.parquet is damaged \(.*{why}.*refresh\(\)"):
        store.read()


@pytest.mark.parametrize("moment", [-1, 10**15])
def test_a_header_of_no_possible_time_is_damaged(store, nodes, moment):
    """What says that it was refreshed before 1970 or after 9999 says nothing about itself."""
    as_found(store, nodes("a"), Header(owner="OWNER", complete=True, refreshed_at=moment))
    with pytest.raises(CatalogDamaged, match="what it says about itself"):
        store.header()


THEIRS = {
    "ap.parquet.mine.tmp": b"PAR1",
    "ap.parquet.2019-summer.tmp": b"PAR1",
    "ap.parquet.123-ab.tmp": b"PAR1",
    "ap.parquet.123-0123abcd.tmp": b"a text of theirs",
    "ap.parquet.123-0123ABCD.tmp": b"PAR1",
    "ap.parquet.tmp": b"",
    "ap.parquet.123-0123abcd.tmp.bak": b"PAR1",
    "ap.parquet.mine": b"x",
    "other.123-0123abcd.tmp": b"PAR1",
    "ap.parquet.damaged-20260101-000000": b"x",
}


def test_leftovers_of_crashed_writers_are_removed(store, nodes):
    """Temporary files of ours go when the next writer comes: by their exact name and how they begin (fault A7).

    Everything that merely looks like one stays.
    """
    folder = store.path.parent
    for name, content in THEIRS.items():
        (folder / name).write_bytes(content)
    (folder / "ap.parquet.5-00000000.tmp").symlink_to(folder / "ap.parquet.mine")
    (folder / "ap.parquet.6-00000000.tmp").mkdir()
    kept = files(store)
    for number, content in enumerate((b"PAR1 half a catalogue", b"", b"PA")):
        (folder / f"ap.parquet.{number}123-0123abc{number}.tmp").write_bytes(content)
    write(store, nodes("a"))
    assert files(store) == sorted([*kept, "ap.parquet", "ap.parquet.lock"])
    assert {name: (folder / name).read_bytes() for name in THEIRS} == THEIRS


def test_without_a_free_descriptor_nothing_is_swept_and_nothing_breaks(store, monkeypatch):
    """The folder cannot be listed at this moment: leftovers stay for the next writer (fault B7)."""
    left = store.path.with_name("ap.parquet.123-0123abcd.tmp")
    left.write_bytes(b"PAR1")

    def scandir(_):
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", scandir)
        leftovers.sweep(store.path)
    assert left.exists()
    leftovers.sweep(store.path)
    assert not left.exists()


def test_without_a_free_descriptor_everything_is_a_clear_error(store, nodes):
    """Reading and writing name the file and say what is missing; afterwards all is as before (fault B7)."""
    write(store, nodes("a"))
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    table = nodes("b")
    with store.lock():
        lowest = os.dup(0)
        os.close(lowest)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, limits[1]))
        try:
            for ask in (
                store.read,
                store.header,
                lambda: store.write(table, HEADER),
                lambda: store.header_for("OWNER"),
            ):
                with pytest.raises(CatalogError, match=r"ap\.parquet: Too many open files") as told:
                    ask()
                assert not isinstance(told.value, CatalogDamaged)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert store.read().column("id").to_pylist() == ["a"]
    assert files(store) == ["ap.parquet", "ap.parquet.lock"]


@pytest.mark.parametrize("path", ["a\0b", "\0", b"ap.parquet", "ap\ud800.parquet"])
def test_a_path_that_cannot_be_is_refused_at_once(path):
    """A NUL, bytes, half a character: an error that shows the value (fault B7)."""
    with pytest.raises(InvalidInput, match="catalogue's path"):
        Store(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the current folder")
def test_a_current_folder_that_was_removed_is_a_clear_error(tmp_path):
    """The error names the catalogue, and says what to do; a whole path needs no current folder (fault B7)."""
    code = """if True:
        import os, sys
        from amazon_photos import errors
        from amazon_photos.catalog.store import Store  # numpy cannot be loaded there with Python 3.13
        os.rmdir(os.getcwd())
        assert not Store(sys.argv[1]).exists()
        try:
            Store("mine.parquet")
        except errors.CatalogError as error:
            print(error)
    """
    (tmp_path / "gone").mkdir()
    command = [sys.executable, "-c", code, str(tmp_path / "whole.parquet")]
    child = subprocess.run(command, cwd=tmp_path / "gone", capture_output=True, text=True, check=True)
    assert "no catalogue can be at mine.parquet: the current folder was removed" in child.stdout


def test_a_path_that_is_too_long_is_a_clear_error(tmp_path, nodes):
    """5,000 characters: reading, writing and locking say what the system says (fault B7)."""
    store = Store(tmp_path / ("x" * 5000))
    for ask in (store.header, store.read, store.exists, store.lock, lambda: store.write(nodes("a"), HEADER)):
        with pytest.raises(CatalogError, match="File name too long"):
            ask()
    almost = Store(tmp_path / ("x" * 253))  # its lock's name is too long
    with pytest.raises(CatalogError, match="File name too long"), almost.lock():
        pass


@pytest.mark.parametrize("content", [b"a list of theirs\n", b"12 34\n", b"PAR1"])
def test_a_lock_that_is_not_ours_is_not_written(store, nodes, content):
    """``ap.parquet.lock`` of another program keeps what it holds, and the error says what to do (fault A7)."""
    lock = store.path.with_name("ap.parquet.lock")
    lock.write_bytes(content)
    with pytest.raises(CatalogError, match=r"no lock of ours.*catalog="):
        write(store, nodes("a"))
    assert lock.read_bytes() == content
    lock.unlink()
    lock.symlink_to(store.path.with_name("theirs"))
    with pytest.raises(CatalogError, match="no lock of ours"):
        write(store, nodes("a"))
    assert files(store) == ["ap.parquet.lock"]


def test_nothing_that_has_a_kept_files_name_is_overwritten(store, monkeypatch):
    """Also a link that leads nowhere keeps its name (fault A7)."""
    monkeypatch.setattr("time.strftime", lambda _: "20260101-000000")
    taken = store.path.with_name("ap.parquet.damaged-20260101-000000")
    taken.symlink_to("nowhere")
    store.path.write_bytes(b"damaged")
    admitted(store)
    assert taken.is_symlink()
    (aside,) = (path for path in store.path.parent.glob("ap.parquet.damaged-*") if path != taken)
    assert aside.read_bytes() == b"damaged"


def test_whoever_stands_there_when_it_is_written_is_kept(store, nodes):
    """Another program wrote a file under the name while the library was read: it is kept aside, too (fault A7)."""
    assert admitted(store) == (None, ())
    store.path.write_bytes(pandas.DataFrame({"a": [1]}).to_parquet())
    _, (note,) = admitted(store)
    assert "no catalogue of this package" in note


def test_reading_goes_on_while_the_file_is_replaced(store, nodes):
    """Who has begun to read gets the rows of that moment, whole."""
    write(store, nodes("a", "b"))
    with open_parquet(store.path) as file:
        write(store, nodes("c"))
        assert file.read(["id"]).column("id").to_pylist() == ["a", "b"]
    assert store.read(["id"]).column("id").to_pylist() == ["c"]


def test_a_table_kept_warm_follows_the_file(store, nodes):
    """Keeping the table in memory never shows an old one."""
    write(store, nodes("a"))
    assert store.read(["id"], warm=True).column("id").to_pylist() == ["a"]
    write(store, nodes("b", "c"))
    assert store.read(["id"], warm=True).column("id").to_pylist() == ["b", "c"]


def test_a_table_is_kept_warm_up_to_a_size(store, nodes, monkeypatch):
    """It is read once, and serves whoever asks next; a larger one than memory is meant for is read each time."""
    write(store, nodes("a"))
    table = store.read(warm=True)
    assert store.read(warm=True) is store.read() is table
    monkeypatch.setattr(store_module, "MAX_WARM_BYTES", table.nbytes - 1)
    write(store, nodes("a"))
    assert store.read(warm=True) is not store.read(warm=True)


def test_a_table_kept_warm_follows_the_file_by_its_time(store, nodes):
    """The same inode and size with another content and time, as other programs write: the new one is shown."""
    write(store, nodes("a"))
    assert store.read(["id"], warm=True).column("id").to_pylist() == ["a"]
    before = store.path.stat()
    other = Store(store.path.with_name("other.parquet"))
    write(other, nodes("b"))
    assert other.path.stat().st_size == before.st_size
    with store.path.open("rb+") as file:
        file.write(other.path.read_bytes())
    os.utime(store.path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert store.path.stat().st_ino == before.st_ino
    assert store.read(["id"], warm=True).column("id").to_pylist() == ["b"]


def test_a_catalogue_survives_a_power_cut(store, nodes, monkeypatch):
    """The file is on the disk before it gets its name, and the name afterwards: synced, renamed, folder synced."""
    steps, really = [], {name: getattr(os, name) for name in ("fsync", "replace")}

    def fsync(number):
        kind = "folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file"
        steps.append((f"sync {kind}", os.fstat(number).st_ino))
        really["fsync"](number)

    def replace(source, target):
        steps.append(("rename", source.stat().st_ino))
        really["replace"](source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    write(store, nodes("a"))
    file, folder = store.path.stat().st_ino, store.path.parent.stat().st_ino
    assert steps == [("sync file", file), ("rename", file), ("sync folder", folder)]


WRITER = textwrap.dedent("""
    import sys
    import pyarrow as pa
    from amazon_photos.frames.columns import schema as node_schema
    from amazon_photos.catalog.schema import Header
    from amazon_photos.catalog.store import Store

    rows = 20_000
    store = Store(sys.argv[1])
    for turn in range(10_000):
        columns = {name: pa.nulls(rows, node_schema().field(name).type) for name in node_schema().names}
        columns["id"] = pa.array([f"{turn}-{row}" for row in range(rows)])
        with store.lock():
            store.write(pa.table(columns, schema=node_schema()), Header(owner=str(turn)))
        print(turn, flush=True)
""")


@pytest.mark.slow
def test_kill_at_any_moment_leaves_a_whole_file(store):
    """After SIGKILL in the middle of writing there is the old file or the new one, and the next writer cleans up."""
    for moment in range(8):
        process = subprocess.Popen([sys.executable, "-c", WRITER, store.path], stdout=subprocess.PIPE)
        try:
            process.stdout.readline()
            time.sleep(0.013 * moment)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
        turn = store.header().owner
        assert store.read(["id"]).column("id").to_pylist() == [f"{turn}-{row}" for row in range(20_000)]
        write(store, empty(), Header(owner=turn))
        assert files(store) == ["ap.parquet", "ap.parquet.lock"]


def test_other_programs_read_the_file(store, nodes, at):
    """Polars, Dask and pandas open it as any Parquet file."""
    write(store, nodes(at("a", 2001, name="x"), at("b", 2002)))
    assert polars.read_parquet(store.path).filter(polars.col("id") == "a")["name"].to_list() == ["x"]
    assert dask.dataframe.read_parquet(store.path, columns=["id"]).id.compute().tolist() == ["a", "b"]
    assert pandas.read_parquet(store.path, dtype_backend="pyarrow").contentDate.dt.year.tolist() == [2001, 2002]


def test_small_catalogues_have_small_row_groups():
    """Some eight of them, none with fewer than 4,096 rows, nor with more than a large catalogue's."""
    assert [size_groups(rows) for rows in (0, 32_767, 32_768, 80_000, 262_144, 1_000_000)] == [
        *(4_096, 4_096, 4_096, 10_000, 32_768, 32_768)
    ]
