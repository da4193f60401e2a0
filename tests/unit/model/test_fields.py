"""The field table."""

import pytest

from amazon_photos.model.fields import COLUMNS, FIELDS, WORDS, Operator


def test_no_column_and_no_path_stands_twice():
    """Each column and each path means one field."""
    columns = [f.column for f in FIELDS if f.column]
    paths = [f.path for f in FIELDS if f.path]
    assert len(columns) == len(set(columns)) == len(COLUMNS)
    assert len(paths) == len(set(paths))


def test_the_readable_columns_come_first_as_in_the_predecessor():
    """A frame begins with the columns people look at, in the predecessor's order."""
    assert list(COLUMNS)[:15] == [
        "createdDate", "modifiedDate", "id", "parents", "image.dateTime", "name", "image.width", "image.height",
        "video.width", "video.height", "size", "md5", "ownerId", "contentType", "extension",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "word", "operators"),
    [
        ("node", "name", Operator.EQUAL | Operator.PREFIX),
        ("node", "contentProperties.contentDate", Operator.EQUAL | Operator.RANGE),
        ("node", "contentProperties.contentType", Operator.PREFIX),
        ("node", "contentProperties.size", Operator.NONE),
        ("node", "parentIds", Operator.EQUAL),
        ("search", "favorite", Operator.EQUAL),
        ("local", "size", Operator.ALL),
    ],
)
def test_each_dialect_knows_its_words(dialect, word, operators):
    """What a filter may do with a word is what Amazon's table says; offline everything goes."""
    assert WORDS[dialect][word].operators(dialect) == operators


def test_a_search_does_not_know_kind():
    """`kind:` is a 400 in a search."""
    assert "kind" not in WORDS["search"]
    assert "kind" in WORDS["node"]
