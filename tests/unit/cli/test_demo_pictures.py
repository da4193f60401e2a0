"""The pictures of the demo: what a camera would have written into them."""

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD

from amazon_photos.cli.demo.pictures import draw

PLACES = {"Vancouver": (49.2827, -123.1207), "Lisbon": (38.7223, -9.1393), "Kyoto": (35.0116, 135.7681)}


def to_degrees(parts, sign):
    degrees, minutes, seconds = map(float, parts)
    assert minutes < 60
    assert seconds < 60
    return sign * (degrees + minutes / 60 + seconds / 3600)


def read_position(path):
    with Image.open(path) as image:
        gps = image.getexif().get_ifd(IFD.GPSInfo)
    if not gps:
        return None
    north, east = (1 if gps[name] in "NE" else -1 for name in (GPS.GPSLatitudeRef, GPS.GPSLongitudeRef))
    return to_degrees(gps[GPS.GPSLatitude], north), to_degrees(gps[GPS.GPSLongitude], east)


def test_each_picture_tells_where_it_was_taken(tmp_path):
    """In degrees, minutes and seconds, to a meter; south and west too. A scan tells nothing."""
    found = {path: read_position(path) for path in draw(tmp_path).rglob("*.*") if path.is_file()}
    assert {path.parent.name for path, position in found.items() if position is None} == {"Scans"}
    for path, position in found.items():
        if position is not None:
            assert position == pytest.approx(PLACES[path.parent.name], abs=1e-5)
