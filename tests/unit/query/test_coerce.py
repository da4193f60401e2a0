"""The door for filters."""

import pytest

from amazon_photos import F
from amazon_photos.errors import FilterError, InvalidInput
from amazon_photos.query.coerce import to_filter_tree
from amazon_photos.query.expr import AnyOf, Equal, Pattern, Range, Term, and_
from amazon_photos.query.parser import parse
from amazon_photos.query.render import render

NINE = and_(*(F.timeDay == day for day in range(1, 10)))


def to_text(filters, dialect, *, strict=True):
    """What is sent of a filter."""
    tree = to_filter_tree(filters, dialect, strict=strict)
    return "" if tree is None else render(tree, dialect=dialect)


@pytest.mark.parametrize("nothing", [None, "", "  \n"])
def test_nothing_asks_for_everything(nothing):
    """None and blank text are no filter."""
    assert to_text(nothing, "node") == ""
    assert to_filter_tree(nothing, "local") is None


@pytest.mark.parametrize(
    ("filters", "dialect", "sent"),
    [
        ("type:(PHOTOS)\n  and favorite:true", "search", "type:(PHOTOS) AND favorite:(true)"),
        ("parentIds:abc name:'a b'", "node", 'parents:abc AND name:"a b"'),
        ("isRoot:true", "node", "isRoot:true"),
        (F.favorite & F.name("a", "b"), "search", "favorite:(true) AND name:(a OR b)"),
        (F.favorite, "node", "settings.favorite:true"),
        (F.createdDate < "2020", "node", 'createdDate:{* TO "2020-01-01T00:00:00.000Z"}'),
        ("type:(photos OR Videos)", "search", "type:(PHOTOS OR VIDEOS)"),
        ("type:Albums", "search", "type:(ALBUMS)"),
        (F.type("albums"), "search", "type:(ALBUMS)"),
        ("timeMonth:08 timeYear:+2023", "search", "timeMonth:(8) AND timeYear:(2023)"),
        ("settings.favorite:TRUE", "node", "settings.favorite:true"),
        ('createdDate:"2019-07-04 22:00"', "node", r"createdDate:2019-07-04T22\:00\:00.000Z"),
        (
            "modifiedDate:{2019-07-05T00:00+02:00 TO 2019-07-05T00:00:00.123456789Z}",
            "node",
            'modifiedDate:{"2019-07-04T22:00:00.000Z" TO "2019-07-05T00:00:00.124Z"}',
        ),
        (
            F.contentDate >= "2019-07-04t22:00z",
            "node",
            'contentProperties.contentDate:["2019-07-04T22:00:00.000Z" TO *]',
        ),
    ],
)
def test_what_was_understood_is_sent_in_our_spelling(filters, dialect, sent):
    """One spelling reaches Amazon, however it was typed or built."""
    assert to_text(filters, dialect) == sent


@pytest.mark.parametrize("text", ["isRoot:true )junk(", "newWord:(x)", " a", "kind:FILE"])
def test_not_strict_sends_text_untouched(text):
    """For what Amazon adds tomorrow: not a character is changed."""
    assert to_text(text, "search", strict=False) == text


def test_not_strict_lets_trees_hold_unknown_words():
    """A tree has no text of its own: it is written without being checked."""
    assert to_text(Term("newWord", Equal("x")), dialect="search", strict=False) == "newWord:(x)"


@pytest.mark.parametrize(
    "filters",
    ["typ:(x)", F.size > 5, ~F.favorite, Term("name", Pattern("x")), F.type("a") | F.md5("b"), NINE, "NOT type:(x)"],
)
def test_what_amazon_cannot_answer_is_refused_before_it_is_sent(filters):
    """Text and trees are checked alike."""
    with pytest.raises(FilterError):
        to_text(filters, "search")
    with pytest.raises(FilterError):
        to_filter_tree(filters, "search")


@pytest.mark.parametrize("filters", [5, b"type:(PHOTOS)", ["a"], {"type": "PHOTOS"}, F.name, F, Equal("x")])
def test_what_is_no_filter_is_bad_input(filters):
    """Lists, bytes, a word that is compared with nothing: the error shows what a filter looks like."""
    with pytest.raises(InvalidInput, match=r"a filter is text such as"):
        to_text(filters, "node")
    with pytest.raises(InvalidInput, match=r"a filter is text such as"):
        to_filter_tree(filters, "local")


def test_trees_for_use_here():
    """Text is read in the dialect, with all its words offline; a tree is checked and given back."""
    text = "type:(VIDEOS) AND timeYear:(2019 OR 2020) AND size:[1000000 TO *]"
    assert to_filter_tree(text, "local") == parse(text)
    built = F.type("VIDEOS") & F.timeYear(2019, 2020) & (F.size >= 1_000_000)
    assert to_filter_tree(built, "local") == parse(text)
    assert to_filter_tree(F.createdDate == "2019", "node") == Term(
        "createdDate", Range("2019-01-01T00:00:00.000Z", "2019-12-31T23:59:59.999Z")
    )
    assert to_filter_tree('things:(sea) album:("Summer")', "local") == F.things("sea") & F.album("Summer")


@pytest.mark.parametrize(
    "tree", [Term("name", Equal("\ud800")), Term("name", "x"), Term("name", AnyOf(("x", "y"))), and_(F.favorite, "x")]
)
def test_trees_built_by_hand_are_read_with_care(tree):
    """Half a character, values and parts that are none: our error, before anything is sent."""
    with pytest.raises(FilterError):
        to_text(tree, "node")
    with pytest.raises(FilterError):
        to_filter_tree(tree, "local")


def test_half_a_character_is_refused_unchecked_too():
    """It cannot be sent."""
    with pytest.raises(InvalidInput, match="half a character"):
        to_text('name:"\ud800"', "node", strict=False)


def test_what_is_sent_along_leaves_less_room():
    """The error says how many parameters are left, and why; the caret stands under the first that is too much."""
    text = " ".join(f"timeDay:{day}" for day in range(1, 8))
    assert to_filter_tree(text, "search", reserved=1) == parse(text)
    with pytest.raises(FilterError, match=r"7 filter .* at most 8, less 2 for what is sent along: 6\n") as caught:
        to_filter_tree(text, "search", reserved=2)
    assert text[caught.value.position :] == "timeDay:7"
    with pytest.raises(FilterError, match="sent along: 6"):
        to_filter_tree(parse(text), "search", reserved=2)
