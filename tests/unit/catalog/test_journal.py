"""What an interrupted listing leaves."""

import errno
import os

import pytest

from amazon_photos.catalog.journal import About, Journal
from amazon_photos.errors import CatalogError, DiskFull

ABOUT = About(owner="OWNER", filters="status:AVAILABLE", began=1_700_000_000_000)
DAY = 86_400_000


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "ap.parquet.part"


@pytest.fixture
def begun(folder, nodes):
    """A journal of two spans, as a killed process leaves it."""
    journal = Journal.open(folder, ABOUT)
    journal.keep(nodes("a", "b"), until=10)
    journal.keep(nodes("c"), until=20)
    return folder


def later(**changes):
    return About(**{"owner": ABOUT.owner, "filters": ABOUT.filters, "began": ABOUT.began + 5, **changes})


def ids(journal):
    return journal.gather().load_all().column("id").to_pylist()


def test_it_goes_on_where_it_stopped(begun):
    """The spans that were kept are there, and when the listing began is what it was."""
    journal = Journal.open(begun, later())
    assert journal.resumed
    assert (ids(journal), journal.until, journal.rows, journal.ended) == (["a", "b", "c"], 20, 3, False)
    assert journal.about.began == ABOUT.began


def test_a_listing_that_came_to_its_end_is_not_read_again(begun, nodes):
    """Killed after the last span and before the catalogue was written: nothing is left to list."""
    Journal.open(begun, later()).keep(nodes("d"), until=None)
    journal = Journal.open(begun, later())
    assert (ids(journal), journal.ended) == (["a", "b", "c", "d"], True)


@pytest.mark.parametrize(
    "now",
    [
        later(owner="SOMEBODY"),
        later(filters="kind:FILE"),
        later(began=ABOUT.began + DAY + 1),
        later(version=99),
        later(began=None),
    ],
    ids=["another owner", "another filter", "a day later", "another version", "unknown time"],
)
def test_what_is_not_the_same_listing_is_thrown_away(begun, now):
    """Another account's, another question's or an old one's spans are not used, and are removed."""
    journal = Journal.open(begun, now)
    assert not journal.resumed
    assert journal.rows == 0
    assert not begun.exists()


def test_a_span_that_cannot_be_read_ends_what_can_be_used(begun):
    """Power went in the middle: what is whole is used, the rest is read again."""
    (begun / "00002.rows").write_bytes(b"PAR1 half")
    journal = Journal.open(begun, later())
    assert (ids(journal), journal.until) == (["a", "b"], 10)


def test_a_journal_without_its_head_is_thrown_away(begun):
    """Spans of which nobody can say whose they are, are not used."""
    (begun / "about.json").write_bytes(b"{}")
    assert not Journal.open(begun, later()).resumed


def test_what_comes_in_one_span_needs_no_journal(folder, nodes):
    """A small library leaves nothing on the disk."""
    journal = Journal.open(folder, ABOUT)
    journal.keep(nodes("a"), until=None)
    assert journal.ended
    assert not folder.exists()


def test_clearing_forgets_everything(begun):
    """Afterwards there is nothing on the disk; clearing again is no error."""
    journal = Journal.open(begun, later())
    journal.clear()
    journal.clear()
    assert (journal.rows, journal.until, begun.exists()) == (0, None, False)


