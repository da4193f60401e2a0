"""Relations when the service answers oddly: wrong counts, pages twice, refusals, listings that lag."""

import json
from collections import Counter
from pathlib import Path

import pytest

from amazon_photos import AmazonPhotos
from amazon_photos.catalog.relations.relations_file import RelationsFile
from amazon_photos.errors import FilterError, UnexpectedReply
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


@pytest.mark.parametrize("count", [None, 0, -(10**9)], ids=["as it is", "none", "negative"])
@pytest.mark.parametrize("most", [1, PAGE - 1])
def test_pages_that_come_short_lose_no_row(service, connect_same, connect_odd, right, most, count):
    """Of a service that gives fewer nodes than a page has, in between and at the end, whatever it counts."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.path.endswith("/search") and asked.query.get("filters"):
            answer.json["data"] = answer.json["data"][: most if count is None else PAGE]
            answer.json["count"] = answer.json["count"] if count is None else count
        return answer

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        service.requests.clear()
        ap.refresh(relations=True)
        assert pages_asked(service) == []


def test_tokens_that_end_too_early_lose_no_row(service, connect_same, connect_odd):
    """Of an album: the rest comes by offset."""
    service.set(paging="token")
    with connect_same() as ap:
        files = list(ap.nodes("kind:FILE").id)[: 6 * PAGE]
        album = ap.create_album("Long", node_ids=files).id

    async def odd(asked, forward):
        answer = await forward()
        if asked.method == "GET" and asked.path.endswith(f"/{album}/children") and "startToken" in asked.query:
            answer.json.pop("nextToken", None)
        return answer

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        assert {one for relation, key, one in members(ap.catalog) if key == album} == set(files)


@pytest.mark.parametrize("count", [0, 10])
def test_a_long_listing_ends_where_its_pages_end(service, connect_same, connect_odd, count):
    """Hundreds of full pages beyond what is counted; and one that gives the same whatever the offset ends, too."""
    same = [False]

    async def odd(asked, forward):
        if not asked.query.get("filters", "").startswith("things:(sky)"):
            return await forward()
        start = 0 if same[0] else int(asked.query["offset"])
        data = [{"id": f"node_{number}"} for number in range(start, min(start + PAGE, 130 * PAGE))]
        return Answer(200, json.dumps({"count": count, "data": data}).encode(), {"Content-Type": "application/json"})

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        header = RelationsFile(Path("ap.relations.parquet")).header()
        assert len(next(one.unknown for one in header.keys if one.key == "sky")) == 130 * PAGE
        same[0] = True
        service.requests.clear()
        ap.refresh(relations=True, full=True)
        assert len(pages_asked(service)) < 1000


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


def test_what_was_never_told_is_not_answered(connect_odd):
    """Nobody knows which things there are: neither nothing nor everything is the answer, until Amazon tells."""
    no = {"things"}

    async def refusing(asked, forward):
        return refused(403) if asked.query.get("category") in no else await forward()

    with connect_odd(refusing) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap:
        ap.refresh(relations=True)
        for asked in ("things:(sky)", "NOT things:(sky)"):
            with pytest.raises(FilterError, match="did not tell what answers 'things'"):
                ap.find(asked)
        assert len(ap.find("people:*"))
        no.clear()
        ap.refresh(relations=True)
        assert len(ap.find("things:(sky)"))


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


UNREADABLE = {
    "refused": refused(403),
    "cut": Answer(200, b'{"count": 3, "da', {"Content-Type": "application/json"}),
    "no body": Answer(200, b"", {"Content-Type": "application/json"}),
    "no count": Answer(200, b'{"data": []}', {"Content-Type": "application/json"}),
    "no list": Answer(200, b'{"count": 3, "data": null}', {"Content-Type": "application/json"}),
    "a null": Answer(200, b'{"count": 3, "data": [null]}', {"Content-Type": "application/json"}),
    "nothing": Answer(200, b'{"count": 3, "data": []}', {"Content-Type": "application/json"}),
}


@pytest.mark.parametrize("kind", ["things:(sky)", "album"])
@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE)
def test_a_key_that_is_not_listed_is_asked_for_again(connect_same, connect_odd, right, caplog, answer, kind):
    """Though its count tells of nothing: its rows stay as they were meanwhile, and the others are refreshed."""
    album = next(key for relation, key, _ in right if relation == "album")
    wrong = [False]

    def is_meant(asked):
        if kind == "album":
            return asked.method == "GET" and asked.path.endswith(f"/{album}/children")
        return searched(asked, kind)

    async def odd(asked, forward):
        return answer if wrong[0] and is_meant(asked) else await forward()

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        held = [one for relation, key, one in right if key in ("sky", album)]
        wrong[0] = True
        ap.refresh(relations=True, full=True)
        assert members(ap.catalog) == right
        assert len([one for one in caplog.records if "Amazon does not list" in one.message]) == 1
        ap.trash(held[0])
        ap.restore(held[0])
        wrong[0] = False
        ap.refresh(relations=True)
        assert members(ap.catalog) == right


@pytest.mark.parametrize("count", [2**63, 10**30, -5])
def test_a_count_of_an_album_that_is_no_count_is_none(connect_same, connect_odd, right, count):
    """Nothing of it gets into the file, which stays one that can be read."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.method == "GET" and asked.path.endswith("/children") and answer.json.get("count"):
            answer.json["count"] = count
            answer.json.pop("nextToken", None)
        return answer

    with connect_same() as ap:
        ap.refresh(relations=True)
    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True, full=True)
        assert members(ap.catalog) == right
        assert len(ap.catalog.relation_keys()) == len({row[:2] for row in right})


def test_what_stays_empty_is_empty(service, connect_same, connect_odd, right):
    """A key that is counted and lists nothing, twice; it is asked for until it is the one or the other."""
    wrong = [False]

    async def odd(asked, forward):
        answer = await forward()
        if wrong[0] and searched(asked, "things:(sky)"):
            answer.json["data"] = []
        return answer

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        ap.refresh(relations=True)
        wrong[0] = True
        ap.refresh(relations=True, full=True)
        ap.refresh(relations=True)
        assert members(ap.catalog) == {row for row in right if row[:2] != ("thing", "sky")}
        wrong[0] = False
        ap.refresh(relations=True)
        assert members(ap.catalog) == right
        service.requests.clear()
        ap.refresh(relations=True)
        assert pages_asked(service) == []


@pytest.mark.parametrize("where", ["/search", "/aggregation"])
def test_where_nothing_can_be_read_nothing_is_concluded(connect_same, connect_odd, right, where):
    """No file that looks right where none was; and one that was there stays."""
    wrong = [True]

    async def odd(asked, forward):
        is_meant = asked.path.endswith(where) or (where == "/search" and asked.path.endswith("/children"))
        return Answer(200, b"{}", {"Content-Type": "application/json"}) if wrong[0] and is_meant else await forward()

    with connect_odd(odd) as strange, connect_same(strange) as ap:
        wrong[0] = False
        ap.refresh()
        wrong[0] = True
        with pytest.raises(UnexpectedReply):
            ap.refresh(relations=True)
        assert not Path("ap.relations.parquet").exists()
        wrong[0] = False
        ap.refresh(relations=True)
        wrong[0] = True
        ap.refresh(relations=True, full=where == "/aggregation")
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
