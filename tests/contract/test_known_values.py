"""Values that an account knows: three types, people by name, places by city, and which things there are (fault H8)."""

import logging

import pytest

from amazon_photos import F, errors


@pytest.fixture
def seeded(service, ap):
    service.reset(files=700)
    service.requests.clear()
    return ap


def asked(service):
    return [seen for seen in service.requests if seen.path.endswith("/search/aggregation")]


@pytest.mark.parametrize(
    "filters", ["type:(PHOTO)", F.type("PHOTO"), "type:(PHOTOS OR PHOTO) AND timeYear:(2023)"], ids=str
)
def test_a_wrong_type_is_an_error_that_names_the_three(seeded, service, filters):
    """Online and offline, before anything is sent; any case will do."""
    for ask in (seeded.query, seeded.search, seeded.find):
        with pytest.raises(errors.FilterError, match=r"(?s)PHOTOS, VIDEOS, ALBUMS, not 'PHOTO'.*did you mean PHOTOS"):
            ask(filters)
    assert not service.requests
    assert seeded.search("type:(photos)").count() == seeded.search(F.type("PHOTOS")).count()


def test_a_person_is_found_by_name(seeded, service):
    """In whatever case, asked for once; an id needs no question."""
    people = seeded.aggregations("people")
    who = people.iloc[0]
    service.requests.clear()
    assert seeded.search(f"people:({who.value})").count() == who["count"]
    assert not asked(service)
    assert seeded.search(f'people:("{who["name"]}")').count() == who["count"]
    assert len(seeded.query(F.people(who["name"].upper()), save=False)) == who["count"]
    assert len(asked(service)) == 1


def test_a_long_name_without_a_space_is_a_name(seeded, service):
    """Though it could be an id: online, offline and where a person is due. An id with a digit is not asked for."""
    who = seeded.aggregations("people").iloc[0]
    name = "Maximiliana_Rodriguez-Lopez"
    seeded.people.rename(who["name"], name)
    seeded.refresh(relations=True)
    for filters in (f"people:({name})", F.people(name.upper()), f"people:({who.value})"):
        assert len(seeded.query(filters, save=False)) == len(seeded.find(filters)) == who["count"]
    seeded.people.rename(name, "Max")
    assert set(seeded.people.list(named=True).name) >= {"Max"}
    service.requests.clear()
    assert not len(seeded.query("people:(AAAAAAAAAAAAAAAAAAAAA1)", save=False))
    assert not asked(service)


def test_a_name_of_several_people_lists_them_and_one_of_nobody_says_so(seeded):
    """Nothing is guessed."""
    ids = list(seeded.aggregations("allPeople").value[:2])
    for one in ids:
        seeded.rename_cluster(one, "Twin")
    with pytest.raises(errors.FilterError, match="can mean several") as caught:
        seeded.query("people:(Twin)")
    assert all(one in str(caught.value) for one in ids)
    with pytest.raises(errors.FilterError, match=r"(?s)no person called 'Nobody'.*Twin.*aggregations\('people'\)"):
        seeded.query("people:(Nobody)")


def test_a_name_with_spaces_that_was_not_quoted_shows_the_quotes(seeded):
    """A space means AND: so does the one of a place that was copied from ``aggregations``."""
    place = next(value for value in seeded.aggregations("location").value if " " in value.rpartition("#")[2])
    city = place.rpartition("#")[2]
    for text in (city, place):
        with pytest.raises(errors.FilterError, match=rf'quote a name with spaces: location:\("{city}"\)'):
            seeded.query(f"location:({text})")
        assert len(seeded.query(f'location:("{text}")'))


def test_a_place_is_found_by_its_city(seeded, service):
    """Whole places and countries are sent as they are."""
    place = seeded.aggregations("location").iloc[0]
    country, _, city = place.value.split("#")
    service.requests.clear()
    assert seeded.search(f'location:("{place.value}")').count() == place["count"]
    assert not asked(service)
    assert seeded.search(F.location(city.lower())).count() == place["count"]
    assert seeded.search(F.location(country)).count() >= place["count"]
    assert len(asked(service)) == 1
    with pytest.raises(errors.FilterError, match="knows no place called 'Atlantis'"):
        seeded.search("location:(Atlantis)").count()


def test_a_thing_that_is_nowhere_is_told(seeded, service, caplog):
    """The frame is empty, and the log says which word the library has nothing of."""
    with caplog.at_level(logging.WARNING, "amazon_photos"):
        assert not len(seeded.query("things:(unicorn)", save=False))
    assert "things:(unicorn)" in caplog.text
    caplog.clear()
    thing = seeded.aggregations("things").value[0]
    assert len(seeded.query(F.things(thing, "unicorn"), save=False)) > 0
    assert not caplog.text
    assert len(asked(service)) <= 2


def test_text_that_is_not_checked_is_sent_as_it_is(seeded, service):
    """``strict=False`` asks nothing first."""
    assert seeded.search("people:(Nobody) AND type:(PHOTO)", strict=False).count() == 0
    assert not asked(service)
