"""Checks of arguments."""

import math

import numpy as np
import pytest

from amazon_photos.aio.arguments import check_switches, to_bool, to_count, to_limit
from amazon_photos.errors import InvalidInput


def test_limits_as_people_write_them():
    """None and infinity mean all; numpy's numbers and 3.0 are numbers."""
    assert to_limit(None) is to_limit(math.inf) is None
    assert to_limit(3.0) == to_limit(np.int64(3)) == 3
    assert to_limit(0) == 0


@pytest.mark.parametrize("value", [-1, 2.5, "10 apples", True, math.nan])
def test_what_is_no_count_is_named(value):
    """The message names the argument and shows the value."""
    with pytest.raises(InvalidInput, match="offset must be a whole number"):
        to_count("offset", value)


def test_switches_as_the_predecessor_wrote_them():
    """True, False, "true" and "false"."""
    assert to_bool("temp_link", "true") is to_bool("temp_link", True) is True
    assert to_bool("temp_link", "false") is False
    assert to_bool("temp_link", np.True_) is True
    with pytest.raises(InvalidInput, match="temp_link must be True or False"):
        to_bool("temp_link", "maybe")


@pytest.mark.parametrize("value", ["true", "no", 0, 1, None, np.array([True])])
def test_a_switch_is_no_word_or_number(value):
    """What numpy and pandas answer is one (``frame.size.gt(9).any()``); what Python only takes for one is refused."""
    check_switches(junk=np.bool_(True), full=False)
    with pytest.raises(InvalidInput, match="junk must be True or False"):
        check_switches(full=True, junk=value)
