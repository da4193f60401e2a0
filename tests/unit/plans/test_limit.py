"""max_delete: numbers, shares, both, and what is none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.errors import InvalidInput, TooManyDeletions
from amazon_photos.plans.actions import Action
from amazon_photos.plans.limit import DEFAULT, DeleteLimit, check_removed, count_removed
from amazon_photos.plans.step import Step

ID = "A" * 22


@pytest.mark.parametrize(
    ("given", "most"),
    [
        (7, 7), (0, 0), ("7", 7), (" 7 ", 7), (7.0, 7), (np.int64(7), 7), (np.float64(7), 7), (10**30, 10**30),
        ("10%", 100), (" 10 % ", 100), (0.1, 100), ("0%", 0), ("100%", 1000), ("29%", 290), (0.29, 290), ("0.05%", 0),
        (np.float64(0.1), 100), ((7, "10%"), 7), (("10%", 700), 100), ([700, 0.1], 100), ((7,), 7), (DEFAULT, 100),
        (1.0, 1),
    ],
)  # fmt: skip
def test_how_many_that_is(given, most):
    """Of a library of 1,000 nodes; of two the smaller counts. A whole number is one of nodes, however it is written."""
    assert DeleteLimit.read(given).most(1000) == most


@pytest.mark.parametrize(
    "given",
    [
        None, True, False, -1, "-1", -0.1, 1.5, "101%", "-1%", "nan%", "inf%", "x%", "%", "", " ", "ten", "1e400",
        "nan", float("nan"), float("inf"), "9" * 5000 + "x", (), [], (1, 2),
        ("1%", "2%"), (1, "1%", 2), {}, {1: 2}, object(),
        b"7", "1.5", pd.NA, pd.DataFrame({"a": [1]}), np.array([1, 2]), (None, "1%"), ("7", None), 1j,
    ],
)  # fmt: skip
def test_what_is_no_limit(given):
    """It is refused, and the message says what one is."""
    with pytest.raises(InvalidInput, match="max_delete"):
        DeleteLimit.read(given)


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_a_share_in_percent_is_exact(library, percent):
    """Never one less by a rounding."""
    assert DeleteLimit.read(f"{percent}%").most(library) == percent * library // 100


def test_what_counts():
    """What goes to the trash or for good, a folder with all it holds; nothing else."""
    steps = [
        Step(action=Action.TRASH, id=ID, count=40),
        Step(action=Action.DELETE, id=ID),
        *(Step(action=action, id=ID) for action in Action if action not in (Action.TRASH, Action.DELETE)),
    ]
    assert count_removed(steps) == 41
    check_removed(steps, DeleteLimit.read(41), 1000)
    with pytest.raises(TooManyDeletions, match=r"41 of 1,000.*40.*max_delete=41"):
        check_removed(steps, DeleteLimit.read((40, "10%")), 1000)
