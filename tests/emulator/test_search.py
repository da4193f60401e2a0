import io

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base


def jpeg(shade=0, *, taken=None, keywords=None, at=None):
    """A small photo with the facts that the service reads."""
    exif = Image.Exif()
    if taken:
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = taken
        exif[Base.DateTime] = taken
    if keywords:
        exif[Base.XPKeywords] = keywords.encode("utf-16-le") + b"\0\0"
    if at:
        gps = exif.get_ifd(IFD.GPSInfo)
        for value, (name, ref), letters in zip(
            at,
            ((GPS.GPSLatitude, GPS.GPSLatitudeRef), (GPS.GPSLongitude, GPS.GPSLongitudeRef)),
            ("NS", "EW"),
            strict=True,
        ):
            gps[ref] = letters[value < 0]
            gps[name] = (abs(value), 0.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 90, 120)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def photos(call):
    """Three photos and a text."""
    call.uploaded("beach.jpg", jpeg(1, taken="2023:08:14 10:00:00", keywords="beach;plant", at=(49.2827, -123.1207)))
    call.uploaded("moon.jpg", jpeg(2, taken="2023:08:14 22:00:00", keywords="moon"))
    call.uploaded("old.jpg", jpeg(3, taken="1999:01:02 03:04:05", keywords="beach"))
    call.uploaded("a.txt")
    return call


def search(call, filters="", **query):
    return call.search(filters, **query)


QUESTIONS = [
    ("type:(PHOTOS OR VIDEOS)", {"beach.jpg", "moon.jpg", "old.jpg"}),
    ("type:(PHOTOS) AND timeYear:(2023)", {"beach.jpg", "moon.jpg"}),
    ("timeYear:(2023) AND timeMonth:(8) AND timeDay:(14)", {"beach.jpg", "moon.jpg"}),
    ("things:(beach)", {"beach.jpg", "old.jpg"}),
    ("things:(plant AND beach OR moon)", {"beach.jpg", "moon.jpg"}),
    ("location:(CAN#BC#Vancouver)", {"beach.jpg"}),
    ("location:(CAN)", {"beach.jpg"}),
    ("extension:(jpg) AND name:(m*)", {"moon.jpg"}),
    ("favorite:(true)", set()),
    ("", {"beach.jpg", "moon.jpg", "old.jpg", "a.txt"}),
]


@pytest.mark.parametrize(("filters", "names"), QUESTIONS)
def test_search(photos, filters, names):
    """The search dialect answers from what was read at the upload: dates, keywords, places."""
    assert set(photos.names(search(photos, filters))) == names


def test_the_shape_of_a_search(photos):
    """A search answers with five parts; aggregations are keyed by category, their entries say `match`."""
    answer = search(photos, "type:(PHOTOS)").json
    expected = {"count", "data", "aggregations", "nodeToSearchScoreMap", "fallbackPath"}
    assert set(answer) - {"nextToken"} == expected
    assert {entry["match"] for entry in answer["aggregations"]["things"]} == {"beach", "plant", "moon"}
    assert (answer["nodeToSearchScoreMap"], answer["fallbackPath"]) == ({}, "NORMAL")


@pytest.mark.parametrize("filters", ["timeYear:(last)", "things:(beach"])
def test_what_a_search_cannot_be_asked(photos, filters):
    """What cannot be read is a 400 "Invalid filter" (live)."""
    answer = search(photos, filters)
    assert answer.status == 400
    assert answer.json["message"].startswith("Invalid filter: ")


@pytest.mark.parametrize("word", ["kind", "status", "nonsense"])
def test_a_search_by_a_field_of_nodes(photos, word):
    """Fields of /nodes, and of nobody, are a 400 "Invalid fieldName: kind" (live)."""
    answer = search(photos, f"type:(PHOTOS) AND {word}:(FILE)")
    assert (answer.status, answer.json["message"]) == (400, f"Invalid fieldName: {word}")


