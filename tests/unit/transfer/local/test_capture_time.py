"""When a picture was taken."""

import os
import struct
from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest

import pictures
from amazon_photos.transfer.local import capture_time

NOON = 1_600_000_000_123_000_000
SECOND = 10**9


def video(created, *, wide=False):
    header = b"\x01\0\0\0" + struct.pack(">QQ", created, 0) if wide else b"\0\0\0\0" + struct.pack(">II", created, 0)
    mvhd = struct.pack(">I4s", 8 + len(header), b"mvhd") + header
    moov = struct.pack(">I4s", 8 + len(mvhd), b"moov") + mvhd
    data = struct.pack(">I4sQ", 1, b"mdat", 16 + 5000) + b"\0" * 5000
    return struct.pack(">I4s4s", 12, b"ftyp", b"qt  ") + data + moov


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.jpg", pictures.jpeg(), False),
        ("a.jpg", pictures.jpeg(taken=None), True),
        ("a.jpg", b"\xff\xd8 without a date", True),
        ("a.jpg", b"", True),
        ("a.mp4", video(3_600_000_000), False),
        ("a.mov", video(3_600_000_000, wide=True), False),
        ("a.mov", video(3_000_000_000), False),
        ("a.mp4", b"", True),
        ("a.mp4", b"\0\0\0\0garbage that is no video at all", True),
    ],
)
def test_only_files_that_say_nothing_get_a_date(tmp_path, name, content, told):
    """A picture's EXIF date and a video's creation date are left to Amazon; others go up with their mtime in UTC."""
    (tmp_path / name).write_bytes(content)
    expected = "2020-09-13T12:26:40.123Z" if told else None
    assert capture_time.content_date(str(tmp_path / name), name, NOON) == expected


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("created", [0, 1, 7 * 3600, 300 * 86_400, 2**32 - 7 * 3600, 2**32 - 1])
def test_a_clock_that_was_never_set_dates_no_video(tmp_path, created, wide):
    """1904, where videos' clocks begin, and the future, where they wrap to, are no creation dates (fault C1)."""
    (tmp_path / "a.mov").write_bytes(video(created, wide=wide))
    assert not capture_time.has_capture_date(str(tmp_path / "a.mov"), "a.mov")


def test_a_video_of_any_number_is_read_to_its_end(tmp_path):
    """Sizes and times of 64 bits that lead nowhere are no crash (fault C1)."""
    for content in (
        video(2**64 - 1, wide=True),
        struct.pack(">I4sQ", 1, b"moov", 2**64 - 1),
        struct.pack(">I4sQ", 1, b"mdat", 0),
    ):
        (tmp_path / "a.mov").write_bytes(content)
        assert not capture_time.has_capture_date(str(tmp_path / "a.mov"), "a.mov")


@pytest.mark.parametrize(
    "mtime", [0, -1, -SECOND, 10**19, 10**29, -(10**29), -2_082_844_800 * SECOND, -4_544_208_001 * SECOND]
)
def test_a_senseless_mtime_is_not_passed_on(tmp_path, mtime):
    """Where clocks begin, the future, and what was before photographs are no capture dates (faults B2, C2)."""
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert capture_time.content_date(str(tmp_path / "a.jpg"), "a.jpg", mtime) is None


@pytest.mark.parametrize(
    ("mtime", "told"),
    [
        (-142_000_000 * SECOND, "1965-07-02T11:33:20.000Z"),
        (-142_000_000 * SECOND - 1, "1965-07-02T11:33:19.999Z"),
        (-2 * SECOND, "1969-12-31T23:59:58.000Z"),
        (-4_544_208_000 * SECOND, "1826-01-01T00:00:00.000Z"),
        (SECOND, "1970-01-01T00:00:01.000Z"),
    ],
)
def test_dates_before_1970_are_passed_on(tmp_path, mtime, told):
    """A scan dated by hand keeps its date (fault C2)."""
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert capture_time.content_date(str(tmp_path / "a.jpg"), "a.jpg", mtime) == told


def test_what_cannot_be_looked_into_is_left_to_amazon(tmp_path):
    """A file that is gone, a folder and a pipe have no date to be passed on, and nobody waits for them (fault B7)."""
    os.mkfifo(tmp_path / "a.jpg")
    for path in (tmp_path / "a.jpg", tmp_path, tmp_path / "gone.jpg"):
        assert capture_time.content_date(str(path), path.name, NOON) is None


def test_the_mtime_of_a_download_follows_the_rule(monkeypatch):
    """The camera's clock is a time of this machine's zone; contentDate and createdDate are instants."""
    camera, instant = datetime(2019, 7, 4, 12, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    local = round(datetime(2019, 7, 4, 12).timestamp() * 1000) * 10**6  # noqa: DTZ001 - this machine's zone is the point
    assert capture_time.mtime_ns({"image.dateTime": camera, "contentDate": instant}) == local
    assert capture_time.mtime_ns({"image.dateTime": None, "contentDate": instant}) == 1_577_836_800 * 10**9
    assert capture_time.mtime_ns({"createdDate": instant.replace(tzinfo=None)}) == 1_577_836_800 * 10**9
    assert capture_time.mtime_ns({}) is None


def test_what_went_up_as_mtime_comes_down_as_mtime(tmp_path):
    """The mtime of a file without EXIF survives going up and down, to the millisecond."""
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    os.utime(path, ns=(NOON, NOON))
    text = capture_time.content_date(str(path), path.name, path.stat().st_mtime_ns)
    assert capture_time.mtime_ns({"contentDate": datetime.fromisoformat(text)}) == NOON


FIRST, LAST = -62_135_596_800, 253_402_300_799
"""The seconds at which the calendar of Python begins and ends."""


@pytest.mark.parametrize("column", capture_time.COLUMNS)
@pytest.mark.parametrize(
    "when",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23, minutes=59))),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-23, minutes=-59))),
        datetime(1, 1, 1),  # noqa: DTZ001
        datetime(9999, 12, 31, 23, 59, 59),  # noqa: DTZ001
        capture_time.NO_DATE,
    ],
)
def test_a_date_that_is_none_leaves_the_mtime_alone(column, when):
    """What scanners and programs write for "none", and what no calendar has, raises nothing (fault B1)."""
    row = {column: when, "createdDate": datetime(2020, 1, 1, tzinfo=UTC)} | {column: when}
    assert capture_time.mtime_ns(row) is None
    assert capture_time.capture_time(row) is None


@pytest.mark.parametrize("zone", ["UTC", None])
@pytest.mark.parametrize(("unit", "scale"), [("s", 1), ("ms", 10**3), ("us", 10**6)])
def test_columns_hold_any_time(unit, scale, zone):
    """Times of any unit are read; what lies before the year 1 or after 9999 is no date (fault B1)."""
    ticks = [FIRST * scale, LAST * scale, FIRST * scale - 1, (LAST + 1) * scale, -(2**63), 2**63 - 1, None, -scale]
    found = capture_time.read_column(pa.chunked_array([pa.array(ticks, pa.timestamp(unit, zone))]))
    assert found[:2] == [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)]  # noqa: DTZ001
    assert found[2:6] == [capture_time.NO_DATE] * 4
    assert found[6:] == [None, datetime(1969, 12, 31, 23, 59, 59)]  # noqa: DTZ001


def test_columns_are_read_as_pyarrow_reads_them():
    """An ordinary time is what pyarrow says it is."""
    column = pa.chunked_array([pa.array([1, 1_562_241_600_123, -1], pa.timestamp("ms"))])
    assert capture_time.read_column(column) == column.to_pylist()
