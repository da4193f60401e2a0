"""Filters as operations take them: what is sent, and what is left for us."""

import enum

import pytest

from amazon_photos import F
from amazon_photos.aio.filters import PreparedFilter, prepare_filter
from amazon_photos.errors import FilterError, InvalidInput
from amazon_photos.query.coerce import join_filters
from amazon_photos.query.expr import and_
from amazon_photos.query.parser import parse


@pytest.mark.parametrize("nothing", [None, "", "  ", [], (), [None], ["", None, " \n"]])
@pytest.mark.parametrize("strict", [True, False])
def test_nothing_asks_for_everything(nothing, strict):
    """Alone and in a list."""
    assert prepare_filter(nothing, "node", strict=strict) == PreparedFilter("")
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
    assert prepare_filter(filters, "node") == PreparedFilter(sent)


@pytest.mark.parametrize(
    ("filters", "reason", "text", "position"),
    [
        (["name:a) OR (name:b", "kind:FILE"], "this bracket was never opened", "name:a) OR (name:b", 6),
        (["kind:FILE", 'name:"a', 'b"'], "this quote is never closed", 'name:"a', 5),
        (["kind:FILE", "name:a OR"], "the filter ends too early", "name:a OR", 9),
        (["kind:FILE AND typ:x", F.favorite], "unknown word 'typ' in a node filter", "kind:FILE AND typ:x", 14),
        ([F.favorite, "size:[1 TO *]"], "unknown word 'size' in a node filter", "size:[1 TO *]", 0),
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
    assert prepare_filter(EIGHT, "search") == PreparedFilter(" AND ".join(f"timeDay:({day})" for day in range(1, 9)))
    with pytest.raises(
        FilterError, match=r"2 filter parameters; .* at most 8, less 7 for what is sent along: 1\n"
    ) as caught:
        prepare_filter([*EIGHT[:7], "type:PHOTOS favorite:true"], "search")
    assert caught.value.position == len("type:PHOTOS ")
    six = " ".join(["name:a"] * 6)
    assert prepare_filter(six, "node", reserved=2) == PreparedFilter(" AND ".join(["name:a"] * 6))
    with pytest.raises(
        FilterError, match=r"7 filter parameters; .* at most 8, less 2 for what is sent along: 6\n"
    ) as caught:
        prepare_filter(six + " name:b", "node", reserved=2)
    assert caught.value.text[caught.value.position :] == "name:b"


def test_too_much_of_a_tree_is_answered_here():
    """A listing keeps room for a date; what the operation adds takes room too."""
    tree = and_(*(F.name.startswith(letter) for letter in "abcdefgh"))
    assert prepare_filter(tree, "node") == PreparedFilter(
        " AND ".join(f"name:{letter}*" for letter in "abcdefg"), F.name.startswith("h")
    )
    found = prepare_filter(tree, "node", reserved=2)
    assert (found.text.count("name:"), found.residual) == (5, and_(*tree.parts[5:]))
    assert prepare_filter([" ".join(EIGHT), F.type("PHOTOS")], "search").residual == F.type("PHOTOS")


def test_what_the_operation_lists_is_settled():
    """The trash is not asked for what is not in it."""
    tree = F.status != "AVAILABLE"
    assert prepare_filter(tree, "node").text == "status:(PENDING* OR TRASH* OR PURGED*)"
    assert prepare_filter(tree, "node", reserved=2) == PreparedFilter("", tree)


def test_not_strict_sends_text_untouched():
    """In a list too; what was built from F beside it is divided as ever."""

    class Named(str, enum.Enum):  # noqa: UP042
        FILTER = " newWord:( x"

    assert prepare_filter(" newWord:( x", "search", strict=False) == PreparedFilter(" newWord:( x")
    assert prepare_filter(Named.FILTER, "search", strict=False) == PreparedFilter(" newWord:( x")
    assert prepare_filter(["a:b ", " c:d"], "search", strict=False) == PreparedFilter("(a:b ) AND ( c:d)")
    found = prepare_filter(["a:b", F.favorite & (F.size > 5), None], "search", strict=False)
    assert found == PreparedFilter("(favorite:(true)) AND (a:b)", F.size > 5)
    assert prepare_filter(["a:b", F.size > 5], "search", strict=False) == PreparedFilter("a:b", F.size > 5)


def test_lists_for_use_here():
    """find() takes the same lists; each part may say all that is known offline."""
    text = "size:[1 TO *] OR NOT favorite:true"
    assert join_filters([text, F.name.matches("x"), None]) == and_(parse(text), F.name.matches("x"))
    assert join_filters(text) == parse(text)
    with pytest.raises(FilterError) as caught:
        join_filters([F.favorite, "nmae:x"])
    assert (caught.value.text, caught.value.position) == ("nmae:x", 0)
