"""What is ours among what the library holds, and how often it is asked."""

import pytest

from amazon_photos.model.node import ContentProperties, Node
from amazon_photos.transfer.upload.verify_upload import ExpectedFile, is_live_file, is_same_name, max_probes

MIB = 1024 * 1024
MD5 = "0123456789abcdef0123456789abcdef"
WANTED = ExpectedFile(MD5, 5, "Straße.jpg", "F")


@pytest.mark.parametrize(
    ("mebibytes", "looks"), [(0, 5), (1, 5), (99, 5), (100, 6), (199, 6), (200, 7), (399, 7), (400, 8), (2048, 10)]
)
def test_the_larger_a_file_the_longer_it_is_waited_for(mebibytes, looks):
    """Five looks, and one more for every doubling from 100 MiB on."""
    assert max_probes(mebibytes * MIB, all_sent=True) == looks


@pytest.mark.parametrize("size", [0, 5, 2048 * MIB])
def test_what_was_not_sent_whole_is_not_waited_for(size):
    """One look: it can only be there if somebody else sent it."""
    assert max_probes(size, all_sent=False) == 1


@pytest.mark.parametrize(
    ("md5", "size", "same"),
    [
        (MD5, 5, True),
        (MD5.upper(), 5, True),
        (MD5, None, True),
        (MD5, 6, False),
        ("f" * 32, 5, False),
        ("f" * 32, None, False),
        (None, 5, None),
        ("no MD5", 5, None),
    ],
)
def test_a_content_is_told_by_its_md5_and_size(md5, size, same):
    """Both must be ours; a size that an answer leaves out speaks for neither, and without an MD5 nobody knows."""
    node = Node(id="n", content_properties=ContentProperties(md5=md5, size=size))
    assert WANTED.is_content_of(node) is same


@pytest.mark.parametrize(
    ("name", "parents", "there"),
    [
        ("Straße.jpg", ("F",), True),
        ("STRASSE.JPG ", ("E", "F"), True),
        ("Straße.jpg", ("E",), False),
        ("other.jpg", ("F",), False),
        ("Straße.jpg", (), False),
    ],
)
def test_a_place_is_a_name_in_a_folder(name, parents, there):
    """The name in whatever case, in the very folder; neither is enough alone."""
    assert WANTED.is_place_of(Node(id="n", name=name, parents=parents)) is there


@pytest.mark.parametrize(
    ("one", "other", "same"), [("a", "a", True), (" A", "a ", True), ("a\u0301", "Á", True), ("a", "b", False)]
)
def test_names_are_one_whatever_their_case_and_form(one, other, same):
    """As Amazon sees them: without case, Unicode form and space around them."""
    assert is_same_name(one, other) is same


@pytest.mark.parametrize(
    ("kind", "status", "live"),
    [
        ("FILE", "AVAILABLE", True),
        ("FILE", "PENDING", True),
        ("", "", True),
        ("FILE", "TRASH", False),
        ("FOLDER", "AVAILABLE", False),
        ("FOLDER", "TRASH", False),
    ],
)
def test_a_live_file_is_a_file_and_not_in_the_trash(kind, status, live):
    """Both are needed; what an answer leaves out speaks for neither."""
    assert is_live_file(Node(id="n", kind=kind, status=status)) is live
