"""Whether a picture says when it was taken."""

import io
import random
import struct

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from amazon_photos.files.regular import open_unblocked
from amazon_photos.transfer.local import exif_date
from amazon_photos.transfer.local.peek import MAX_READS, Peek

TAGS = {
    "DateTimeOriginal": (IFD.Exif, Base.DateTimeOriginal),
    "DateTimeDigitized": (IFD.Exif, Base.DateTimeDigitized),
    "DateTime": (None, Base.DateTime),
}
NOON = "2019:07:04 12:00:00"


def block(date=NOON, *, tag="DateTimeOriginal", order="<", **others):
    """EXIF with this date, and other texts of the outermost directory."""
    found = Image.Exif()
    found.endian = order
    part, number = TAGS[tag]
    if date is not None:
        (found if part is None else found.get_ifd(part))[number] = date
    for name, text in others.items():
        found[Base[name]] = text
    return found


def picture(form, found, *, size=(64, 48)):
    buffer = io.BytesIO()
    image = Image.effect_noise(size, 90).convert("RGB")
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    image.save(buffer, form, **({} if found is None else {"exif": found.tobytes()}))
    return buffer.getvalue()


@pytest.fixture
def says(tmp_path):
    """Whether these bytes say when."""

    def ask(content):
        (tmp_path / "a").write_bytes(content)
        with open_unblocked(str(tmp_path / "a")) as file:
            return exif_date.says_when(Peek(file, len(content)))

    return ask


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_each_of_the_three_dates_counts_in_every_format(says, form, tag, order):
    """DateTimeOriginal, DateTimeDigitized and DateTime, wherever a format keeps EXIF, in either byte order."""
    assert says(picture(form, block(tag=tag, order=order)))
    assert not says(picture(form, block(None, order=order, Make="Maker")))


@pytest.mark.parametrize("fillers", [0, 1, 2, 7])
def test_a_jpeg_may_be_filled_up_before_a_segment(says, fillers):
    """Any number of 0xFF may stand before the code of a segment."""
    content = picture("JPEG", block())
    assert says(content[:2] + b"\xff" * fillers + content[2:])


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG", "WEBP", "HEIF"])
def test_pictures_whose_exif_is_far_from_the_beginning(says, form):
    """Large pixels before the EXIF are stepped over."""
    assert says(picture(form, block(), size=(600, 500)))
    assert not says(picture(form, None, size=(600, 500)))


@pytest.mark.parametrize(
    "wrapped", [b"FUJIFILMCCD-RAW 0201" + b"\0" * 128, b"\0\0\0\x18ftypcrx \0\0\0\1" + b"\0" * 600]
)
def test_raw_formats_that_wrap_a_tiff_block(says, wrapped):
    """Formats that we don't take apart hold a TIFF block near their beginning."""
    assert says(wrapped + block().tobytes()[6:] + b"\0" * 100)


@pytest.mark.parametrize("before", range(8))
@pytest.mark.parametrize("header", [b"II*\0", b"MM\0*"])
def test_what_only_looks_like_a_header_hides_none_behind_it(says, header, before):
    """In formats that we don't take apart each header is tried in turn, wherever the one before it begins."""
    false = b"FUJIFILMCCD-RAW " + b"\0" * before + header * 3 + b"\0" * 8
    assert says(false + block(order="<" if header[:1] == b"I" else ">").tobytes()[6:] + b"\0" * 100)


NO_DATES = [
    "2019:01:01 24:04:20", "2000:00:00 00:00:00", "2024:02:30 10:00:00", "2023:02:29 10:00:00", "2016:12:31 23:59:60",
    "    :  :     :  :  ", "0000:00:00 00:00:00", "0001:01:01 00:00:00", "9999:12:31 23:59:59", "2019:13:01 10:00:00",
    "2019:00:10 10:00:00", "2019:04:31 10:00:00", "2019:01:01 10:60:00", "2019:01:01", "yesterday, about noon", "",
    "1825:12:31 23:59:59", "2100:01:01 00:00:00",
]  # fmt: skip


@pytest.mark.parametrize("date", NO_DATES)
@pytest.mark.parametrize("tag", TAGS)
def test_what_no_calendar_or_clock_shows_is_no_date(says, date, tag):
    """Hour 24, second 60, month 0, 30 February, blanks, and years before photographs date no picture (fault C1)."""
    assert not says(picture("JPEG", block(date, tag=tag)))


