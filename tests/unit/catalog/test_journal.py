"""What an interrupted listing leaves."""

from pathlib import Path

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
    journal = Journal.opened(folder, ABOUT)
    journal.keep(nodes("a", "b"), until=10)
    journal.keep(nodes("c"), until=20)
    return folder


def later(**changes):
    return About(**{"owner": ABOUT.owner, "filters": ABOUT.filters, "began": ABOUT.began + 5, **changes})


def ids(journal):
    return journal.table().column("id").to_pylist()


def test_it_goes_on_where_it_stopped(begun):
    """The spans that were kept are there, and when the listing began is what it was."""
    journal = Journal.opened(begun, later())
    assert journal.resumed
    assert (ids(journal), journal.until, journal.rows, journal.ended) == (["a", "b", "c"], 20, 3, False)
    assert journal.about.began == ABOUT.began


def test_a_listing_that_came_to_its_end_is_not_read_again(begun, nodes):
    """Killed after the last span and before the catalogue was written: nothing is left to list."""
    Journal.opened(begun, later()).keep(nodes("d"), until=None)
    journal = Journal.opened(begun, later())
    assert (ids(journal), journal.ended) == (["a", "b", "c", "d"], True)


@pytest.mark.parametrize(
    "now",
    [
        later(owner="SOMEBODY"),
        later(filters="kind:FILE"),
        later(began=ABOUT.began + DAY + 1),
        later(version=2),
        later(began=None),
    ],
    ids=["another owner", "another filter", "a day later", "another version", "unknown time"],
)
def test_what_is_not_the_same_listing_is_thrown_away(begun, now):
    """Another account's, another question's or an old one's spans are not used, and are removed."""
    journal = Journal.opened(begun, now)
    assert not journal.resumed
    assert journal.rows == 0
    assert not begun.exists()


def test_a_span_that_cannot_be_read_ends_what_can_be_used(begun):
    """Power went in the middle: what is whole is used, the rest is read again."""
    (begun / "00002.parquet").write_bytes(b"PAR1 half")
    journal = Journal.opened(begun, later())
    assert (ids(journal), journal.until) == (["a", "b"], 10)


def test_a_journal_without_its_head_is_thrown_away(begun):
    """Spans of which nobody can say whose they are, are not used."""
    (begun / "about.json").write_bytes(b"{}")
    assert not Journal.opened(begun, later()).resumed


def test_what_comes_in_one_span_needs_no_journal(folder, nodes):
    """A small library leaves nothing on the disk."""
    journal = Journal.opened(folder, ABOUT)
    journal.keep(nodes("a"), until=None)
    assert journal.ended
    assert not folder.exists()


def test_clearing_forgets_everything(begun):
    """Afterwards there is nothing on the disk; clearing again is no error."""
    journal = Journal.opened(begun, later())
    journal.clear()
    journal.clear()
    assert (journal.rows, journal.until, begun.exists()) == (0, None, False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("name", ["about.tmp", "00001.tmp"])
def test_a_full_disk_is_said_so(folder, nodes, name):
    """No room for what was read: the error is the one for full disks, and nothing half written stays."""
    journal = Journal.opened(folder, ABOUT)
    folder.mkdir()
    (folder / name).symlink_to("/dev/full")
    with pytest.raises(DiskFull, match=r"cannot write to .*ap\.parquet\.part"):
        journal.keep(nodes("a"), until=1)
    assert not (folder / name).is_symlink()
    assert Path("/dev/full").is_char_device()


def test_somebody_elses_file_is_not_removed(folder):
    """Clearing removes a folder of ours, never a file of that name."""
    folder.write_bytes(b"a download of theirs")
    Journal.opened(folder, ABOUT).clear()
    assert folder.read_bytes() == b"a download of theirs"


def test_a_place_that_cannot_be_written_is_a_clear_error(folder, nodes):
    """A file where the folder should be is named."""
    folder.write_bytes(b"")
    with pytest.raises(CatalogError, match="part"):
        Journal.opened(folder, ABOUT).keep(nodes("a"), until=1)