@pytest.mark.parametrize("given", [None, ""])
def test_a_search_needs_its_context(call, given):
    """Without searchContext, 400 in these words (live); that an empty one is none is a guess."""
    answer = call.search("type:(PHOTOS)", searchContext=given)
    said = "1 validation error detected: Value null at 'searchContext' failed to satisfy constraint: "
    assert (answer.status, answer.json["message"]) == (400, said + "Member must not be null")


def test_the_index_lags(call):
    """/search learns of an upload after a while, by the service's clock; /nodes knows it at once."""
    call.service.set(index_delay=30)
    call.uploaded("a.jpg", jpeg())
    assert call.names(search(call)) == []
    assert call.names(call.nodes(filters="kind:FILE")) == ["a.jpg"]
    call.service.set(clock_offset=31)
    assert call.names(search(call)) == ["a.jpg"]


def test_what_a_search_lists(photos):
    """Nothing from the trash, albums only when asked for, hidden files too."""
    photos.album("Summer")
    (moon,) = search(photos, "name:(moon.jpg)").json["data"]
    photos.ask("PATCH", f"/drive/v1/nodes/{moon['id']}", body={"settings": {"hidden": True, "favorite": True}})
    assert photos.names(search(photos, "favorite:(true)")) == ["moon.jpg"]
    assert photos.names(search(photos, "type:(ALBUMS)")) == ["Summer"]
    photos.trash(moon["id"])
    assert photos.names(search(photos, "name:(moon.jpg)")) == []


def test_latest_first(call):
    """Without a sort, what came last comes first."""
    for hours, name in enumerate(("a", "b", "c")):
        call.service.set(clock_offset=hours * 3600)
        call.uploaded(name)
    assert call.names(search(call)) == ["c", "b", "a"]
    assert call.names(search(call, sort="['createdDate ASC']")) == ["a", "b", "c"]


def test_aggregations(photos):
    """Each category lists its values with how many files there are."""
    answer = photos.get("/drive/v1/search/aggregation", aggregationContext="all", category="things").json
    counts = {entry["value"]: entry["count"] for entry in answer["aggregations"]}
    assert counts == {"beach": 2, "plant": 1, "moon": 1}
    assert set(answer["aggregations"][0]) == {"value", "count", "searchData"}


@pytest.mark.parametrize(
    "category",
    ["allPeople", "clusterId", "familyMembers", "favorite", "location", "people", "things", "time", "type"],
)
def test_every_category(photos, category):
    """Nine categories are known; others are a 400."""
    assert photos.get("/drive/v1/search/aggregation", category=category).status == 200
    assert photos.get("/drive/v1/search/aggregation", category=category + "s").status == 400


@pytest.mark.parametrize("wrong", [{"searchContext": "nobody"}, {"groupByForTime": "hour"}])
def test_parameters_of_a_search(call, wrong):
    """searchContext and groupByForTime take their known values only."""
    assert search(call, **wrong).status == 400


def test_what_the_service_reads(photos):
    """The image block: dates in ISO form, numbers only for width and height, place as text."""
    (node,) = search(photos, "name:(beach.jpg)").json["data"]
    content = node["contentProperties"]
    assert content["contentType"] == "image/jpeg"
    assert content["contentDate"].startswith("2023-08-14T")
    assert (content["image"]["width"], content["image"]["height"]) == (40, 30)
    assert content["image"]["dateTime"] == "2023-08-14T10:00:00.000Z"
    assert all(isinstance(v, str) for k, v in content["image"].items() if k not in ("width", "height"))


def test_memories(photos):
    """What was taken on this day of any year, a collection a year."""
    path = "/drive/v2/memories/v1/collections/this_day_filtered"
    answer = photos.get(path, day=14, month=8, includeContents="true", contentsSize=1).json
    assert [len(collection["nodes"]) for collection in answer["collections"]] == [1]
    assert photos.get(path, day=3, month=8).json == {"collections": []}
    assert photos.get(path, day="x", month=8).status == 400
