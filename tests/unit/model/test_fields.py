"""The field table."""

import pytest

from amazon_photos.model.fields import COLUMNS, FIELDS, SHORT_COLUMNS, WORDS, Operator


def test_no_column_and_no_path_stands_twice():
    """Each column and each path means one field."""
    columns = [f.column for f in FIELDS if f.column]
    paths = [f.path for f in FIELDS if f.path]
    assert len(columns) == len(set(columns)) == len(COLUMNS)
    assert len(paths) == len(set(paths))


def test_the_columns_of_the_first_screen_come_first():
    """A frame begins with what people look at; the ten that pandas shows of a wide frame have the id among them."""
    assert list(COLUMNS)[:12] == [
        "name", "taken", "size", "kind", "extension", "width", "height", "make", "model", "id", "latitude", "longitude",
    ]  # fmt: skip
    assert list(SHORT_COLUMNS) == list(COLUMNS)[:12]


def test_the_readmes_columns_stay_under_their_names():
    """Scripts that were written for the predecessor find its first columns."""
    predecessors = [
        "createdDate", "modifiedDate", "id", "parents", "image.dateTime", "name", "image.width", "image.height",
        "video.width", "video.height", "size", "md5", "ownerId", "contentType", "extension",
    ]  # fmt: skip
    assert set(predecessors) <= set(COLUMNS)


def test_what_we_make_ourselves_is_never_sent():
    """A column of ours is made from columns of Amazon's, and neither dialect of Amazon's knows it."""
    made = [field for field in FIELDS if field.made_from]
    assert made
    for field in made:
        assert not field.path
        assert not field.search_name
        assert all(COLUMNS[name].path for name in field.made_from)
        assert field.column not in WORDS["node"]
        assert field.column not in WORDS["search"]
        assert field.column in WORDS["local"]


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
