"""What Amazon answers of a filter, and what is left for us."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos import F
from amazon_photos.errors import FilterError
from amazon_photos.query.expr import Equal, Not, Term, and_, or_
from amazon_photos.query.match import mask
from amazon_photos.query.parser import parse
from amazon_photos.query.pushdown import Pushdown, push_down
from amazon_photos.query.render import render
from amazon_photos.query.translate import translate

SCOPED = ("kind", "status", "type", "size", "name", "favorite")
LISTED = {"kind": {"FILE", "FOLDER", "VISUAL_COLLECTION"}, "status": {"AVAILABLE", "PENDING"}}


def words_of(tree):
    return set() if tree is None else {term.field for term in tree.terms()}


def listed(row, sent, dialect):
    """Whether the service lists a node at all, for what is sent."""
    if dialect == "node":
        return all(row[word] in listed or word in words_of(sent) for word, listed in LISTED.items())
    albums = sent is not None and "ALBUMS" in str(sent)
    return row["status"] == "AVAILABLE" and row["kind"] in ({"FILE", "VISUAL_COLLECTION"} if albums else {"FILE"})


def wanted(row, tree, parts, dialect):
    """Whether a filter asks for a node of that kind and status: if it says nothing of them, what is listed will do."""
    said = words_of(parts.residual)
    if dialect == "node":
        return all(row[word] in listed or word in words_of(tree) for word, listed in LISTED.items())
    return listed(row, parts.pushed, dialect) or (
        row["status"] == "AVAILABLE" and row["kind"] == "VISUAL_COLLECTION" and bool(said & {"kind", "type"})
    )


def possible(row):
    """Nodes as they can be: only files have content, and every node has a name, a kind and a status."""
    return None not in (row["name"], row["kind"], row["status"]) and (row["kind"] == "FILE" or not row["contentType"])


@pytest.mark.parametrize("only", [None, SCOPED])
@pytest.mark.parametrize("dialect", ["node", "search", "local"])
@given(data=st.data())
def test_server_and_local_are_together_the_filter(trees, rows, library, dialect, only, data):
    """Nothing is lost, albums and the trash neither; nothing is added; what is sent is text that the dialect takes."""
    tree = data.draw(trees("local", patterns=True, only=only))
    try:
        parts = push_down(tree, dialect)
    except FilterError as error:
        if dialect == "search" and error.reason.startswith("a search never lists"):
            return
        raise
    if dialect == "local":
        assert parts == Pushdown(None, tree)
        return
    whole, sent, left = (
        [True] * len(rows) if part is None else mask(part, library).to_pylist()
        for part in (tree, parts.pushed, parts.residual)
    )
    for place, row in enumerate(rows):
        if possible(row):
            come = listed(row, parts.pushed, dialect) and sent[place] and left[place]
            assert come == (wanted(row, tree, parts, dialect) and whole[place]), row
    if parts.pushed is not None:
        text = render(parts.pushed, dialect=dialect)
        assert parse(text, dialect=dialect) == parts.pushed


@given(data=st.data())
def test_what_amazon_can_say_is_sent_whole(trees, data):
    """A filter of Amazon's own dialect leaves nothing for us."""
    tree = data.draw(trees("search"))
    assert push_down(tree, "search") == Pushdown(translate(tree, "search"), None)


ALBUMS_TOO = "type:(PHOTOS OR VIDEOS OR ALBUMS) OR name:(*)"


