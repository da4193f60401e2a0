"""Nodes as the record has them: values in exiftool's words, fractions of seconds, fields that no column has."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from amazon_photos.frames import fast, tolerant

IMAGE = {
    "width": 4000,
    "height": 3000,
    "orientation": "1",
    "make": "Maker",
    "model": "M1",
    "dateTimeOriginal": "2021-05-04T10:11:09.000Z",
    "resolutionUnit": "Pixels/Inch",
    "flash": "Off, Did not fire",
    "exposureMode": "Auto",
    "exposureProgram": "Aperture-priority AE",
    "meteringMode": "Evaluative",
    "whiteBalance": "Daylight",
    "sharpness": "0",
    "subSecTimeOriginal": "89",
    "apertureValue": "8.0",
    "focalLength": "42",
}
SIGNATURES = [{"contentSignatureType": "MD5", "contentSignature": "0" * 32}]
NODE = {
    "id": "n" * 22,
    "name": "a.jpg",
    "kind": "FILE",
    "status": "AVAILABLE",
    "createdBy": "Prime Photos Android",
    "childAssetTypeInfo": [],
    "protectedFolder": False,
    "properties": {},
    "parents": ["p" * 22],
    "contentProperties": {
        "size": 5,
        "md5": "1" * 32,
        "contentType": "image/jpeg",
        "extension": "jpg",
        "contentDate": "2021-05-04T10:11:09.089Z",
        "contentSignatures": SIGNATURES,
        "image": IMAGE,
    },
}


@pytest.fixture(params=[fast, tolerant], ids=["fast", "tolerant"])
def row(request):
    """The row of the recorded node, whichever way it is read."""
    return request.param.read([msgspec.Raw(json.dumps(NODE).encode())]).to_pylist()[0]


def test_a_capture_time_keeps_its_fraction_of_a_second(row):
    """contentDate has one where image.dateTimeOriginal has none."""
    assert row["contentDate"] == datetime(2021, 5, 4, 10, 11, 9, 89_000, tzinfo=UTC)
    assert row["image.dateTimeOriginal"] == datetime(2021, 5, 4, 10, 11, 9, tzinfo=UTC)


def test_the_cameras_words_are_columns(row):
    """In exiftool's words, as they came; a signature called MD5 is not the file's."""
    words = ("resolutionUnit", "flash", "exposureMode", "exposureProgram", "meteringMode", "whiteBalance")
    assert [row[f"image.{word}"] for word in (*words, "apertureValue", "focalLength")] == [
        IMAGE[word] for word in (*words, "apertureValue", "focalLength")
    ]
    assert (row["protectedFolder"], row["md5"]) == (False, "1" * 32)


def test_what_has_no_column_is_kept(row):
    """What says something stands in extra; empty fields, which every node has, do not."""
    assert json.loads(row["extra"]) == {
        "contentProperties": {
            "contentSignatures": SIGNATURES,
            "image": {"sharpness": "0", "subSecTimeOriginal": "89"},
        }
    }
