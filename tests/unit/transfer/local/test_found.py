"""Files as columns: what goes in comes out."""

import dataclasses

from amazon_photos.transfer.local.found import FoundFiles, LocalFile, batch_files
from amazon_photos.transfer.local.kept import Kept

FILES = [
    LocalFile("/P/a.jpg", "P", "a.jpg", 1, 2, 3, 4, 5),
    LocalFile("/P/b.jpg", "P", "b.jpg", reason="junk", junk=True),
    LocalFile("/P/c.jpg", "P", "c.jpg", reason="cannot be read", failed=True),
]


def test_each_field_of_a_file_has_a_column_but_what_it_holds():
    assert [field.name for field in dataclasses.fields(FoundFiles)] == list(LocalFile._fields[:-1])
    assert LocalFile._fields[-1] == "kept"


def test_files_come_out_as_they_went_in():
    one_by_one, together = FoundFiles(), FoundFiles()
    for file in FILES:
        one_by_one.add(file)
    together.extend(FILES)
    together.extend([])
    assert list(one_by_one) == list(together) == FILES
    assert list(together.cut(1, 3)) == FILES[1:]
    assert [list(batch) for batch in batch_files(FILES, 2)] == [FILES[:2], FILES[2:]]


def test_what_a_file_holds_is_left_out():
    found = FoundFiles()
    kept = FILES[0]._replace(kept=Kept(b"x"))
    found.add(kept)
    found.extend([kept])
    assert list(found) == [FILES[0]] * 2
