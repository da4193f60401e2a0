"""The system's errors in our words."""

import errno
import os
from pathlib import Path

import pytest

from amazon_photos.errors import DiskFull, LocalFileError, NotWritable
from amazon_photos.files.os_errors import to_local_error, translate_write_error


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


def test_what_the_system_says(tmp_path):
    """No room and no entry are told apart from the rest, each with one clear message."""

    def said(number, **where):
        return translate_write_error(OSError(number, os.strerror(number)), Path("media") / "a.jpg", **where)

    assert isinstance(said(errno.ENOSPC), DiskFull)
    assert isinstance(said(errno.EROFS), NotWritable)
    assert isinstance(said(errno.EROFS, out=tmp_path), NotWritable)
    assert type(said(errno.EIO)) is LocalFileError
    assert "make room and run the same again" in str(said(errno.ENOSPC))
    assert "cannot write in media" in str(said(errno.EACCES))


def test_one_folder_without_entry_ends_no_run(tmp_path, monkeypatch):
    """A folder that takes no files fails its files; only where ``out`` takes none, everything ends."""
    refused = OSError(errno.EACCES, os.strerror(errno.EACCES))
    assert type(translate_write_error(refused, tmp_path / "sub" / "a.jpg", out=tmp_path)) is LocalFileError
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert isinstance(translate_write_error(refused, tmp_path / "sub" / "a.jpg", out=tmp_path), NotWritable)
