"""Columns of ours, made from what a node says."""

import json
from datetime import datetime

import msgspec
import pytest

from amazon_photos.frames import builder, tolerant
from amazon_photos.frames.columns import schema
from amazon_photos.frames.derived import DERIVED_COLUMNS, sources_of

ORIGINAL = "2012-08-25T14:23:24.000Z"


def read(*contents, by=builder.read):
    """The rows of nodes with these ``contentProperties``, all derived columns of each."""
    nodes = [msgspec.Raw(json.dumps({"id": f"n{n}", "contentProperties": c}).encode()) for n, c in enumerate(contents)]
    return by(nodes).select(list(DERIVED_COLUMNS)).to_pylist()


def image(**values):
    return {"image": values}


def video(**values):
    return {"video": values}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (image(dateTimeOriginal=ORIGINAL, dateTimeDigitized="2013-01-01T00:00:00.000Z"), "2012-08-25 14:23:24"),
        (image(dateTimeDigitized=ORIGINAL, dateTime="2013-01-01T00:00:00.000Z"), "2012-08-25 14:23:24"),
        (image(dateTime=ORIGINAL) | {"contentDate": "2013-01-01T00:00:00.000Z"}, "2012-08-25 14:23:24"),
        (video(creationDate=ORIGINAL) | {"contentDate": "2013-01-01T00:00:00.000Z"}, "2012-08-25 14:23:24"),
        ({"contentDate": ORIGINAL}, "2012-08-25 14:23:24"),
        (image(dateTimeOriginal=ORIGINAL) | {"contentDate": "2012-08-25T14:23:24.089Z"}, "2012-08-25 14:23:24.089"),
        (image(dateTimeOriginal=ORIGINAL) | {"contentDate": "2012-08-25T14:23:25.000Z"}, "2012-08-25 14:23:24"),
        (image(dateTimeOriginal=ORIGINAL) | {"contentDate": "2012-08-25T14:23:23.999Z"}, "2012-08-25 14:23:24"),
        (image(dateTimeOriginal="0000-00-00T00:00:00.000Z") | {"contentDate": ORIGINAL}, "2012-08-25 14:23:24"),
        (image(width=1), None),
    ],
)
def test_taken_is_the_first_date_that_there_is(content, expected):
    """The order is EXIF's original date, digitized, changed, a video's, Amazon's; with the fraction that Amazon has."""
    (row,) = read(content)
    assert row["taken"] == (expected and datetime.fromisoformat(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("49.28,-123.12", (49.28, -123.12)),
        (" -33.5 , 151 ", (-33.5, 151.0)),
        ("+0.0,-0.0", (0.0, 0.0)),
        ("90,180", (90.0, 180.0)),
        ("90.1,0", (None, None)),
        ("0,-180.5", (None, None)),
        ("49.28", (None, None)),
        ("49,28,-123,12", (None, None)),
        ("49.28 N,123.12 W", (None, None)),
        ("NaN,NaN", (None, None)),
        ("1e1,2", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
@pytest.mark.parametrize("block", [image, video])
def test_a_place_is_two_numbers_of_degrees_or_none(block, text, expected):
    """Latitude and longitude come together; what is out of range or no number is missing, of pictures and videos."""
    (row,) = read(block(location=text))
    assert (row["latitude"], row["longitude"]) == expected


@pytest.mark.parametrize(
    ("field", "column", "text", "expected"),
    [
        ("exposureTime", "exposure_time", "1/320", 1 / 320),
        ("exposureTime", "exposure_time", "10/1250", 0.008),
        ("exposureTime", "exposure_time", "0.5", 0.5),
        ("exposureTime", "exposure_time", "2", 2.0),
        ("exposureTime", "exposure_time", "1/0", None),
        ("exposureTime", "exposure_time", "0/1", None),
        ("exposureTime", "exposure_time", "-1/2", None),
        ("exposureTime", "exposure_time", "inf", None),
        ("exposureTime", "exposure_time", "1/2/3", None),
        ("exposureTime", "exposure_time", "9" * 400, None),
        ("focalLength", "focal_length", "17/4", 4.25),
        ("focalLength", "focal_length", "42", 42.0),
        ("focalLength", "focal_length", "42.0 mm", 42.0),
        ("focalLength", "focal_length", "wide", None),
        ("apertureValue", "f_number", "8.0", 8.0),
        ("apertureValue", "f_number", "54823/32325", 1.8),
        ("apertureValue", "f_number", "4294967295/1", None),
        ("apertureValue", "f_number", "f/8", None),
        ("isoSpeedRatings", "iso", "200", 200),
        ("isoSpeedRatings", "iso", "200, 200", 200),
        ("isoSpeedRatings", "iso", "0", None),
        ("isoSpeedRatings", "iso", "Auto", None),
    ],
)
def test_texts_of_exif_become_numbers(field, column, text, expected):
    """Rationals and decimals are one number; a rational aperture is APEX; what cannot be is missing."""
    (row,) = read(image(**{field: text}))
    assert row[column] == expected


def test_pictures_and_videos_have_one_meaning():
    """Size, camera and length stand in the same columns for both, and a folder has none of them."""
    picture, film, folder = read(
        image(width=4032, height=3024, make="Apple", model="iPhone XS"),
        video(width=1920, height=1080, rotate=90, make="Sony", model="ILCE", duration=10.26),
        None,
    )
    names = ("width", "height", "make", "model", "duration")
    assert [picture[name] for name in names] == [4032, 3024, "Apple", "iPhone XS", None]
    assert [film[name] for name in names] == [1920, 1080, "Sony", "ILCE", 10.26]
    assert all(folder[name] is None for name in names)


def test_the_slow_way_makes_the_same():
    """Nodes that are read one by one get the same columns of ours."""
    contents = [
        image(width=4032, make="A", location="1.5,2.5", apertureValue="8.0") | {"contentDate": ORIGINAL},
        video(width=1920, make="B", location="-1,-2", duration=1.5, creationDate=ORIGINAL),
        {"extension": "jpg"},
    ]
    assert read(*contents, by=tolerant.read) == read(*contents)
    assert tolerant.read([]).schema == schema()


def test_columns_are_made_from_others_that_are_not_made():
    """One step leads from what Amazon says to what is ours."""
    assert sources_of(["id", "width", "id"]) == ["id", "image.width", "video.width"]
    assert not set(sources_of(DERIVED_COLUMNS)) & set(DERIVED_COLUMNS)
