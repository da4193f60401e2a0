"""Steps of an upload, one by one and column by column: both tell the same of a file."""

import pytest

from amazon_photos.frames.results import UploadAction, UploadOutcome
from amazon_photos.transfer.local.found import FoundFiles, LocalFile
from amazon_photos.transfer.upload.steps import OUTCOMES, PlanStep, SettledSteps, join_folders, result_columns

MD5 = f"{7:032x}"
FILES = (
    LocalFile("/p/a.jpg", "P", "a.jpg", 3, 5),
    LocalFile("/p/b.tmp", "P", "b.tmp", 4, 6, reason="not wanted"),
    LocalFile("/p/c.jpg", "", "c.jpg", reason="cannot be read", failed=True),
)
ACTIONS = (UploadAction.EXISTS, UploadAction.SKIP, UploadAction.FAILED)


@pytest.fixture
def settled():
    """Steps of a file that is there already, one that is not wanted, and one that cannot be read."""
    found = FoundFiles()
    found.extend(FILES)
    return SettledSteps(found, "Backup", ACTIONS, [None, *found.reason[1:]], [MD5, None, None], ["n1", None, None])


def test_settled_steps_are_those_that_stand_in_their_columns(settled):
    """Each goes below ``to``, and keeps what is known of it."""
    assert len(settled) == 3
    assert list(settled) == [
        PlanStep(FILES[0], UploadAction.EXISTS, None, "Backup/P", "a.jpg", MD5, "n1"),
        PlanStep(FILES[1], UploadAction.SKIP, "not wanted", "Backup/P", "b.tmp"),
        PlanStep(FILES[2], UploadAction.FAILED, "cannot be read", "Backup", "c.jpg"),
    ]


def test_columns_tell_what_steps_do(settled):
    """What became of them is the same, made at once or one by one; a size is told of what was read."""
    one_by_one = [step.result().row(place)[1:] for place, step in enumerate(settled)]
    assert list(zip(*result_columns(settled), strict=True)) == one_by_one
    assert list(zip(*result_columns(list(settled)), strict=True)) == one_by_one
    assert result_columns(settled)[3] == [UploadOutcome.EXISTS, UploadOutcome.SKIPPED, UploadOutcome.FAILED]
    assert result_columns(settled)[5] == [3, None, None]


def test_every_action_comes_to_something():
    """No step is without an outcome."""
    assert set(OUTCOMES) == set(UploadAction)


@pytest.mark.parametrize(
    ("to", "folder", "joined"), [("", "", ""), ("A", "", "A"), ("", "B", "B"), ("A/C", "B/D", "A/C/B/D")]
)
def test_folders_are_joined(to, folder, joined):
    """Either may be the folder itself."""
    assert join_folders(to, folder) == joined


def test_the_time_of_a_file_that_no_table_can_hold_is_left_out():
    """Whoever applies the plan reads it again; of what was never looked at, nothing is told."""
    far = PlanStep(FILES[0]._replace(mtime_ns=1 << 63), UploadAction.UPLOAD, md5=MD5)
    assert far.row()[-1] is None
    assert PlanStep(FILES[0], UploadAction.UPLOAD, md5=MD5).row()[-1] == 5
    assert PlanStep(FILES[2], UploadAction.FAILED).row()[5] is None