@pytest.mark.parametrize("number", [1, 2], ids=["the head", "a span"])
def test_a_full_disk_is_said_so(folder, nodes, number, monkeypatch):
    """No room for what was read: the error is the one for full disks, and nothing half written stays."""
    journal, really, done = Journal.open(folder, ABOUT), os.replace, []

    def replace(source, target):
        done.append(target)
        if len(done) == number:
            raise OSError(errno.ENOSPC, "No space left on device")
        really(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(DiskFull, match=r"cannot write to .*ap\.parquet\.part"):
        journal.keep(nodes("a"), until=1)
    assert not list(folder.glob("*.tmp"))


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "theirs",
    [
        {"a.jpg": b"theirs"},
        {"00001.parquet": b"PAR1 theirs"},
        {"about.json": b"{}", "00001.parquet": b"PAR1 theirs"},
        {"about.json": b'{"owner": "me", "album": "Porto"}', "00002.tmp": b"x"},
        {"about.tmp": b"theirs", "sub/00001.parquet": b"x"},
        {},
    ],
    ids=["other names", "a span's name", "the head's name", "another head", "the head's other name", "nothing"],
)
def test_a_folder_of_the_users_loses_nothing(folder, nodes, theirs):
    """A folder ``ap.parquet.part`` that somebody made holds afterwards what it held; the listing works (fault A7)."""
    for name, content in theirs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    journal = Journal.open(folder, ABOUT)
    assert not journal.resumed
    journal.keep(nodes("a"), until=1)
    journal.keep(nodes("b"), until=None)
    assert ids(journal) == ["a", "b"]
    assert {**contents(folder), **theirs} == contents(folder)
    journal.clear()
    Journal.open(folder, later()).clear()
    assert (contents(folder) if folder.exists() else {}) == theirs


def test_what_somebody_put_into_our_folder_stays(begun):
    """Clearing removes the files that we wrote; a picture, a link and a folder among them stay (fault A7)."""
    (begun / "mine.jpg").write_bytes(b"mine")
    (begun / "00007.parquet").symlink_to(begun / "mine.jpg")
    (begun / "00008.parquet").mkdir()
    Journal.open(begun, later()).clear()
    assert sorted(path.name for path in begun.iterdir()) == ["00007.parquet", "00008.parquet", "mine.jpg"]


def test_a_file_of_the_users_is_neither_removed_nor_in_the_way(folder, nodes, caplog):
    """A file of the folder's name stays what it is; the listing goes on without a journal, and says so (fault A7)."""
    folder.write_bytes(b"a download of theirs")
    journal = Journal.open(folder, ABOUT)
    journal.keep(nodes("a"), until=1)
    journal.keep(nodes("b"), until=2)
    assert ids(journal) == ["a", "b"]
    journal.clear()
    assert folder.read_bytes() == b"a download of theirs"
    assert caplog.text.count("is not ours and is left alone") == 1


def test_what_a_crash_left_of_the_head_is_no_obstacle(folder, nodes):
    """Killed while the head was written: the next listing is kept all the same."""
    folder.mkdir()
    (folder / "about.tmp").write_bytes(b'{"owner":"OWN')
    Journal.open(folder, ABOUT).keep(nodes("a"), until=1)
    assert Journal.open(folder, later()).resumed


def test_a_link_in_a_spans_place_is_not_written_through(begun, tmp_path, nodes):
    """What a link leads to is never touched (fault A7)."""
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"theirs")
    (begun / "00003.tmp").symlink_to(theirs)
    Journal.open(begun, later()).keep(nodes("d"), until=30)
    assert theirs.read_bytes() == b"theirs"
    assert Journal.open(begun, later()).rows == 4


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path, nodes):
    """A folder that cannot be made is named."""
    with pytest.raises(CatalogError, match="part"):
        Journal.open(tmp_path / "nowhere" / "ap.parquet.part", ABOUT).keep(nodes("a"), until=1)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOMEM])
def test_spans_that_cannot_be_read_for_a_moment_are_kept(begun, number, monkeypatch):
    """Too many open files, too little memory: an error, and what was read is still there afterwards (fault A6)."""

    really = os.open

    def open_path(path, *arguments, **named):
        if os.fspath(path).endswith(".rows"):
            raise OSError(number, os.strerror(number))
        return really(path, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", open_path)
        with pytest.raises(CatalogError, match=rf"00001\.rows: {os.strerror(number)}"):
            Journal.open(begun, later())
    assert Journal.open(begun, later()).rows == 3


def test_a_clock_that_was_set_back_begins_the_listing_again(folder, nodes):
    """What was read before bears dates that say nothing about what is read now (fault F4)."""
    journal = Journal.open(folder, later(ahead=0))
    journal.keep(nodes("a"), until=10)
    assert Journal.open(folder, later(ahead=-30_000)).resumed
    assert not Journal.open(folder, later(ahead=-3_600_000)).resumed
