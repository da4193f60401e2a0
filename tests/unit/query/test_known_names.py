"""What a name means among those that an account knows."""

import pytest

from amazon_photos.errors import FilterError
from amazon_photos.model.names import MAX_LISTED
from amazon_photos.query.known_names import KnownName, find_album, find_known, find_person, find_place, list_nearest

ADA, GRACE, TWIN = KnownName("Ada", "id-a", 12), KnownName("Grace", "id-g", 1), KnownName("ada", "id-t", 3)
NOBODY = KnownName("", "id-n", 5)
PLACES = [KnownName("", "CAN#BC#Vancouver", 4), KnownName("", "USA#WA#Vancouver", 2), KnownName("", "FRA#IDF#Paris", 9)]


@pytest.mark.parametrize(
    ("text", "found"), [("Ada", "id-a"), ("ada", "id-t"), ("grace", "id-g"), ("GRACE", "id-g"), ("id-n", "id-n")]
)
def test_a_person_is_meant_by_name_or_id(text, found):
    """The one called exactly so, before those who agree."""
    assert find_person(text, [ADA, GRACE, TWIN, NOBODY]) == found


@pytest.mark.parametrize("name", ["Maximiliana_Rodriguez-Lopez", "x" * 40, "Anna-Maria-Louisa-2nd"])
def test_a_name_that_could_be_an_id_is_a_name_where_somebody_has_it(name):
    """In any case; where nobody has, it is an id that finds nothing, as Amazon has it."""
    known = [ADA, NOBODY, KnownName(name, "id-m", 2), KnownName("", "M" * 22, 1)]
    assert find_person(name, known) == find_person(name.upper(), known) == "id-m"
    assert find_person("M" * 22, known) == "M" * 22
    assert find_person(name, [ADA]) == name


def test_several_of_a_name_are_told_apart():
    """By ids, counts, and what else is told."""
    with pytest.raises(FilterError, match=r"'ADA' can mean several: id-a \(12 nodes\), id-t \(3 nodes\)"):
        find_person("ADA", [ADA, GRACE, TWIN])
    with pytest.raises(FilterError, match=r"id-a \(12 nodes, long ago\), id-t \(3 nodes, long ago\)"):
        find_album("ADA", [ADA, TWIN], lambda _: "long ago")
    with pytest.raises(FilterError, match=r"\bid-x, id-y\n"):
        find_known("x", [KnownName("X", "id-x"), KnownName("X", "id-y")], "album", "album", "list()")


def test_a_place_is_meant_by_its_city_its_country_or_in_full():
    """A text with # is taken at its word; a city in two places is none."""
    assert find_place("Paris", PLACES) == "FRA#IDF#Paris"
    assert find_place("CAN", PLACES) == "CAN"
    assert find_place("DEU#BY", PLACES) == "DEU#BY"
    with pytest.raises(FilterError, match=r"CAN#BC#Vancouver \(4 nodes\), USA#WA#Vancouver \(2 nodes\)"):
        find_place("Vancouver", PLACES)


def test_an_unknown_name_tells_the_nearest_and_some_others():
    """The nearest come first; where nothing is near, those that there are."""
    with pytest.raises(FilterError) as caught:
        find_person("Adda", [ADA, GRACE, NOBODY], "people.list()")
    assert caught.value.hint == "the nearest: Ada; it knows also Grace: people.list()"
    with pytest.raises(FilterError) as caught:
        find_person("Zyx", [ADA, GRACE], "people.list()")
    assert caught.value.hint == "it knows Ada, Grace: people.list()"
    with pytest.raises(FilterError) as caught:
        find_person("Zyx", [], "people.list()")
    assert caught.value.hint == "it knows none: people.list()"
    assert list_nearest("STRASE", [KnownName("Straße", "1"), KnownName("Berg", "2")]) == ["Straße"]


AMOUNTS = pytest.mark.parametrize("amount", [2, MAX_LISTED - 1, MAX_LISTED, MAX_LISTED + 1, 3 * MAX_LISTED])


def people(names):
    return [KnownName(name, f"id{number:02}", 1) for number, name in enumerate(names)]


@AMOUNTS
def test_a_name_of_many_shows_some_and_that_there_are_more(amount):
    """As many ids as fit into a message, and a mark only where some are left out."""
    with pytest.raises(FilterError, match="'Twin' can mean several") as caught:
        find_person("Twin", people(["Twin"] * amount))
    assert ("…" in str(caught.value.reason)) is (amount > MAX_LISTED)
    assert caught.value.reason.count("id") == min(amount, MAX_LISTED)


@AMOUNTS
@pytest.mark.parametrize("wanted", ["Nobody", "Who0"], ids=["far", "near"])
def test_a_name_of_nobody_shows_some_that_are_known(amount, wanted):
    """As many names as fit into a message, and a mark only where some are left out."""
    with pytest.raises(FilterError, match=f"no person called '{wanted}'") as caught:
        find_person(wanted, people(f"Who{number:02}" for number in range(amount)))
    assert ("…" in caught.value.hint) is (amount > MAX_LISTED)
    assert caught.value.hint.count("Who") == min(amount, MAX_LISTED)
