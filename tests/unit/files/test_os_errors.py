"""The system's errors in our words."""

import errno
import os

import pytest

from amazon_photos.errors import DiskFull, LocalFileError
from amazon_photos.files.os_errors import to_local_error


@pytest.mark.parametrize("number", [errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)])
def test_a_full_disk_is_one(number):
    """So is what a quota allows."""
    error = to_local_error(OSError(number, os.strerror(number), "/secret"), "cannot write a.json")
    assert type(error) is DiskFull
    assert str(error) == f"cannot write a.json: {os.strerror(number)}; make room and run the same again"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.EACCES, "Permission denied"), "Permission denied"),
        (OSError("odd"), "odd"),
        (OSError(), "OSError"),
    ],
)
def test_anything_else_is_told_in_the_systems_words(error, says):
    """Also where it has none."""
    ours = to_local_error(error, "cannot write a.json")
    assert type(ours) is LocalFileError
    assert str(ours) == f"cannot write a.json: {says}"
