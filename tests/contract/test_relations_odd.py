"""Relations when the service answers oddly: wrong counts, pages twice, refusals, listings that lag."""

import json
from collections import Counter

import pytest

from memberships import PAGE, members, pages_asked
from odd_service import Answer


def searched(asked, word):
    return asked.path.endswith("/search") and asked.query.get("filters", "").startswith(word)


def refused(status):
    return Answer(status, json.dumps({"message": "no"}).encode(), {"Content-Type": "application/json"})


@pytest.mark.parametrize("wrong", [+3, +1000, -1000], ids=["too high", "far too high", "too low"])
def test_wrong_counts_lose_no_row(service, connect_same, connect_odd, right, wrong):
    """Neither those of aggregations nor those of pages; and they are no reason to list again the next time."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.path.endswith("/aggregation"):
            for entry in answer.json["aggregations"]:
                entry["count"] = max(1, entry["count"] + wrong)
        elif asked.path.endswith("/search"):
            answer.json["count"] = max(1, answer.json["count"] + wrong)
        return answer

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        service.requests.clear()
        ap.refresh(relations=True)
        assert pages_asked(service) == []


@pytest.mark.parametrize("times", [1, 100], ids=["once", "always"])
def test_a_page_that_repeats_is_read_again(connect_same, connect_odd, right, times):
    """What it hid comes with the second reading; one that always repeats is no reason to go without the rest."""
    left = [times]
    place, count = Counter(key for relation, key, _ in right if relation == "place").most_common(1)[0]
    assert count > 2 * PAGE

    async def odd(asked, forward):
        if searched(asked, f"location:({place})") and asked.query["offset"] == str(PAGE) and left[0] > 0:
            left[0] -= 1
            return await forward(query={**asked.query, "offset": "0"})
        return await forward()

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        hidden = right - members(ap.catalog)
        assert left[0] == (0 if times == 1 else times - 2)
        assert (len(hidden) == 0) == (times == 1)
        assert {(relation, key) for relation, key, _ in hidden} <= {("place", place)}


def test_a_refused_category_keeps_what_it_had(connect_same, connect_odd, right, caplog):
    """A warning says so, and the other relations are refreshed."""
    no = set()

    async def odd(asked, forward):
        return refused(400) if asked.query.get("category") in no else await forward()

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        no |= {"things", "familyMembers"}
        gone = next(one for relation, _, one in right if relation == "place")
        ap.trash(gone)
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[2] != gone}
    assert "Amazon does not tell things: what is known of them stays" in caplog.text


def test_a_refused_key_keeps_what_it_had(connect_same, connect_odd, right, caplog):
    """It is asked for again the next time; the others are there."""
    no = [True]

    async def odd(asked, forward):
        return refused(403) if no[0] and searched(asked, "things:(sky)") else await forward()

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[:2] != ("thing", "sky")}
        assert "Amazon does not list thing sky" in caplog.text
        no[0] = False
        ap.refresh(relations=True)
        assert members(ap.catalog) == right


HOSTILE = ['a"b', "x\ny", "AND", "", "*", "(", "é\\", "\x1b[31m", "a" * 5000, "-", "sky"]


def test_words_that_could_mean_something_else_are_only_words(connect_same, connect_odd, right, caplog):
    """Of things, and names of people: whatever they hold, they break no filter, no file and no message."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.query.get("category") == "things":
            answer.json["aggregations"] += [{"value": word, "count": 1} for word in HOSTILE] + [5, {"value": None}]
        if asked.query.get("category") in ("people", "allPeople"):
            for entry in answer.json["aggregations"]:
                entry["searchData"]["clusterName"] = "\x1b[2J'; drop table relations;\n"
        return answer

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        assert set(ap.catalog.relations("person").name) == {"\x1b[2J'; drop table relations;\n"}
        assert "\x1b" not in caplog.text


def test_an_album_that_is_deleted_meanwhile_has_no_rows(connect_same, connect_odd, right):
    """It was in the catalogue a moment ago, and is a 404 now."""
    album = next(key for relation, key, _ in right if relation == "album")

    async def odd(asked, forward):
        return refused(404) if asked.path.endswith(f"/{album}/children") else await forward()

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[1] != album}
        assert album not in set(ap.catalog.relation_keys().key)


def test_an_index_that_lags_is_asked_again(service, connect_same, connect_odd, right):
    """It lists what is in the trash: no row, and listed again when the node is back, though no count tells of it."""
    node, lag = next(one for relation, key, one in right if (relation, key) == ("thing", "sky")), [False]

    async def odd(asked, forward):
        answer = await forward()
        if lag[0] and searched(asked, "things:(sky)"):
            answer.json["data"] += [{"id": node}, {"name": "without an id"}, {"id": 5}, {"id": "../no id"}]
        return answer

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        lag[0] = True
        ap.trash(node)
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[2] != node}
        ap.restore(node)
        lag[0] = False
        ap.refresh(relations=True)
        assert ("thing", "sky", node) in members(ap.catalog)


def test_a_listing_that_lags_is_asked_again(connect_same, connect_odd, right):
    """An album that does not list yet what was put into it a moment ago."""
    album = next(key for relation, key, _ in right if relation == "album")
    new = next(one for _, _, one in right if ("album", album, one) not in right)
    lag = [True]

    async def odd(asked, forward):
        answer = await forward()
        if lag[0] and asked.method == "GET" and asked.path.endswith(f"/{album}/children"):
            answer.json["data"] = [node for node in answer.json["data"] if node["id"] != new]
        return answer

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.albums.add(album, [new])
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        lag[0] = False
        ap.refresh(relations=True)
        assert members(ap.catalog) == right | {("album", album, new)}
