"""What became of the steps of a run, counted: the same by two bytes a step as by the steps themselves."""

from itertools import product

import pytest

from amazon_photos.frames.results import NodeOutcome
from amazon_photos.plans.actions import KINDS, Action
from amazon_photos.plans.run import About, Counts, Done, Run, StepOutcomes
from amazon_photos.plans.step import Step

TRASH = Step(action=Action.TRASH, id="a", before="AVAILABLE", after="TRASH")
DELETE = Step(action=Action.DELETE, id="a", before="TRASH", after="PURGED")
KEEP = Step(action=Action.KEEP, id="a")
OUTCOMES = (None, *NodeOutcome)


def outcomes_of(*steps, **done):
    outcomes = StepOutcomes(steps)
    outcomes.update({int(number[1:]): Done(outcome=outcome) for number, outcome in done.items()})
    return outcomes


def test_nobody_knows_yet_what_becomes_of_steps():
    outcomes = StepOutcomes()
    assert (len(outcomes), outcomes.count()) == (0, Counts())
    outcomes.extend([TRASH, DELETE])
    outcomes.extend([TRASH])
    assert (len(outcomes), outcomes.count()) == (3, Counts(unknown=3, reversible=2))


def test_what_became_of_them_is_counted():
    """What failed or was skipped has nothing to be taken back; what nobody knows of may have."""
    outcomes = outcomes_of(
        *(TRASH, TRASH, TRASH, TRASH, DELETE, KEEP),
        _0=NodeOutcome.TRASHED,
        _1=NodeOutcome.FAILED,
        _2=NodeOutcome.SKIPPED,
        _4=NodeOutcome.DELETED,
        _5=NodeOutcome.SKIPPED,
    )
    counts = outcomes.count()
    assert counts == Counts(done=2, failed=1, skipped=2, unknown=1, reversible=2)
    assert counts.steps == len(outcomes)


def test_the_last_that_is_told_of_a_step_counts():
    outcomes = outcomes_of(TRASH, _0=NodeOutcome.FAILED)
    outcomes.update({0: Done(outcome=NodeOutcome.TRASHED)})
    assert outcomes.count() == Counts(done=1, reversible=1)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(("before", "after"), [(None, "x"), ("", "x"), ("x", "x"), ("y", "x")])
def test_as_many_are_reversible_as_are_listed_so(action, before, after):
    """Of each action with all outcomes in one run."""
    step = Step(action=action, id="a", before=before, after=KINDS[action].after or after)
    done = {place: Done(outcome=outcome) for place, outcome in enumerate(OUTCOMES) if outcome is not None}
    about = About(run="r", owner="o", began=None, operation="x", steps=len(OUTCOMES))
    together = Run(about=about, steps=[step] * len(OUTCOMES), done=done, began=True)
    assert together.count().reversible == sum(one.reversible for one in together.list_done())


@pytest.mark.parametrize(("action", "outcome"), list(product(Action, OUTCOMES)))
def test_one_step_is_reversible_if_it_is_listed_so(action, outcome):
    step = Step(action=action, id="a", before="y", after="x")
    about = About(run="r", owner="o", began=None, operation="x", steps=1)
    done = {} if outcome is None else {0: Done(outcome=outcome)}
    run = Run(about=about, steps=[step], done=done, began=True)
    assert run.count().reversible == sum(one.reversible for one in run.list_done())
