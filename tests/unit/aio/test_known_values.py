"""Names that mean nobody, or too many."""

import pytest

from amazon_photos.aio import known_values
from amazon_photos.errors import FilterError
from amazon_photos.model.names import MAX_LISTED
from amazon_photos.model.results import Aggregation

AMOUNTS = pytest.mark.parametrize("amount", [2, MAX_LISTED - 1, MAX_LISTED, MAX_LISTED + 1, 3 * MAX_LISTED])


def people(names):
    return [
        Aggregation(category="people", value=f"id{number:02}", count=1, name=name, node_id=None)
        for number, name in enumerate(names)
    ]


@AMOUNTS
def test_a_name_of_many_shows_some_and_that_there_are_more(amount):
    """As many ids as fit into a message, and a mark only where some are left out."""
    with pytest.raises(FilterError, match="'Twin' can mean several") as caught:
        known_values._find_person("Twin", people(["Twin"] * amount))
    assert ("…" in str(caught.value.reason)) is (amount > MAX_LISTED)
    assert caught.value.reason.count("id") == min(amount, MAX_LISTED)


@AMOUNTS
def test_a_name_of_nobody_shows_some_that_are_known(amount):
    """As many names as fit into a message, and a mark only where some are left out."""
    with pytest.raises(FilterError, match="no person called 'Nobody'") as caught:
        known_values._find_person("Nobody", people(f"Who{number:02}" for number in range(amount)))
    assert ("…" in caught.value.hint) is (amount > MAX_LISTED)
    assert caught.value.hint.count("Who") == min(amount, MAX_LISTED)