@pytest.mark.parametrize(
    ("tree", "dialect", "server"),
    [
        (F.type.exists(), "search", ALBUMS_TOO),
        (~F.type("PHOTOS") & F.things("sea"), "search", f"things:(sea) AND ({ALBUMS_TOO})"),
        (F.kind == "VISUAL_COLLECTION", "search", ALBUMS_TOO),
        (F.kind == "FILE", "search", None),
        (F.kind != "FOLDER", "search", ALBUMS_TOO),
        (F.type("PHOTOS") & (F.kind != "FOLDER"), "search", "type:(PHOTOS)"),
        (F.type("ALBUMS") & ~F.type("PHOTOS"), "search", "type:(ALBUMS)"),
        (F.status == "AVAILABLE", "search", None),
        (F.status != "TRASH", "search", None),
        (~F.favorite, "search", None),
        ((F.status == "TRASH") | (F.size < 0), "node", "status:(AVAILABLE* OR PENDING* OR TRASH* OR PURGED*)"),
        (F.status != "AVAILABLE", "node", "status:(PENDING* OR TRASH* OR PURGED*)"),
        (F.status > "PENDING", "node", "status:(TRASH* OR PURGED*)"),
        (F.status >= "PURGED", "node", "status:(TRASH* OR PURGED*)"),
        (F.status > "PURGED", "node", "status:TRASH*"),
        (F.status < "PURGED", "node", None),
        (F.status <= "PURGED", "node", "status:(AVAILABLE* OR PENDING* OR PURGED*)"),
        (~F.status("AVAILABLE", "PENDING", "PURGED"), "node", "status:TRASH*"),
        (~F.status("AVAILABLE") & (F.status == "TRASH"), "node", "status:TRASH"),
        (F.status.matches("A"), "node", "status:(AVAILABLE* OR PENDING* OR TRASH* OR PURGED*)"),
        (~F.kind("FILE"), "node", "kind:(FOLDER* OR VISUAL_COLLECTION* OR ASSET* OR SHARED_COLLECTION*)"),
        ((F.kind("FILE") & F.name.matches("x")) | (F.kind("FOLDER") & F.name.matches("y")), "node", None),
        (~F.type("PHOTOS"), "node", None),
        (~F.favorite, "node", None),
    ],
)
def test_what_is_not_listed_by_itself_is_asked_for(tree, dialect, server):
    """Albums of a search, the trash and live photos' videos of a listing: when the rest may hold of them."""
    found = push_down(tree, dialect).pushed
    assert (None if found is None else render(found, dialect=dialect)) == server


def test_what_is_settled_is_not_asked_for():
    """An operation that says itself what is listed is not contradicted."""
    for tree in (F.status != "AVAILABLE", F.kind.matches("A")):
        assert push_down(tree, "node", settled=True) == Pushdown(None, tree)


@pytest.mark.parametrize(
    ("tree", "never"),
    [
        (F.kind == "FOLDER", r"kind:\(FOLDER\)"),
        (F.kind("FILE", "ASSET") & F.things("sea"), r"kind:\(ASSET\)"),
        (F.kind.startswith("S") | (F.size > 5), r"kind:\(SHARED_COLLECTION\)"),
        (F.kind != "FILE", r"kind:\(FOLDER OR ASSET OR SHARED_COLLECTION\)"),
        ((F.status == "TRASH") | F.favorite, r"status:\(TRASH\)"),
        (F.status != "AVAILABLE", r"status:\(PENDING OR TRASH OR PURGED\)"),
        (F.type("PHOTOS") & (F.status != "AVAILABLE"), r"status:\(PENDING OR TRASH OR PURGED\)"),
    ],
)
def test_what_a_search_never_lists_is_said(tree, never):
    """An empty answer would look like an empty library."""
    with pytest.raises(FilterError, match=f"never lists {never}(.|\n)*ask nodes"):
        push_down(tree, "search")


