"""Relations against the service: every membership, and only what changed is listed again."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from amazon_photos import AmazonPhotos, Settings
from amazon_photos.frames import results
from memberships import aggregated, ids_of, largest, listed, node_of
from transfers import version_of

WORDS = {"person": "people", "thing": "things", "place": "location"}


def online(ap, relation, key):
    """The same, as the service lists it to somebody who asks for it."""
    if relation == "album":
        return set(ap.children(key).id)
    quoted = f'"{key}"' if " " in key else key
    return set(ap.query([f"{WORDS[relation]}:({quoted})"], save=False, columns=["id"]).id)


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_every_membership_has_a_row(refreshed):
    """Each album, person, thing and place holds the nodes that the service lists for it, and no other."""
    keys = refreshed.catalog.relation_keys()
    assert set(keys.relation) == {"album", *WORDS}
    rows = refreshed.catalog.relations()
    held = {key: set(some.id) for key, some in rows.groupby(["relation", "key"])}
    for relation, key in keys[["relation", "key"]].itertuples(index=False):
        assert held.get((relation, key), set()) == online(refreshed, relation, key), (relation, key)
    assert not rows.duplicated(["relation", "key", "id"]).any()


def test_keys_are_those_that_amazon_tells(refreshed):
    """People without a name too, with their counts and pictures; things are called by their word, places by city."""
    keys = refreshed.catalog.relation_keys().set_index(["relation", "key"])
    for relation, category in (("person", "allPeople"), ("thing", "things"), ("place", "location")):
        told = refreshed.aggregations(category).set_index("value")
        ours = keys.loc[relation]
        assert set(ours.index) == set(told.index)
        assert (ours["count"] == told["count"].loc[ours.index]).all()
        assert (ours["node_id"] == told["node_id"].loc[ours.index]).all()
    people = keys.loc["person"].name
    assert people.isna().any()
    assert people.notna().any()
    assert keys.loc["thing"].name["sky"] == "sky"
    assert set(keys.loc["place"].name) >= {"Seattle"}


def test_ids_may_begin_with_a_hyphen(service, ap):
    """People's and albums', as keys and in filters."""
    service.reset(files=120, seed=9)
    ap.refresh(relations=True)
    keys = ap.catalog.relation_keys()
    hyphened = keys[keys.key.str.startswith("-") & (keys["count"] > 0)]
    assert set(hyphened.relation) == {"person", "album"}
    for relation, key in hyphened[["relation", "key"]].itertuples(index=False):
        assert set(ids_of(ap, relation, key)) == online(ap, relation, key)


def test_a_first_run_asks_for_each_page_once(service, ap):
    """One request for each category, and one for each 200 nodes of each key."""
    service.reset(files=1000)
    ap.refresh()
    service.requests.clear()
    ap.refresh(relations=True)
    pages = sum(max(1, math.ceil(count / 200)) for count in ap.catalog.relation_keys()["count"])
    assert sorted(aggregated(service)) == ["allPeople", "familyMembers", "location", "people", "things"]
    assert len(listed(service)) == pages
    assert len(service.requests) <= pages + 5 + 4  # what a refresh asks, too


@pytest.mark.parametrize("paging", ["token", "offset"])
def test_long_keys_come_in_pages(service, connect_small, paging):
    """All of them, in the service's order: of a search by offset, of an album by token where there is one."""
    service.reset(files=120)
    service.set(paging=paging)
    with connect_small() as ap:
        files = list(ap.nodes("kind:FILE").id)[:45]
        album = ap.albums.create("Long", node_ids=files).id[0]
        ap.refresh(relations=True)
        assert ids_of(ap, "album", album) == list(ap.children(album).id)
        assert set(ids_of(ap, "album", album)) == set(files)
        person = largest(ap, "person")
        assert person["count"] > 10
        assert ids_of(ap, "person", person.key) == list(ap.query(f"people:({person.key})", save=False).id)


@pytest.fixture
def connect_small(service, tmp_path, monkeypatch):
    """Makes clients with small pages."""
    monkeypatch.chdir(tmp_path)
    return lambda: AmazonPhotos(service.cookies, settings=Settings(endpoint=service.url, page_size=10), progress=False)


def test_the_family_vault_is_a_relation(refreshed):
    """Its id is the key; where Amazon tells several families, nobody can tell whose a picture is, and they have one."""
    files = list(refreshed.nodes("kind:FILE").id)
    refreshed.add_to_family_vault("F1", files[:2])
    refreshed.refresh(relations=True)
    assert set(ids_of(refreshed, "family", "F1")) == set(files[:2])
    refreshed.add_to_family_vault("F2", files[2:3])
    refreshed.refresh(relations=True)
    assert set(refreshed.catalog.relations("family").key) == {"families"}
    assert set(ids_of(refreshed, "family", "families")) == set(files[:3])
    refreshed.remove_from_family_vault("F1", files[:2])
    refreshed.remove_from_family_vault("F2", files[2:3])
    refreshed.refresh(relations=True)
    assert len(refreshed.catalog.relations("family")) == 0


