"""What Amazon answers of a filter, and what is left for us."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amazon_photos import F
from amazon_photos.errors import FilterError
from amazon_photos.query.expr import Equal, Not, Term, all_of
from amazon_photos.query.match import mask
from amazon_photos.query.parser import parse
from amazon_photos.query.render import render
from amazon_photos.query.split import Split, split


@pytest.mark.parametrize("dialect", ["node", "search", "local"])
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_server_and_local_are_together_the_filter(trees, library, dialect, data):
    """Nothing is lost and nothing added, and what is sent is text that the dialect takes."""
    tree = data.draw(trees("local", patterns=True))
    parts = split(tree, dialect)
    both = [part for part in (parts.server, parts.local) if part is not None]
    assert mask(all_of(*both), library).equals(mask(tree, library))
    if parts.server is not None:
        text = render(parts.server, dialect=dialect)
        assert parse(text, dialect=dialect) == parts.server


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_what_amazon_can_say_is_sent_whole(trees, data):
    """A filter of Amazon's own dialect leaves nothing for us."""
    tree = data.draw(trees("search"))
    assert split(tree, "search") == Split(tree, None)


@pytest.mark.parametrize(
    ("tree", "dialect", "server", "local"),
    [
        (
            F.type("PHOTOS") & F.things("beach", "moon") & (F.timeYear == 2023) & ~F.favorite,
            "search",
            "type:(PHOTOS) AND things:(beach OR moon) AND timeYear:(2023)",
            ~F.favorite,
        ),
        (F.favorite & (F.size > 5), "node", "settings.favorite:true", F.size > 5),
        ((F.md5 == "abc") & F.name.startswith("IMG_"), "node", "contentProperties.md5:abc AND name:IMG_*", None),
        (F.type("PHOTOS") & F.name.matches("x$"), "search", "type:(PHOTOS)", F.name.matches("x$")),
        (F.type("PHOTOS") | (F.size > 5), "search", None, F.type("PHOTOS") | (F.size > 5)),
        (F.createdDate > "2019-07", "node", 'createdDate:{"2019-07-31T23:59:59.999Z" TO *}', None),
        (
            F.createdDate == "2020-02",
            "node",
            'createdDate:["2020-02-01T00:00:00.000Z" TO "2020-02-29T23:59:59.999Z"]',
            None,
        ),
        (F["contentType"] == "image/jpeg", "node", None, F["contentType"] == "image/jpeg"),
        (~F.isRoot, "node", None, ~F.isRoot),
    ],
)
def test_each_side_gets_what_it_can_answer(tree, dialect, server, local):
    """Words are spelled, and dates made exact, as the dialect wants them."""
    parts = split(tree, dialect)
    assert (None if parts.server is None else render(parts.server, dialect=dialect)) == server
    assert parts.local == local


def test_at_most_eight_parameters_are_sent():
    """The ninth stays here; what only Amazon can answer goes first, then what takes little room."""
    years = all_of(*(F.timeYear == year for year in range(2010, 2018)))
    parts = split(years & F.things("sea"), "search")
    assert len(list(parts.server.terms())) == 8
    assert F.things("sea") in parts.server.parts
    assert parts.local == (F.timeYear == 2017)
    assert len(list(split(years, "search", most=7).server.terms())) == 7


@pytest.mark.parametrize(
    "tree",
    [~F.things("beach"), F.things("beach") | (F.size > 5), all_of(*(F.things(str(n)) for n in range(9)))],
)
def test_what_nobody_can_answer_is_said_before_anything_is_sent(tree):
    """Only Amazon knows things, and Amazon knows neither NOT nor size."""
    with pytest.raises(FilterError, match="only Amazon's search index knows 'things'"):
        split(tree, "search")


def test_a_typing_error_does_not_become_our_task():
    """An unknown word, or a value that cannot be read, is an error and not a local rest."""
    with pytest.raises(FilterError, match="unknown word 'typ'"):
        split(Term("typ", Equal("PHOTOS")), "search")
    with pytest.raises(FilterError, match="whole number"):
        split(Not(Term("timeYear", Equal("soon"))), "search")
