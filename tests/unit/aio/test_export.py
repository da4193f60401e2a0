"""Writing results to files."""

import pandas as pd
import pytest

from amazon_photos.aio.export import write_frame, write_json
from amazon_photos.errors import LocalFileError

FRAME = pd.DataFrame({"id": ["a", "b"], "size": [1, 2]})


def test_a_frame_is_written_whole_into_new_folders(tmp_path):
    """The target appears complete, and nothing else does."""
    target = tmp_path / "new" / "some.parquet"
    write_frame(FRAME, target)
    pd.testing.assert_frame_equal(pd.read_parquet(target), FRAME, check_dtype=False)
    assert list(target.parent.iterdir()) == [target]


def test_a_target_that_cannot_be_written_is_named_and_left_alone(tmp_path):
    """A folder under that name is an error that names it; nothing is left behind."""
    (tmp_path / "taken").mkdir()
    with pytest.raises(LocalFileError, match="taken"):
        write_json(FRAME, tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