def test_its_progress_is_shown(service, tmp_path, monkeypatch, capsys):
    """After the line of the catalogue's refresh one of its own, with all rows."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=40)
    service.set(latency=0.1)
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=True) as ap:
        ap.refresh(relations=True)
        rows = len(ap.catalog.relations())
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith(("refresh:", "relations:"))]
    assert lines[-1].startswith(f"relations: {rows} rows")


def test_an_empty_library_has_relations(service, ap):
    """None, which is not the same as never asked."""
    ap.refresh(relations=True)
    assert len(ap.catalog.relations()) == len(ap.catalog.relation_keys()) == 0
    assert list(ap.catalog.relations().columns) == results.RELATIONS.names


# --- what is listed again --------------------------------------------------------------------------------------------


def test_a_quiet_library_lists_nothing(service, refreshed):
    """Five requests tell that nothing happened, and the file is not written again."""
    before = version_of("ap.relations.parquet")
    assert len(refreshed.refresh(relations=True)) == 0
    assert listed(service) == []
    assert len(aggregated(service)) == 5
    assert version_of("ap.relations.parquet") == before


def test_a_changed_node_lists_the_keys_that_hold_it(service, refreshed):
    """And no others; the frame is that of the changed nodes, as without relations."""
    node = node_of(refreshed, "person", largest(refreshed, "person").key)
    rows = refreshed.catalog.relations()
    keys = set(rows[rows.id == node][["relation", "key"]].itertuples(index=False, name=None))
    refreshed.favorite(node)
    service.requests.clear()
    changed = refreshed.refresh(relations=True)
    assert list(changed.id) == [node]
    assert len(set(listed(service))) == len(keys) < len(refreshed.catalog.relation_keys())


def test_a_photo_in_another_album_is_found(service, refreshed):
    """An album that changed is listed again, and nothing else."""
    album = largest(refreshed, "album").key
    before = refreshed.catalog.relations("album").set_index(["key", "id"]).first_seen
    new = next(one for one in refreshed.nodes("kind:FILE").id if one not in ids_of(refreshed, "album", album))
    refreshed.albums.add(album, [new])
    service.requests.clear()
    refreshed.refresh(relations=True)
    assert listed(service) == [album]
    assert set(ids_of(refreshed, "album", album)) == online(refreshed, "album", album) >= {new}
    after = refreshed.catalog.relations("album").set_index(["key", "id"]).first_seen
    assert (after[before.index] == before).all()


def test_what_is_in_the_trash_has_no_rows(refreshed):
    """They are gone with the node, and there again when it is."""
    node = node_of(refreshed, "person", largest(refreshed, "person").key)
    before = refreshed.catalog.relations()
    refreshed.trash(node)
    refreshed.refresh(relations=True)
    assert node not in set(refreshed.catalog.relations().id)
    refreshed.restore(node)
    refreshed.refresh(relations=True)
    rows = ["relation", "key", "id"]
    assert set(refreshed.catalog.relations()[rows].itertuples(index=False, name=None)) == set(
        before[rows].itertuples(index=False, name=None)
    )


def test_an_album_that_is_deleted_has_no_rows(refreshed):
    """Nor is it among the keys."""
    album = largest(refreshed, "album").key
    refreshed.trash(album)
    refreshed.refresh(relations=True)
    assert ids_of(refreshed, "album", album) == []
    assert album not in set(refreshed.catalog.relation_keys().key)


def test_a_person_who_is_renamed_is_not_listed(service, refreshed):
    """Every row has the new name."""
    person = largest(refreshed, "person").key
    refreshed.rename_cluster(person, "Ada King")
    service.requests.clear()
    refreshed.refresh(relations=True)
    assert listed(service) == []
    rows = refreshed.catalog.relations("person")
    assert set(rows[rows.key == person].name) == {"Ada King"}


def test_people_who_are_merged_are_one(refreshed):
    """The one that is no longer told has no rows, the other the photos of both."""
    keys = refreshed.catalog.relation_keys()
    one, other = keys[keys.relation == "person"].sort_values("count").key.iloc[-2:]
    both = set(ids_of(refreshed, "person", one)) | set(ids_of(refreshed, "person", other))
    refreshed.combine_clusters([one, other], "Both")
    refreshed.refresh(relations=True)
    left = set(refreshed.catalog.relation_keys().key) & {one, other}
    assert len(left) == 1
    assert set(ids_of(refreshed, "person", left.pop())) == both


def test_old_answers_are_asked_for_again(service, refreshed):
    """Those older than ``relations_max_age``; 0 and ``full=True`` mean every key."""
    everything = len(refreshed.catalog.relation_keys())
    settings = Settings(endpoint=service.url, relations_max_age=0)
    with AmazonPhotos(service.cookies, settings=settings, progress=False) as ap:
        ap.refresh(relations=True)
    assert len(set(listed(service))) == everything
    service.requests.clear()
    refreshed.refresh(full=True, relations=True)
    assert len(set(listed(service))) == everything
    service.requests.clear()
    service.set(clock_offset=timedelta(days=8).total_seconds())
    refreshed.refresh(relations=True)
    assert len(set(listed(service))) == everything


def test_each_answer_says_how_old_it_is(refreshed):
    """By the service's clock, within the time that this test takes."""
    asked = refreshed.catalog.relation_keys().asked_at
    assert datetime.now(UTC) - asked.min() < timedelta(minutes=5)
    assert asked.max() < datetime.now(UTC) + timedelta(minutes=1)
