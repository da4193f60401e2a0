"""Searching: query, search, photos, videos, aggregations."""

import json
import math

import pandas as pd
import pytest

from amazon_photos import F, errors


@pytest.fixture
def seeded(ap, service):
    service.reset(files=700)
    service.requests.clear()
    return ap


def requests(service, path):
    return [seen for seen in service.requests if seen.path == path]


def test_the_predecessors_long_example_finds_what_it_says(seeded):
    """Every line of the old README's example search holds of what it finds."""
    nodes = seeded.query(
        "type:(PHOTOS OR VIDEOS) AND things:(plant AND beach OR moon) AND timeYear:(2023)"
        " AND timeMonth:(8) AND timeDay:(14) AND location:(CAN#BC#Vancouver)"
    )
    assert len(nodes) >= 1
    assert set(nodes.contentDate.dt.strftime("%Y-%m-%d")) == {"2023-08-14"}
    assert nodes.id[:10].tolist() == nodes.id.tolist()[:10]


def test_a_query_gives_all_newest_first(seeded):
    """Without a limit everything comes, each node once, by capture date."""
    found = seeded.query()
    assert len(found) == seeded.search().count() > 600
    assert found.contentDate.dropna().is_monotonic_decreasing
    assert set(found.kind) == {"FILE"}


def test_limit_and_offset_cut_a_window(seeded):
    """limit and offset are of nodes, past page borders too; infinity means all."""
    everything = seeded.query(save=False)
    window = seeded.query(offset=150, limit=120, save=False)
    assert list(window.id) == list(everything.id[150:270])
    assert len(seeded.query(limit=math.inf, save=False)) == len(everything)
    assert len(seeded.query(limit=0, save=False)) == 0


def test_a_query_is_merged_into_the_catalogue_and_never_shrinks_it(seeded):
    """What a filtered query fetched goes into ap.parquet; what was there stays."""
    whole = set(seeded.db.id)
    seeded.query("type:(VIDEOS)")
    assert set(seeded.db.id) == whole


def test_save_false_leaves_the_catalogue_alone(seeded, tmp_path):
    """No file appears, and none is changed."""
    seeded.query("type:(VIDEOS)", save=False)
    assert not (tmp_path / "home" / "ap.parquet").exists()
    _ = seeded.db
    before = (tmp_path / "home" / "ap.parquet").stat().st_mtime_ns
    seeded.query("type:(PHOTOS)", limit=10, save=False)
    assert (tmp_path / "home" / "ap.parquet").stat().st_mtime_ns == before


def test_a_query_alone_does_not_pass_for_the_library(seeded):
    """A catalogue that only a query filled is built whole when the library is asked for."""
    few = seeded.query("type:(VIDEOS)", limit=5)
    assert len(seeded.db) > len(few) + 600


def test_out_writes_the_result(seeded, tmp_path):
    """out= is a parquet file with the rows of the result."""
    found = seeded.query("type:(PHOTOS)", limit=30, out=tmp_path / "some.parquet")
    assert list(pd.read_parquet(tmp_path / "some.parquet").id) == list(found.id)


def test_a_catalogue_that_cannot_be_written_costs_no_result(seeded, tmp_path, caplog):
    """What was fetched comes back; a warning says that it was not saved."""
    (tmp_path / "home" / "ap.parquet").mkdir()
    assert len(seeded.query("type:(VIDEOS)", limit=5)) == 5
    assert "not saved" in caplog.text


def test_out_is_parquet(seeded, service):
    """A name that promises another format is refused before anything is fetched."""
    with pytest.raises(errors.InvalidInput, match="to_csv"):
        seeded.query(out="some.csv")
    assert not service.requests


def test_a_bad_sort_is_refused_before_anything_is_sent(seeded, service):
    """The error says what Amazon sorts by."""
    with pytest.raises(errors.FilterError, match="createdDate"):
        seeded.query(sort="['size DESC']")
    with pytest.raises(errors.FilterError):
        seeded.nodes(sort="colour")
    assert not service.requests


def test_photos_and_videos_divide_the_library(seeded):
    """photos() and videos() give their kind, take a filter, and together are everything."""
    photos, videos = seeded.photos(), seeded.videos()
    assert photos.contentType.str.startswith("image").all()
    assert videos.contentType.str.startswith("video").all()
    assert len(photos) + len(videos) == seeded.search().count()
    assert len(seeded.photos("timeYear:(2019 OR 2020)", limit=5, save=False)) <= 5
    assert set(seeded.photos(F.timeYear == 2019, save=False).contentDate.dt.year) <= {2019}
    with pytest.raises(TypeError):
        seeded.photos(colour="red")


