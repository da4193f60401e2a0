"""Sorted rows on the disk: what was written is read, and what is damaged is said so."""

import os

import pyarrow as pa
import pytest

from amazon_photos.catalog import sorted_rows
from amazon_photos.catalog.sorted_rows import (
    PieceDamaged,
    SortedFile,
    SortedTable,
    sort_rows,
    take_places,
    write_sorted,
)


@pytest.fixture(autouse=True)
def small_groups(monkeypatch):
    """Row groups of four rows, so that few rows are many."""
    monkeypatch.setattr(sorted_rows, "ROWS_AT_ONCE", 4)


@pytest.fixture
def table(nodes, at):
    """Ten rows by date, the last of which has none."""
    return nodes(*(at(f"{number}", 2000 + number) for number in range(9)), {"id": "9", "kind": "FOLDER"})


@pytest.fixture
def path(tmp_path, table):
    path = tmp_path / "00001.rows"
    with path.open("wb") as file:
        write_sorted(file, table, until=77)
    return path


def numbers(*values):
    return pa.array(values, pa.int64())


def test_what_was_written_is_read(path, table):
    """All rows, all columns, and where the span ends."""
    file = SortedFile(path)
    assert (len(file), file.until) == (10, 77)
    assert pa.concat_tables(file.tables()).unify_dictionaries().equals(table.unify_dictionaries())


def test_nothing_can_be_written(tmp_path, table):
    """A span may turn out to hold no nodes."""
    with (tmp_path / "0.rows").open("wb") as file:
        write_sorted(file, table.slice(0, 0), until=None)
    empty = SortedFile(tmp_path / "0.rows")
    assert (len(empty), empty.until, list(empty.tables())) == (0, None, [])


@pytest.mark.parametrize("rows", [[], [0], [3, 4], [1, 3, 5, 9], list(range(10))])
def test_rows_are_taken_by_number(path, table, rows):
    """Of one row group, of several, side by side or not; from the disk as from memory."""
    for piece in (SortedFile(path), SortedTable(table)):
        taken = [row for part in piece.take(numbers(*rows)) for row in part["id"].to_pylist()]
        assert taken == [str(row) for row in rows]


@pytest.mark.parametrize("places", [[], [12, 3, 9, 0, 10, 3], list(reversed(range(20)))])
def test_places_of_several_pieces_are_taken_in_their_order(path, table, places):
    """Whichever piece each is in, and however often it is asked for."""
    taken = take_places([SortedFile(path), SortedTable(table.slice(0, 0)), SortedTable(table)], numbers(*places))
    assert taken["id"].to_pylist() == [str(place % 10) for place in places]


def test_rows_are_sorted_by_date(nodes, at):
    """What has no date comes last."""
    table = nodes({"id": "none"}, at("late", 2020), at("early", 1999))
    assert sort_rows(table)["id"].to_pylist() == ["early", "late", "none"]


def test_every_changed_byte_is_noticed(path):
    """Whichever byte of the file differs: no row is read that was not written."""
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 300)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        with pytest.raises(PieceDamaged):
            list(SortedFile(path).tables())


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 500, -1])
def test_a_file_that_was_cut_is_noticed(path, kept):
    """Power went while it was written."""
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(PieceDamaged):
        SortedFile(path)


def test_the_words_of_the_index_stay(path):
    """A listing that was interrupted goes on with what another version of this package has written."""
    assert b'{"until":77,"frames":[[4,' in path.read_bytes()


def test_a_file_that_is_gone_is_noticed(path):
    """Also between two readings."""
    file = SortedFile(path)
    path.unlink()
    with pytest.raises(PieceDamaged):
        list(file.take(numbers(0)))
    with pytest.raises(PieceDamaged):
        SortedFile(path)


def test_other_columns_are_noticed(tmp_path):
    """A version of this package that had others wrote them."""
    with (tmp_path / "0.rows").open("wb") as file:
        write_sorted(file, pa.table({"id": ["a"]}), until=None)
    with pytest.raises(PieceDamaged):
        list(SortedFile(tmp_path / "0.rows").tables())


def to_folder(path):
    path.mkdir()


def to_pipe(path):
    os.mkfifo(path)


def to_loop(path):
    path.symlink_to(path)


@pytest.mark.parametrize("make", [to_folder, to_pipe, to_loop, lambda _: None])
def test_what_came_in_the_place_of_a_piece_is_said_so(path, make):
    """A folder, a pipe (without waiting for it), a link to itself, nothing: before it is opened, and afterwards."""
    opened = SortedFile(path)
    path.unlink()
    make(path)
    with pytest.raises(PieceDamaged, match=r"00001\.rows"):
        list(opened.tables())
    with pytest.raises(PieceDamaged, match=r"00001\.rows"):
        SortedFile(path)


def test_a_folder_that_became_a_file_is_said_so(path):
    """The whole folder of the listing may go."""
    folder = path.parent / "part"
    folder.mkdir()
    opened = SortedFile(path.rename(folder / path.name))
    (folder / path.name).unlink()
    folder.rmdir()
    folder.write_text("somebody's")
    with pytest.raises(PieceDamaged, match=r"00001\.rows"):
        list(opened.tables())
