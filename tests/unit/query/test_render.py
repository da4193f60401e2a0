"""Tree to text and back."""

import inspect
import time
from contextlib import suppress

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos import F
from amazon_photos.errors import FilterError
from amazon_photos.query.coerce import to_filter_tree
from amazon_photos.query.expr import (
    MAX_DEPTH,
    AllOf,
    AnyOf,
    Equal,
    Not,
    Pattern,
    Prefix,
    Range,
    Term,
    and_,
    nesting,
    or_,
)
from amazon_photos.query.match import list_columns, mask
from amazon_photos.query.parser import parse
from amazon_photos.query.pushdown import push_down
from amazon_photos.query.render import render

README = (
    "type:(PHOTOS OR VIDEOS) AND things:(plant AND beach OR moon) AND timeYear:(2023) AND timeMonth:(8) "
    "AND timeDay:(14) AND location:(CAN#BC#Vancouver)"
)


@pytest.mark.parametrize("dialect", ["node", "search", "local"])
@given(data=st.data())
def test_every_tree_survives_its_text(trees, dialect, data):
    """parse(render(tree)) == tree, with the dialect's checks: whatever can be meant can be written."""
    tree = data.draw(trees(dialect))
    assert parse(render(tree, dialect=dialect), dialect=dialect) == tree


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


@given(text=st.text(max_size=40))
def test_any_text_at_all_is_read_or_refused(text):
    """Nothing that people can type makes the parser fail in its own words."""
    with suppress(FilterError):
        parse(text, dialect="search")


def test_the_predecessors_example_stays_as_it_is():
    """The long example of the predecessor's README is written exactly as it was read."""
    tree = parse(README, dialect="search")
    assert render(tree) == README
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


@given(steps=st.lists(st.sampled_from("&|~"), max_size=400))
def test_deep_trees_survive_their_text_or_are_refused_by_all_alike(steps):
    """One limit for text and trees: what may be built may be checked, written, read back, and answered."""
    tree = F.favorite
    for number, step in enumerate(steps):
        beside = Term("size", Equal(str(number)))
        tree = ~tree if step == "~" else and_(tree, beside) if step == "&" else or_(tree, beside)
    if nesting(tree) <= MAX_DEPTH:
        assert parse(str(tree), dialect="local") == to_filter_tree(tree, "local") == tree
        push_down(tree, "node")
        return
    assert str(tree) == f"<the filter is nested deeper than {MAX_DEPTH}>"
    for use in (render, list_columns, lambda tree: to_filter_tree(tree, "local"), lambda tree: push_down(tree, "node")):
        with pytest.raises(FilterError, match=f"nested deeper than {MAX_DEPTH}"):
            use(tree)


def deepest(depth=MAX_DEPTH):
    """As deep as may be, alternating so that every bracket stands for two floors."""
    tree = F.favorite
    for number in range(depth):
        tree = or_(and_(tree, Term("size", Equal(str(number)))), Term("kind", Equal("FILE")))
        tree = and_(tree, F.favorite)
    return tree


def deepest_value(depth):
    value = Equal("a")
    for number in range(depth):
        value = AllOf((AnyOf((value, Equal("b"))), Equal(str(number))))
    return Term("name", value)


@pytest.mark.parametrize("build", [deepest, deepest_value], ids=["tree", "value"])
def test_one_bracket_too_many_is_refused(build):
    """The limit is exact: as many brackets as are allowed are written and read back, one more is an error."""
    assert parse(render(build(MAX_DEPTH), dialect="local"), dialect="local") == build(MAX_DEPTH)
    with pytest.raises(FilterError, match=f"nested deeper than {MAX_DEPTH}"):
        render(build(MAX_DEPTH + 1), dialect="local")


def test_the_deepest_tree_fits_on_a_stack_that_others_use_too():
    """A notebook or a web server stands 250 calls deep before it comes to us."""

    def below(calls):
        if calls:
            return below(calls - 1)
        tree = deepest()
        table = pa.table({"settings.favorite": [True], "size": [7], "kind": ["FILE"]})
        assert mask(tree, table).to_pylist() == [True]
        assert parse(render(tree, dialect="local"), dialect="local") == tree
        assert push_down(tree, "search").residual is not None
        return hash(tree)

    assert nesting(deepest()) == MAX_DEPTH
    assert below(max(0, 250 - len(inspect.stack())))


def test_the_cost_of_a_deep_tree_is_its_size():
    """Ten times the terms take about ten times as long, not a thousand."""

    def seconds(width):
        tree = F.favorite
        for _ in range(MAX_DEPTH):
            tree = and_(or_(tree, *(Term("size", Equal(str(n))) for n in range(width))), F.favorite)
        begin = time.process_time()
        parse(str(tree), dialect="local")
        to_filter_tree(tree, "local")
        push_down(tree, "node")
        return time.process_time() - begin

    seconds(2)
    assert min(seconds(40) for _ in range(2)) < 60 * min(seconds(4) for _ in range(2))


def test_what_amazon_cannot_say_is_refused():
    """Negation and patterns never become text that would mean something else."""
    with pytest.raises(FilterError, match="no negation"):
        render(Not(Term("favorite", Equal("true"))), dialect="search")
    with pytest.raises(FilterError, match="cannot say"):
        render(Term("name", Pattern("x")), dialect="node")


@pytest.mark.parametrize(
    ("tree", "shown"),
    [
        (F.size >= 1, "size:[&quot;1&quot; TO *]"),
        (~F.favorite & (F.make == "Canon"), "NOT favorite:true AND make:Canon"),
        (F.name == "<b>\x1b", r"name:&lt;b&gt;\x1b"),
        (F.name.matches("<b>"), "Term(field=&#x27;name&#x27;, value=Pattern(regex=&#x27;&lt;b&gt;&#x27;))"),
    ],
)
def test_a_cell_that_ends_with_a_filter_shows_its_words(tree, shown):
    """And not the tree that it is made of, which ``repr`` has."""
    assert tree._repr_html_() == f"<code>{shown}</code>"
