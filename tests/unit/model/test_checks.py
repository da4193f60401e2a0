"""What can be an id, an MD5 and a size."""

import pytest

from amazon_photos.model.checks import is_md5, is_node_id, is_size, normalize_md5

PATHS = ["", ".", "..", "/etc", "a/b", "a\\b", "a\0", "a\n", "é", "a b", "%2e", "a" * 257, None, 1, b"a"]


@pytest.mark.parametrize("value", PATHS)
def test_what_leads_elsewhere_is_no_id(value):
    """Nothing that could be a path, an escape or a control character passes for an id (fault A2)."""
    assert not is_node_id(value)


@pytest.mark.parametrize("value", ["HeMReF-vvJiTTkdPIeWuoP", "-eMReF-vvJiTTkdPIeWuo_", "a", "a" * 256])
def test_ids_are_ids(value):
    """The ids that Amazon gives pass, those that begin with a hyphen too."""
    assert is_node_id(value)


@pytest.mark.parametrize("value", [*PATHS, "A" * 32, "g" * 32, "0" * 31, "0" * 32 + "\n", "x/../../../victim"])
def test_what_is_no_md5(value):
    """Only 32 lower-case hexadecimal digits are an MD5 (fault A2)."""
    assert not is_md5(value)


def test_md5s_of_other_programs_are_read():
    """Upper case and space around it are taken; what is none becomes None."""
    assert normalize_md5(" 6DF23DC03F9B54CC38A0FC1483DF6E21\n") == "6df23dc03f9b54cc38a0fc1483df6e21"
    assert normalize_md5("x/../../../victim") is None
    assert normalize_md5(None) is None


@pytest.mark.parametrize(("value", "fits"), [(0, True), (1 << 40, True), (-1, False), (1 << 62, False), (True, False)])
def test_sizes(value, fits):
    """A size is a number of bytes that some file could have (fault B3)."""
    assert is_size(value) is fits
