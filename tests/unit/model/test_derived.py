"""Derived values: what stills and videos say of when, where and by what, in one meaning, for nodes and for frames."""

import json
from datetime import datetime

import msgspec
import pytest

from amazon_photos.frames.builder import TableBuilder
from amazon_photos.model.derived import DERIVED
from amazon_photos.model.node import Node, read_node

EARLY, LATE = "2012-08-25T14:23:24.000Z", "2019-01-01T00:00:00.000Z"
WHEN = datetime(2012, 8, 25, 14, 23, 24)  # noqa: DTZ001 - a camera's clock

FINE = WHEN.replace(microsecond=89_000)


def image(**parts):
    return {"image": parts}


def video(**parts):
    return {"video": parts}


CASES = [
    ("taken", image(dateTimeOriginal=EARLY, dateTimeDigitized=LATE, dateTime=LATE), WHEN),
    ("taken", image(dateTimeDigitized=EARLY, dateTime=LATE), WHEN),
    ("taken", {**image(dateTime=EARLY), "contentDate": LATE}, WHEN),
    ("taken", {**video(creationDate=EARLY), "contentDate": LATE}, WHEN),
    ("taken", {"contentDate": EARLY}, WHEN),
    ("taken", {"contentDate": "2012-08-25T14:23:24.089Z"}, FINE),
    ("taken", {"contentDate": "2012-08-25T16:23:24+02:00"}, WHEN),
    ("taken", image(dateTimeOriginal="0000-00-00T00:00:00.000Z", dateTime=EARLY), WHEN),
    ("taken", image(dateTimeOriginal="2012-08-25T14:23:24"), WHEN),
    ("taken", image(dateTimeOriginal=1345904604000), None),
    ("taken", {"contentDate": "1899-12-31T23:59:59.000Z"}, datetime(1899, 12, 31, 23, 59, 59)),  # noqa: DTZ001
    ("taken", {**image(dateTimeOriginal=EARLY), "contentDate": "2012-08-25T14:23:24.089Z"}, FINE),
    ("taken", {**video(creationDate=EARLY), "contentDate": "2012-08-25T14:23:24.089Z"}, FINE),
    ("taken", {**image(dateTimeOriginal=EARLY), "contentDate": "2012-08-25T14:23:25.001Z"}, WHEN),
    ("taken", {**image(dateTimeOriginal=EARLY), "contentDate": "2012-08-25T14:23:23.999Z"}, WHEN),
    ("taken", {}, None),
    *(("latitude", image(location=text), 49.28) for text in ("49.28,-123.12", " +49.28 , -123.12\n", "49.280,180")),
    *(("longitude", image(location=text), -123.12) for text in ("49.28,-123.12", "0,-123.120", "-90,-123.12")),
    ("latitude", video(location="49.28,-123.12"), 49.28),
    ("latitude", image(location="0,0"), 0.0),
    *(
        (name, image(location=text), None)
        for name in ("latitude", "longitude")
        for text in ("", "91,0", "0,181", "49.28", "49.28;1", "n,w", "nan,nan", "1e1,2", "1,2,3", "49,28,-1", "٤,٤", [])
    ),
    ("make", image(make="Canon "), "Canon "),
    ("make", {**image(make=None), **video(make="Apple")}, "Apple"),
    ("make", video(make="Apple"), "Apple"),
    ("make", image(make=7), "7"),
    ("model", image(model="Canon EOS 7D"), "Canon EOS 7D"),
    ("model", video(model="iPhone 6"), "iPhone 6"),
    ("width", image(width=4032), 4032),
    ("width", image(width="4032"), 4032),
    ("width", video(width=1920), 1920),
    ("width", image(width=0), 0),
    ("width", {**image(width="wide"), **video(width=1920)}, 1920),
    ("width", image(width=2**70), None),
    ("height", image(height=3024), 3024),
    ("height", video(height=1080.0), 1080),
    ("duration", video(duration=10.26), 10.26),
    ("duration", video(duration=0), 0.0),
    ("duration", video(duration="10.5"), 10.5),
    ("duration", video(duration="long"), None),
    ("duration", image(width=1), None),
    *(("iso", image(isoSpeedRatings=text), 200) for text in ("200", 200, " 200 ", "200, 100", "200 200", "0200")),
    *(("iso", image(isoSpeedRatings=text), None) for text in ("", "0", "-200", "1.5", "200/1", "a", "1" * 10)),
    ("f_number", image(apertureValue="8.0"), 8.0),
    ("f_number", image(apertureValue="1.78"), 1.78),
    ("f_number", image(apertureValue="54823/32325"), 1.8),
    ("f_number", image(apertureValue="6/1"), 8.0),
    *(("f_number", image(apertureValue=text), None) for text in ("0", "0/1", "1/0", "f/8", "99/1", "-2", "inf", "")),
    ("exposure_time", image(exposureTime="1/320"), 1 / 320),
    ("exposure_time", image(exposureTime="0.5"), 0.5),
    ("exposure_time", image(exposureTime="30"), 30.0),
    *(("exposure_time", image(exposureTime=text), None) for text in ("0", "1/0", "0/0", "-1/2", "1/2/3", "1//2", "a")),
    ("focal_length", image(focalLength="17/4"), 4.25),
    ("focal_length", image(focalLength="42"), 42.0),
    ("focal_length", image(focalLength="42.0 mm"), 42.0),
    ("focal_length", image(focalLength="42 inches"), None),
    ("focal_length", image(focalLength=50), 50.0),
]


def of_node(name, raw):
    """What a node's property says."""
    return getattr(read_node(raw), name)


def of_frame(name, raw):
    """What the column of that name says."""
    gather = TableBuilder()
    gather.add([msgspec.Raw(raw)])
    table = gather.table()
    return table.column(name)[0].as_py()


@pytest.mark.parametrize("value_of", [of_node, of_frame])
@pytest.mark.parametrize(("name", "content", "told"), CASES)
def test_nodes_and_frames_say_the_same(value_of, name, content, told):
    """One meaning, whatever stands in the sources: a node's property and a frame's column are the same value."""
    raw = json.dumps({"id": "A" * 22, "kind": "FILE", "contentProperties": content}).encode()
    found = value_of(name, raw)
    assert found == (pytest.approx(told) if isinstance(told, float) else told)
    assert type(found) is type(told)


@pytest.mark.parametrize("name", DERIVED)
def test_folders_have_none(name):
    """A node without content has no derived value, and asking for one is no error."""
    assert getattr(Node(id="a", kind="FOLDER"), name) is None
    assert Node(id="a").to_dict()[name] is None