def test_search_is_inert_until_it_is_read(seeded, service):
    """Making a search sends nothing; counting is one request; pages come one by one."""
    found = seeded.search("type:(PHOTOS)")
    assert not service.requests
    count = found.count()
    assert len(requests(service, "/drive/v1/search")) == 1
    service.requests.clear()
    pages = found.pages()
    first = next(pages)
    assert len(first) == 200
    assert len(requests(service, "/drive/v1/search")) < 6
    assert len(first) + sum(len(page) for page in pages) == count
    assert {node.id for node in found.nodes()} == set(found.frame().id)


def test_what_amazon_cannot_answer_is_answered_here(seeded):
    """A filter built from F may hold sizes, patterns and negations; limit counts what is left."""
    everything = seeded.query(save=False)
    big = everything["size"].median()
    found = seeded.query(F.type("PHOTOS") & ~F.favorite & (F.size > int(big)), save=False)
    favorite = everything["settings.favorite"].fillna(False).astype(bool)
    wanted = everything[everything.contentType.str.startswith("image") & ~favorite & (everything["size"] > int(big))]
    assert set(found.id) == set(wanted.id)
    assert len(found) > 10
    search = seeded.search(F.size > int(big), limit=7)
    assert search.count() == len(search.frame()) == 7


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ("typ:(PHOTOS)", "type"),
        ("knid:FILE", "unknown word"),
        ("type:(PHOTOS", "never closed"),
        (" AND ".join(["timeYear:(2020)"] * 9), "at most 8"),
        ("name:[a TO b]", "range|take"),
        ("timeYear:(soon)", "whole number"),
    ],
)
def test_a_bad_filter_is_refused_before_anything_is_sent(seeded, service, filters, says):
    """The error names the fault; no request goes out."""
    with pytest.raises(errors.FilterError, match=says):
        seeded.query(filters)
    assert not service.requests


def test_strict_false_lets_amazon_judge(seeded, service):
    """Text goes untouched, and Amazon's 400 comes back with its words and our hint."""
    with pytest.raises(errors.FilterRejected, match="Invalid fieldName: colour") as caught:
        seeded.query("colour:(red)", strict=False)
    assert caught.value.status == 400
    assert service.requests[-1].query["filters"] == "colour:(red)"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"limit": -1}, "limit"),
        ({"offset": "x"}, "offset"),
        ({"asset": "SOME"}, "asset must be one of 'ALL'"),
        ({"search_context": "me"}, "search_context"),
        ({"group_by_time": "week"}, "group_by_time"),
        ({"temp_link": "perhaps"}, "temp_link"),
        ({"filters": 42}, "a filter is text"),
    ],
)
def test_bad_arguments_are_named(seeded, service, arguments, says):
    """Nothing is sent for an argument that cannot be meant."""
    with pytest.raises(errors.InvalidInput, match=says):
        seeded.query(**arguments)
    assert not service.requests


def test_the_predecessors_parameters_are_sent(seeded, service):
    """Each argument arrives under Amazon's name."""
    seeded.query(
        "type:(PHOTOS)",
        limit=3,
        offset=2,
        sort="['name ASC']",
        asset="MOBILE",
        search_context="all",
        group_by_time="year",
        low_res_thumbnail="false",
        temp_link="true",
        save=False,
    )
    sent = requests(service, "/drive/v1/search")[0].query
    wanted = {"asset": "MOBILE", "searchContext": "all", "groupByForTime": "year", "lowResThumbnail": "false"}
    wanted |= {"tempLink": "true", "sort": "['name ASC']", "offset": "2", "limit": "3", "filters": "type:(PHOTOS)"}
    assert wanted.items() <= sent.items()


def test_a_temp_link_is_given_and_not_kept(seeded, service):
    """temp_link=True gives addresses; they are short-lived, so ap.parquet does not keep them."""
    found = seeded.query(limit=2, temp_link=True)
    assert found.tempLink.str.startswith("http").all()
    assert seeded.db.tempLink.isna().all()


def test_aggregations_feed_filters(seeded):
    """What aggregations() calls a value is what a search takes, and it counts what is found."""
    everything = seeded.aggregations()
    assert {"location", "things", "people", "time", "type"} <= set(everything.category)
    places = seeded.aggregations("location")
    best = places.sort_values("count").iloc[-1]
    assert seeded.search(F.location(best.value)).count() == best["count"]
    people = seeded.aggregations("people")
    who = people.iloc[0]
    assert who["name"]
    assert seeded.search(F.people(who.value)).count() == who["count"]
    with pytest.raises(errors.InvalidInput, match="known: all, allPeople"):
        seeded.aggregations("places")


def test_aggregations_out_is_json(seeded, tmp_path):
    """The file holds the same rows."""
    frame = seeded.aggregations("things", out=tmp_path / "things.json")
    assert [row["value"] for row in json.loads((tmp_path / "things.json").read_text("utf-8"))] == list(frame.value)
