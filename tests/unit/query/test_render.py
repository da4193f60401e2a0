"""Tree to text and back."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amazon_photos.errors import FilterError
from amazon_photos.query.expr import AllOf, AnyOf, Equal, Not, Pattern, Prefix, Range, Term
from amazon_photos.query.parser import parse
from amazon_photos.query.render import render

SEED = (
    "type:(PHOTOS OR VIDEOS) AND things:(plant AND beach OR moon) AND timeYear:(2023) AND timeMonth:(8) "
    "AND timeDay:(14) AND location:(CAN#BC#Vancouver)"
)


@pytest.mark.parametrize("dialect", ["node", "search", "local"])
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_every_tree_survives_its_text(trees, dialect, data):
    """parse(render(tree)) == tree, with the dialect's checks: whatever can be meant can be written."""
    tree = data.draw(trees(dialect))
    assert parse(render(tree, dialect=dialect), dialect=dialect) == tree


@settings(deadline=None, max_examples=150)
@given(
    text=st.lists(
        st.sampled_from(
            ["name:", "favorite:", "a", '"b c"', "'d'", "e\\ f", "true", "(", ")", " and ", " OR ", " ", "g*", "*"]
        )
        | st.sampled_from(["[", "]", "{", "}", " TO ", "NOT ", "\n"]),
        max_size=14,
    ).map("".join)
)
def test_rendering_keeps_the_meaning_of_any_text(text):
    """Whatever text is accepted, what we write for it is read as the same tree; what is not, is a FilterError."""
    try:
        tree = parse(text)
    except FilterError:
        return
    assert parse(render(tree, dialect="local")) == tree


@settings(deadline=None, max_examples=100)
@given(text=st.text(max_size=40))
def test_any_text_at_all_is_read_or_refused(text):
    """Nothing that people can type makes the parser fail in its own words."""
    with suppress(FilterError):
        parse(text, dialect="search")


def test_the_seed_example_stays_as_it_is():
    """The long example of the seed's README is written exactly as it was read."""
    tree = parse(SEED, dialect="search")
    assert render(tree) == SEED
    assert [term.field for term in tree.terms()] == [
        "type", "things", "timeYear", "timeMonth", "timeDay", "location",
    ]  # fmt: skip
    assert tree.parts[1].value == AnyOf((AllOf((Equal("plant"), Equal("beach"))), Equal("moon")))


@pytest.mark.parametrize(
    ("term", "dialect", "text"),
    [
        (Term("name", Prefix("")), "node", "name:*"),
        (Term("name", Prefix("")), "search", "name:(*)"),
        (Term("name", Equal("")), "node", 'name:""'),
        (Term("name", Equal("a b")), "node", 'name:"a b"'),
        (Term("name", Prefix("a b")), "node", r"name:a\ b*"),
        (Term("name", Equal('say "hi" \\ now')), "node", r'name:"say \"hi\" \\ now"'),
        (Term("name", Equal("it's(1)*.jpg")), "node", r"name:it\'s\(1\)\*.jpg"),
        (Term("name", Equal("-x-y_z")), "node", r"name:\-x-y_z"),
        (Term("name", Equal("or")), "node", 'name:"or"'),
        (Term("name", Prefix("or")), "node", "name:or*"),
        (Term("name", Equal("日本 \U0001f600")), "node", 'name:"日本 \U0001f600"'),
        (Term("isRoot", Equal("true")), "node", "isRoot:true"),
        (Term("parentIds", Equal("-AbC")), "node", r"parents:\-AbC"),
        (Term("createdDate", Range("a", None, include_low=False)), "node", 'createdDate:{"a" TO *]'),
        (Not(Term("settings.favorite", Equal("true"))), "local", "NOT settings.favorite:true"),
    ],
)
def test_values_are_protected_where_they_must_be(term, dialect, text):
    """Spaces, quotes, backslashes, brackets, keywords and empty values are written so that they are read back."""
    assert render(term, dialect=dialect) == text
    assert parse(text).terms().__next__().value == next(term.terms()).value


def test_what_amazon_cannot_say_is_refused():
    """Negation and patterns never become text that would mean something else."""
    with pytest.raises(FilterError, match="no negation"):
        render(Not(Term("favorite", Equal("true"))), dialect="search")
    with pytest.raises(FilterError, match="cannot say"):
        render(Term("name", Pattern("x")), dialect="node")