@pytest.mark.parametrize(
    "date", ["2024:02:29 23:59:59", "2000:01:01 00:00:00", "1895:06:01 12:00:00", "2019-07-04T12:00:00", NOON + ".25"]
)
def test_what_a_calendar_shows_is_a_date(says, date):
    """Leap days, midnights, scans dated by hand, and the writings that services read (fault C1)."""
    assert says(picture("JPEG", block(date)))


@pytest.mark.parametrize("name", ["ImageDescription", "Artist", "Copyright", "Software", "Make"])
@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_a_text_that_reads_like_a_date_is_none(says, name, form):
    """``scanned 2003:05:05 10:00:00`` in a description dates nothing; nor does such a text alone (fault C1)."""
    assert not says(picture(form, block(None, **{name: "scanned 2003:05:05 10:00:00"})))
    assert not says(picture(form, block(None, **{name: "2003:05:05 10:00:00"})))


def test_one_good_date_is_enough(says):
    """A bad date in one tag does not hide a good one in another."""
    found = block("2019:01:01 24:04:20")
    found[Base.DateTime] = NOON
    assert says(picture("JPEG", found))


def entries(*given, count=None, next_=0):
    body = b"".join(struct.pack("<HHII", *entry) for entry in given)
    return struct.pack("<H", len(given) if count is None else count) + body + struct.pack("<I", next_)


HOSTILE = {
    "a directory that is its own": b"II*\0\x08\0\0\0" + entries((0x8769, 4, 1, 8)),
    "a directory behind the end": b"II*\0\xff\xff\xff\xff",
    "a directory without end": b"II*\0\x08\0\0\0" + entries(count=65535) + b"\0" * 100,
    "dates behind the end": b"II*\0\x08\0\0\0" + entries(*[(0x9003, 2, 20, 2**32 - 1)] * 500),
    "dates far apart": b"II*\0\x08\0\0\0" + entries(*[(0x9003, 2, 20, n * 20_000) for n in range(500)]),
    "endless headers": b"GIF89a" + b"II*\0" * 60_000,
    "a JPEG of fillers": b"\xff\xd8" + b"\xff" * 200_000,
    "a JPEG of empty segments": b"\xff\xd8" + b"\xff\xe0\0\0" * 50_000,
    "a PNG of empty chunks": b"\x89PNG\r\n\x1a\n" + (b"\0\0\0\0eXIf\0\0\0\0") * 20_000,
    "a WebP of empty chunks": b"RIFF\0\0\0\0WEBP" + b"EXIF\0\0\0\0" * 30_000,
    "boxes of no size": b"\0\0\0\x18ftypheic" + b"\0" * 12 + b"\0\0\0\x08meta" * 30_000,
    "boxes of 64 bits": b"\0\0\0\x18ftypheic" + b"\0" * 12 + b"\0\0\0\x01meta" + b"\xff" * 200,
    "nothing but a beginning": b"\xff\xd8\xff\xe1",
    "a TIFF cut short": b"MM\0*\0",
}


class Counted:
    """A file that counts what is read of it."""

    def __init__(self, file):
        self._file, self.reads, self.bytes = file, 0, 0
        self.fileno, self.seek = file.fileno, file.seek

    def read(self, length):
        self.reads, self.bytes = self.reads + 1, self.bytes + length
        return self._file.read(length)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_soon_and_say_nothing(tmp_path, name):
    """Pointers in circles, behind the end and without number cost some reads, and are no date (fault C1)."""
    (tmp_path / "a").write_bytes(HOSTILE[name] + b"\0" * 5000)
    with open_unblocked(str(tmp_path / "a")) as file:
        counted = Counted(file)
        assert not exif_date.says_when(Peek(counted, len(HOSTILE[name]) + 5000))
    assert counted.reads <= MAX_READS
    assert counted.bytes <= 1 << 23


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG", "WEBP", "HEIF"])
def test_damaged_pictures_are_no_crash(says, form):
    """Whatever bits are flipped, and wherever a file is cut, there is an answer."""
    whole, generator = picture(form, block()), random.Random(4)
    for _ in range(200):
        damaged = bytearray(whole[: generator.randrange(len(whole))])
        for _ in range(min(len(damaged), 8)):
            damaged[generator.randrange(min(len(damaged), 600))] = generator.randrange(256)
        assert says(bytes(damaged)) in (True, False)
