"""What the service reads from uploaded videos."""

from __future__ import annotations

import pytest

from amazon_photos.emulator.seeding import synthetic
from emulator.made_media import Describe, video


def test_video(describe: Describe) -> None:
    """An iPhone's video tells size, length, rotation, codec, camera, place, and when in UTC."""
    apple = {
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 6",
        "com.apple.quicktime.creationdate": "2015-01-02T16:00:00-0800",
        "com.apple.quicktime.location.ISO6709": "+49.2800-123.1207+012.300/",
    }
    facts = describe(video(rotated=True, created=3_502_000_000, apple=apple), "IMG_1.MOV")
    assert (facts.content_type, facts.extension, facts.image) == ("video/quicktime", "mov", None)
    block = dict(facts.video or {})
    assert isinstance(block.pop("bitrate"), int)
    assert block.pop("videoFrameRate") == pytest.approx(29.412)
    assert block == {
        "width": 1920,
        "height": 1080,
        "duration": 10.26,
        "rotate": 90,
        "videoCodec": "h264",
        "make": "Apple",
        "model": "iPhone 6",
        "creationDate": "2015-01-03T00:00:00.000Z",
        "location": "49.28,-123.1207",
    }
    assert facts.content_date == "2015-01-03T00:00:00.000Z"
    assert facts.location == (49.28, -123.1207)


def test_video_dates(describe: Describe) -> None:
    """The header's date counts, but not its zero in 1904, which nobody has set."""
    assert describe(video(brand=b"mp42", created=3_502_000_000), "a.mp4").content_date == "2014-12-21T09:46:40.000Z"
    facts = describe(video(brand=b"mp42"), "a.mp4")
    assert (facts.content_type, facts.content_date) == ("video/mp4", None)


def test_no_video(describe: Describe) -> None:
    """What only claims to be a video has a type and no facts."""
    for content in (b"", synthetic.content(3, video=True), video()[:200], b"\0\0\0\x08moov" * 1000):
        facts = describe(content, "a.mp4")
        assert facts.content_type.startswith("video/")
        assert (facts.video, facts.image) == (None, None)
