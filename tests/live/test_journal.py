"""The journal: what a run made is on the disk, however it ended."""

import pytest

from live.journal import Journal, UnreadableJournal


def test_half_a_line_is_cut_off(tmp_path):
    """A power cut in the middle of a line loses that line, and what is added later can be read."""
    path = tmp_path / "journal"
    journal = Journal(path, tld="com")
    journal.has_made(journal.will_make("FOLDER", "a"), "id1")
    journal.will_make("FILE", "b")
    path.write_bytes(path.read_bytes()[:-4])
    again = Journal(path, tld="com")
    again.has_made(again.will_make("FILE", "c"), "id2")
    assert list(Journal(path, tld="com").made) == ["id1", "id2"]


@pytest.mark.parametrize("held", ["", '{"tl'])
def test_a_kill_before_anything_was_made_leaves_a_journal_of_nothing(tmp_path, held):
    """The next run begins it anew."""
    path = tmp_path / "journal"
    path.write_text(held)
    journal = Journal(path, tld="com")
    journal.has_made(journal.will_make("FOLDER", "a"), "id1")
    assert list(Journal(path, tld="com").made) == ["id1"]


def test_it_goes_when_nothing_is_left(tmp_path):
    """As long as a node, or one that may be there, is named, the file stays."""
    path = tmp_path / "journal"
    journal = Journal(path, tld="com")
    journal.has_made(journal.will_make("FOLDER", "a"), "id1")
    number = journal.will_make("FILE", "b")
    journal.was_refused(number)
    assert not journal.remove_if_done()
    journal.has_deleted("id1")
    assert journal.remove_if_done()
    assert not path.exists()


def test_two_runs_do_not_share_one(tmp_path):
    """A run that finds another's journal where it had none makes nothing."""
    first, second = (Journal(tmp_path / "journal", tld="com") for _ in range(2))
    first.will_make("FOLDER", "a")
    with pytest.raises(FileExistsError):
        second.will_make("FOLDER", "b")


def test_two_clean_ups_do_not_share_one(tmp_path):
    """The second notices that the file is not as it was, changed or gone, and writes no other that nobody can read."""
    path = tmp_path / "journal"
    journal = Journal(path, tld="com")
    for number in (1, 2):
        journal.has_made(journal.will_make("FOLDER", "a"), f"id{number}")
    first, second = (Journal(path, tld="com") for _ in range(2))
    first.has_deleted("id1")
    with pytest.raises(UnreadableJournal):
        second.has_deleted("id1")
    first.has_deleted("id2")
    assert first.remove_if_done()
    with pytest.raises(FileNotFoundError):
        second.has_deleted("id1")
    assert not path.exists()


@pytest.mark.parametrize(
    "text",
    [
        '{"tld": "com"}\n{"mading": 1}\n',
        '{"tld": "com"}\n[1]\n',
        '{"tld": "ca"}\n',
        "text\n",
        "[1]\n",
        '{"making": 1}\n',
        '{"tld": "com"}\n{"made": 7, "id": "x"}\n',
        "\xff\n",
    ],
)
def test_what_is_no_journal_of_this_account_is_refused(tmp_path, text):
    """Another marketplace's, another program's file, or one whose lines don't belong together; it stays as it is."""
    path = tmp_path / "journal"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UnreadableJournal):
        Journal(path, tld="com")
    assert path.read_bytes() == text.encode("latin-1")
