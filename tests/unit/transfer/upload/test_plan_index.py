"""What a plan is going to send: as a dict and a set would tell it, in a fraction of their memory."""

import hashlib
import tracemalloc
import zlib

from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.transfer.upload.plan_index import PlanIndex

FEW = st.integers(0, 40)


def md5(number):
    return f"{number:032x}"


@given(st.lists(st.tuples(FEW, FEW, FEW), max_size=60))
def test_it_tells_what_a_dict_and_a_set_would(files):
    """The first file of a content keeps it; names count in their own folder. MD5s may be much alike."""
    index, contents, names = PlanIndex(), {}, set()
    for number, (content, folder, name) in enumerate(files):
        assert index.find_first(md5(content)) == contents.get(content)
        assert index.has_name(f"f{folder}", f"{name}.jpg") == ((folder, name) in names)
        index.add(f"/here/{number}", md5(content), f"f{folder}", f"{name}.jpg")
        contents.setdefault(content, f"/here/{number}")
        names.add((folder, name))


def test_digests_that_overlap_are_not_taken_for_one_another():
    """Records of equal bytes read alike at odd places too: only whole ones count."""
    index = PlanIndex()
    for content in (md5(0), "00" * 15 + "01", "01" + "00" * 15):
        assert index.find_first(content) is None
        index.add(f"/{content}", content, "f", content)
    assert index.find_first(md5(0)) == f"/{md5(0)}"


def test_every_path_comes_back_whatever_it_is_called():
    """Paths of thousands of files, of names that are no text among them."""
    index = PlanIndex()
    paths = [f"/here/{number}\udcff ä 📷.jpg" for number in range(2500)]
    for number, path in enumerate(paths):
        index.add(path, md5(number), "f", path)
    assert [index.find_first(md5(number)) for number in range(2500)] == paths
    assert index.has_name("f", paths[7])


def test_the_copy_of_a_folder_is_told_without_unpacking_each_path(monkeypatch):
    """Whoever asks for one path after the other has a thousand of them unpacked at a time."""
    unpacked, unpack = [], zlib.decompress
    monkeypatch.setattr(zlib, "decompress", lambda packed: unpacked.append(packed) or unpack(packed))
    taken = PlanIndex()
    for number in range(3000):
        taken.add(f"/here/{number}", md5(number), "f", f"{number}.jpg")
    assert [taken.find_first(md5(number)) for number in range(3000)] == [f"/here/{number}" for number in range(3000)]
    assert len(unpacked) < 5


def test_a_file_takes_little_memory():
    """Path and MD5 as texts would be 168 bytes. Most of it is for parts that have a file or none: of 300,000 files
    each takes 61. And all of it goes."""
    tracemalloc.start()
    index = PlanIndex()
    for number in range(50_000):
        content = hashlib.md5(b"%d" % number).hexdigest()
        index.add(f"/home/somebody/Pictures/2023/{number}.jpg", content, "2023", f"{number}.jpg")
    held, _ = tracemalloc.get_traced_memory()
    del index
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held / 50_000 < 130
    assert left < held / 20


def test_what_was_known_of_few_files_is_known_of_many():
    """It begins small, and is divided anew once there are many: contents and names from before are still found."""
    index, few = PlanIndex(), 16 * 1024
    for number in range(few + 10):
        index.add(f"/here/{number}", md5(number), "f", f"{number}.jpg")
        if few - 3 < number:
            assert index.find_first(md5(number)) == f"/here/{number}"
    assert all(index.find_first(md5(number)) == f"/here/{number}" for number in range(few + 10))
    assert all(index.has_name("f", f"{number}.jpg") for number in range(few + 10))
    assert index.find_first(md5(few + 10)) is None
    assert not index.has_name("f", f"{few + 10}.jpg")


def test_what_is_known_of_many_files_lies_in_small_pieces():
    """A look goes through some records, not through a hundred, and what goes is of use to all of the process.

    Python gives back what is no longer needed of pieces up to 512 bytes; larger ones are packed paths, a thousand each.
    """
    index = PlanIndex()
    tracemalloc.start()
    for number in range(40_000):
        content = hashlib.md5(b"%d" % number).hexdigest()
        index.add(f"/here/{number}", content, "f", f"{number}.jpg")
    pieces = tracemalloc.take_snapshot().traces
    tracemalloc.stop()
    assert sum(piece.size > 512 for piece in pieces) < 200


def test_an_index_of_nothing_takes_next_to_nothing():
    """Most uploads are of some files."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        index = PlanIndex()
        assert tracemalloc.get_traced_memory()[0] - before < 50_000
        assert index.find_first(md5(1)) is None
    finally:
        tracemalloc.stop()
