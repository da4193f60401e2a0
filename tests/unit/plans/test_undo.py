"""The way back, by what there is now: any album gets back its order, and what has no way back is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from amazon_photos.frames.results import NodeOutcome
from amazon_photos.plans.actions import KINDS, MAKING, Action
from amazon_photos.plans.run import About, Done, Run
from amazon_photos.plans.step import NEW, Step
from amazon_photos.plans.undo import invert, list_changed, put_back_in_order, take_back

ALBUM = "album"
NOW = "2026-01-01T00:00:00Z"


def run_of(*steps, done=None):
    about = About(run="r", owner="o", began=None, operation="x", steps=len(steps))
    known = {n: Done(outcome=KINDS[step.action].done) for n, step in enumerate(steps)}
    return Run(about=about, steps=list(steps), done=known if done is None else done, began=True)


def carry_out(album, steps):
    """What Amazon makes of it: what is added comes last, and only once."""
    album = list(album)
    for step in steps:
        if step.action is Action.REMOVE and step.id in album:
            album.remove(step.id)
        elif step.action is Action.ADD and step.id not in album:
            album.append(step.id)
    return album


def note(album, chosen):
    """The steps of a run that takes out what is there, and puts in what is not, in this order; as a client notes it."""
    steps = []
    places = {node: place for place, node in enumerate(album)}
    inside = set(album)
    for node in chosen:
        action = Action.REMOVE if node in inside else Action.ADD
        there = "in" if node in inside else "out"
        after = "out" if node in inside else "in"
        steps.append(Step(action=action, id=node, target=ALBUM, before=there, after=after, position=places.get(node)))
        inside ^= {node}
    return steps


ALBUMS = st.lists(st.sampled_from("abcdefghij"), unique=True)
CHOSEN = st.lists(st.sampled_from("abcdefghijklm"))


@given(ALBUMS, CHOSEN)
def test_an_album_gets_back_its_order(album, chosen):
    """Whatever was taken out, put in, and taken out again in one run."""
    steps = note(album, chosen)
    after = carry_out(album, steps)
    back = put_back_in_order(take_back(list_changed(run_of(*steps))), {ALBUM: after})
    assert carry_out(after, back) == album


@given(ALBUMS, CHOSEN, st.data())
def test_a_run_that_was_cut_is_taken_back(album, chosen, data):
    """Of what comes after the cut nobody knows whether it was done."""
    steps = note(album, chosen)
    cut = data.draw(st.integers(0, len(steps)))
    known = data.draw(st.integers(0, cut))
    after = carry_out(album, steps[:cut])
    run = run_of(*steps, done={n: Done(outcome=KINDS[steps[n].action].done) for n in range(known)})
    assert carry_out(after, put_back_in_order(take_back(list_changed(run)), {ALBUM: after})) == album


@given(ALBUMS, st.lists(st.sampled_from("abcdefghij"), unique=True), st.lists(st.sampled_from("xyz"), unique=True))
def test_what_others_put_in_since_stays(album, taken, others):
    """It stays behind, and everything else is in its order."""
    steps = note(album, [node for node in taken if node in album])
    after = carry_out(album, steps) + others
    back = put_back_in_order(take_back(list_changed(run_of(*steps))), {ALBUM: after})
    assert [node for node in carry_out(after, back) if node not in others] == album
    assert set(others) <= set(carry_out(after, back))


@given(ALBUMS, st.lists(st.sampled_from("abcdefghij"), unique=True))
def test_nothing_is_taken_out_without_need(album, taken):
    """What stands before the first that comes back is not touched."""
    steps = note(album, [node for node in taken if node in album])
    after = carry_out(album, steps)
    back = put_back_in_order(take_back(list_changed(run_of(*steps))), {ALBUM: after})
    first = min((step.position for step in steps), default=len(album))
    assert {step.id for step in back} == set(album[first:])


def test_two_albums_do_not_mix():
    """Each has its own order, and the others steps stay before them."""
    steps = [
        replace(note("ab", "a")[0], target="one"),
        replace(note("ba", "b")[0], target="two"),
        Step(action=Action.FAVORITE, id="f", before="false", after="true"),
    ]
    back = put_back_in_order(take_back(list_changed(run_of(*steps))), {"one": ["b"], "two": ["a"]})
    assert back[0].action is Action.UNFAVORITE
    for album, before in (("one", "ab"), ("two", "ba")):
        mine = [step for step in back if step.target == album]
        assert "".join(carry_out([before[1]], mine)) == before


def test_the_last_comes_first():
    """A name that was changed twice becomes what it was at first."""
    steps = [Step(action=Action.RENAME, id="a", before=one, after=two) for one, two in ("xy", "yz")]
    assert [(step.before, step.after) for step in take_back(list_changed(run_of(*steps)))] == [("z", "y"), ("y", "x")]


def test_what_was_not_done_is_not_taken_back():
    """Failed, skipped, or so before; what nobody knows is."""
    step = Step(action=Action.FAVORITE, id="a", before="false", after="true")
    same = replace(step, before="true")
    done = {0: Done(outcome=NodeOutcome.FAILED), 1: Done(outcome=NodeOutcome.SKIPPED), 2: Done(outcome="favorited")}
    found = take_back(list_changed(run_of(step, step, same, replace(step, id="b"), done=done)))
    assert [(one.action, one.id) for one in found] == [(Action.UNFAVORITE, "b")]


LOST = [
    Step(action=Action.DELETE, id="a", before="TRASH", after="PURGED"),
    Step(action=Action.MERGE, id="a", target="b", before="Ada"),
    Step(action=Action.RENAME_PERSON, id="a", before="", after="Ada"),
    Step(action=Action.SET_PICTURE, id="a", before="", after="b"),
    Step(action=Action.RENAME, id="a", after="b"),
]


@pytest.mark.parametrize("step", LOST)
def test_what_has_no_way_back_says_so(step):
    """In its plan, by reversible; when it is undone it is kept, with a note."""
    assert not step.reversible
    assert invert(step) is None
    (kept,) = take_back(list_changed(run_of(step)))
    assert (kept.action, kept.id) == (Action.KEEP, "a")
    assert "nothing takes it back" in kept.note


def test_what_goes_into_a_new_album_goes_with_it():
    """The album that was made goes to the trash, by the id that it got."""
    album = Step(action=Action.CREATE_ALBUM, id=f"{NEW}1", before="[]", after="A")
    steps = (album, Step(action=Action.ADD, id="x", target=f"{NEW}1", before="out", after="in"))
    done = {0: Done(outcome=NodeOutcome.CREATED, made="made"), 1: Done(outcome=NodeOutcome.ADDED)}
    (found,) = take_back(list_changed(run_of(*steps, done=done)))
    assert (found.action, found.id, found.name) == (Action.TRASH, "made", "A")


def test_an_album_called_like_its_list():
    """Its name is no state that it had before."""
    assert not Step(action=Action.CREATE_ALBUM, id=f"{NEW}1", before="[]", after="[]").changes_nothing


@pytest.mark.parametrize("action", [a for a in Action if KINDS[a].undo is not None])
def test_undoing_undone_is_as_it_was(action):
    """Each action that can be taken back has another that takes that back."""
    if action in MAKING:
        return
    after = KINDS[action].after or "new"
    before = KINDS[KINDS[action].undo].after or "old"
    step = Step(action=action, id="a", target="t", before=before, after=after)
    assert invert(invert(step)) == step


@given(st.integers(1, 3000))
def test_long_albums_are_quick(count):
    """As many steps as nodes, not their square: 3,000 at once, for every example."""
    album = list(range(count))
    steps = note(list(map(str, album)), list(map(str, album)))
    assert len(put_back_in_order(take_back(list_changed(run_of(*steps))), {ALBUM: []})) == count
