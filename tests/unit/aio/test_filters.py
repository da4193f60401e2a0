"""Filters as operations take them: what is sent, and what is left for us."""

import enum

import pytest

from amazon_photos import F
from amazon_photos.aio.filters import prepare_filter
from amazon_photos.errors import FilterError, InvalidInput
from amazon_photos.query.coerce import join_filters
from amazon_photos.query.expr import and_
from amazon_photos.query.parser import parse
from amazon_photos.wire.common import filter_text
from amazon_photos.wire.trash import IN_TRASH

TRASH = "kind:(FILE* OR FOLDER*) AND status:(TRASH*)"


def prepared(filters, dialect, **options):
    """What is sent, and what is left for us."""
    found = prepare_filter(filters, dialect, **options)
    return filter_text(found.pushed, dialect), found.residual


@pytest.mark.parametrize("nothing", [None, "", "  ", [], (), [None], ["", None, " \n"]])
@pytest.mark.parametrize("strict", [True, False])
def test_nothing_asks_for_everything(nothing, strict):
    """Alone and in a list."""
    assert prepared(nothing, "node", strict=strict) == ("", None)
    assert join_filters(nothing) is None


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ("kind:FILE OR name:a", "kind:FILE OR name:a"),
        (["kind:FILE OR name:a", "settings.favorite:true"], "(kind:FILE OR name:a) AND settings.favorite:true"),
        (("kind:FILE", None, "", "name:a"), "kind:FILE AND name:a"),
        (["kind:FILE OR name:a", F.favorite], "(kind:FILE OR name:a) AND settings.favorite:true"),
        ([None, F.favorite], "settings.favorite:true"),
    ],
)
def test_all_of_a_list_must_hold(filters, sent):
    """Each part is a filter by itself, whatever brackets it has or lacks."""
    assert prepared(filters, "node") == (sent, None)


@pytest.mark.parametrize(
    ("filters", "reason", "text", "position"),
    [
        (["name:a) OR (name:b", "kind:FILE"], "this bracket was never opened", "name:a) OR (name:b", 6),
        (["kind:FILE", 'name:"a', 'b"'], "this quote is never closed", 'name:"a', 5),
        (["kind:FILE", "name:a OR"], "the filter ends too early", "name:a OR", 9),
        (["kind:FILE AND typ:x", F.favorite], "unknown word 'typ' in a node filter", "kind:FILE AND typ:x", 14),
        ([F.favorite, "sise:[1 TO *]"], "unknown word 'sise' in a node filter", "sise:[1 TO *]", 0),
    ],
)
def test_each_part_of_a_list_is_read_by_itself(filters, reason, text, position):
    """What is open in one part is not closed by another; the caret stands in the part, in the operation's words."""
    with pytest.raises(FilterError) as caught:
        prepare_filter(filters, "node")
    assert (caught.value.reason, caught.value.text, caught.value.position) == (reason, text, position)


@pytest.mark.parametrize(
    "filters", [5, [5], ["kind:FILE", F.name], [["kind:FILE"]], {"kind:FILE"}, b"kind:FILE", [True]]
)
@pytest.mark.parametrize("strict", [True, False])
def test_what_is_no_filter_is_bad_input(filters, strict):
    """Numbers, words without a value, lists in lists: never an error in Python's own words."""
    with pytest.raises(InvalidInput, match="a filter is text such as"):
        prepare_filter(filters, "node", strict=strict)
    with pytest.raises(InvalidInput, match="a filter is text such as"):
        join_filters(filters)


EIGHT = [f"timeDay:{day}" for day in range(1, 9)]


def test_too_much_text_is_refused_with_what_is_left():
    """In one text, over a list, and with the parameters that the operation adds itself."""
    assert prepared(EIGHT, "search") == (" AND ".join(f"timeDay:({day})" for day in range(1, 9)), None)
    with pytest.raises(
        FilterError, match=r"2 filter parameters; .* at most 8, less 7 for what is sent along: 1\n"
    ) as caught:
        prepare_filter([*EIGHT[:7], "type:PHOTOS favorite:true"], "search")
    assert caught.value.position == len("type:PHOTOS ")
    six = " ".join(["name:a"] * 6)
    assert prepared(six, "node", within=IN_TRASH) == (" AND ".join([TRASH, *["name:a"] * 6]), None)
    with pytest.raises(
        FilterError, match=r"7 filter parameters; .* at most 8, less 2 for what is sent along: 6\n"
    ) as caught:
        prepare_filter(six + " name:b", "node", within=IN_TRASH)
    assert caught.value.text[caught.value.position :] == "name:b"


def test_too_much_of_a_tree_is_answered_here():
    """A listing keeps room for a date; what the operation adds takes room too."""
    tree = and_(*(F.name.startswith(letter) for letter in "abcdefgh"))
    assert prepared(tree, "node") == (
        " AND ".join(f"name:{letter}*" for letter in "abcdefg"),
        F.name.startswith("h"),
    )
    text, residual = prepared(tree, "node", within=IN_TRASH)
    assert (text.count("name:"), residual) == (5, and_(*tree.parts[5:]))
    assert prepare_filter([" ".join(EIGHT), F.type("PHOTOS")], "search").residual == F.type("PHOTOS")


def test_what_the_operation_lists_is_settled():
    """The trash is not asked for what is not in it."""
    tree = F.status != "AVAILABLE"
    assert prepared(tree, "node")[0] == "status:(PENDING* OR TRASH* OR PURGED*)"
    assert prepared(tree, "node", within=IN_TRASH) == (TRASH, tree)


def test_not_strict_sends_text_untouched():
    """In a list too; what was built from F beside it is divided as ever."""

    class Named(str, enum.Enum):  # noqa: UP042
        FILTER = " newWord:( x"

    assert prepared(" newWord:( x", "search", strict=False) == (" newWord:( x", None)
    assert prepared(Named.FILTER, "search", strict=False) == (" newWord:( x", None)
    assert prepared(["a:b ", " c:d"], "search", strict=False) == ("(a:b ) AND ( c:d)", None)
    found = prepared(["a:b", F.favorite & (F.size > 5), None], "search", strict=False)
    assert found == ("favorite:(true) AND (a:b)", F.size > 5)
    assert prepared(["a:b", F.size > 5], "search", strict=False) == ("a:b", F.size > 5)


def test_what_the_operation_adds_is_joined_as_a_tree():
    """The listing's own terms come first; brackets stand only where they say something."""
    assert prepared("name:a OR name:b", "node", within=IN_TRASH) == (f"{TRASH} AND (name:a OR name:b)", None)
    assert prepared("name:a", "node", within=IN_TRASH) == (f"{TRASH} AND name:a", None)
    assert prepared("a:b", "node", strict=False, within=IN_TRASH) == (f"{TRASH} AND (a:b)", None)
    assert prepared(None, "node", within=IN_TRASH) == (TRASH, None)
    with pytest.raises(FilterError, match="do not close"):
        prepare_filter("a) OR (b", "node", strict=False, within=IN_TRASH)


def test_lists_for_use_here():
    """find() takes the same lists; each part may say all that is known offline."""
    text = "size:[1 TO *] OR NOT favorite:true"
    assert join_filters([text, F.name.matches("x"), None]) == and_(parse(text), F.name.matches("x"))
    assert join_filters(text) == parse(text)
    with pytest.raises(FilterError) as caught:
        join_filters([F.favorite, "nmae:x"])
    assert (caught.value.text, caught.value.position) == ("nmae:x", 0)