def test_asking_for_more_takes_room():
    """What is answered here gives way; what cannot be is told how many are left."""
    years = and_(*(F.timeYear == year for year in range(2010, 2018)), ~F.type("PHOTOS"))
    parts = push_down(years, "search")
    assert len(list(parts.pushed.terms())) == 8
    assert parts.residual == and_(F.timeYear == 2016, F.timeYear == 2017, ~F.type("PHOTOS"))
    seas = and_(*(F.things(str(number)) for number in range(7)), ~F.type("PHOTOS"))
    with pytest.raises(FilterError, match=r"7 filter parameters; .* less 2 for what is sent along: 6\n"):
        push_down(seas, "search")


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
        (F.type("PHOTOS") | (F.size > 5), "search", ALBUMS_TOO, F.type("PHOTOS") | (F.size > 5)),
        (F.createdDate > "2019-07", "node", 'createdDate:{"2019-07-01T00:00:00.000Z" TO *}', None),
        (
            F.createdDate == "2020-02",
            "node",
            'createdDate:["2020-02-01T00:00:00.000Z" TO "2020-02-29T23:59:59.999Z"]',
            None,
        ),
        *(
            (compare(F.createdDate, "2019-07-04T12:00:00.0005Z"), "node", f"createdDate:{sent}", None)
            for compare, sent in [
                (operator.gt, '{"2019-07-04T12:00:00.000Z" TO *}'),
                (operator.ge, '["2019-07-04T12:00:00.001Z" TO *]'),
                (operator.lt, '{* TO "2019-07-04T12:00:00.001Z"}'),
                (operator.le, '{* TO "2019-07-04T12:00:00.000Z"]'),
            ]  # what is finer than Amazon's milliseconds lies between two of them
        ),
        (F["contentType"] == "image/jpeg", "node", None, F["contentType"] == "image/jpeg"),
        (~F.isRoot, "node", None, ~F.isRoot),
        (F.extra.exists() & F.favorite, "node", "settings.favorite:true", F.extra.exists()),
    ],
)
def test_each_side_gets_what_it_can_answer(tree, dialect, server, local):
    """Words are spelled, and dates made exact, as the dialect wants them."""
    parts = push_down(tree, dialect)
    assert (None if parts.pushed is None else render(parts.pushed, dialect=dialect)) == server
    assert parts.residual == local


def test_at_most_eight_parameters_are_sent():
    """The ninth stays here; what only Amazon can answer goes first, then what takes little room."""
    years = and_(*(F.timeYear == year for year in range(2010, 2018)))
    parts = push_down(years & F.things("sea"), "search")
    assert len(list(parts.pushed.terms())) == 8
    assert F.things("sea") in parts.pushed.parts
    assert parts.residual == (F.timeYear == 2017)
    assert len(list(push_down(years, "search", most=7).pushed.terms())) == 7


@pytest.mark.parametrize("join", [and_, or_])
def test_a_ninth_parameter_that_only_amazon_can_answer_is_one_too_many(join):
    """And is told so: it is no fault of the word."""
    with pytest.raises(FilterError, match=r'9 filter parameters; Amazon takes at most 8(.|\n)*F.things\("a", "b"\)'):
        push_down(join(*(F.things(str(number)) for number in range(9))), "search")


@pytest.mark.parametrize("tree", [~F.things("beach"), F.things("beach") | (F.size > 5), F.things.startswith("b")])
def test_what_nobody_can_answer_is_said_before_anything_is_sent(tree):
    """Only Amazon knows things, and Amazon knows neither NOT nor size: what find() needs for it is told."""
    with pytest.raises(FilterError, match=r"only Amazon's search index knows 'things'(.|\n)*refresh\(relations=True\)"):
        push_down(tree, "search")
    with pytest.raises(FilterError, match=r"only find\(\) knows 'album'"):
        push_down(F.album("Summer") & F.type("PHOTOS"), "search")


def test_a_typing_error_does_not_become_our_task():
    """An unknown word, or a value that cannot be read, is an error and not a local rest."""
    with pytest.raises(FilterError, match="unknown word 'typ'"):
        push_down(Term("typ", Equal("PHOTOS")), "search")
    with pytest.raises(FilterError, match="whole number"):
        push_down(Not(Term("timeYear", Equal("soon"))), "search")


def test_what_partly_only_amazon_knows_is_amazons():
    """One word of the index is enough: such an OR goes first, and what we can answer makes room for it."""
    mixed = or_(F.things("beach"), and_(F.timeYear == 2023, F.timeMonth == 8))
    ours = [F.name == "a", F.extension == "jpg", F.favorite, *(F.timeDay == day for day in range(1, 6))]
    parts = push_down(and_(*ours, mixed), "search")
    assert mixed in parts.pushed.parts
    assert "things" not in words_of(parts.residual)
    assert sum(1 for _ in parts.pushed.terms()) == 8


def test_too_much_that_only_amazon_knows_is_counted_whole():
    """Parts that hold one word of the index count, however much else is in them."""
    mixed = [F.things(thing) | (F.timeYear == 2023) for thing in ("a", "b", "c", "d", "e")]
    with pytest.raises(FilterError, match="10 filter parameters"):
        push_down(and_(*mixed), "search")
