"""File names: what comes from the service, made fit for every file system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.files import names
from amazon_photos.files.part_file import part_name

HOSTILE = [
    "../../etc/passwd",
    "..",
    ".",
    "",
    "a/b",
    "a\\b",
    "CON",
    "con.jpg",
    "Lpt1 .txt",
    "x. .",
    "\x00\x1b[31m",
    '<>:"|?*',
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_anywhere_or_upsets_windows(name):
    """Whatever the name, it is one component that Windows takes too."""
    safe = names.safe_name(name)
    assert safe not in ("", ".", "..")
    assert not set(safe) & set('/\\<>:"|?*\x00\x1b')
    assert not safe.endswith((".", " "))
    assert safe.split(".")[0].strip().upper() not in {"CON", "LPT1"}


@given(st.text(max_size=300))
def test_every_name_fits_and_stays_as_it_is_the_second_time(name):
    """A safe name has 1 to 255 bytes of UTF-8, and making it safe again changes nothing."""
    safe = names.safe_name(name)
    assert 0 < len(safe.encode()) <= 255
    assert names.safe_name(safe) == safe


@pytest.mark.parametrize(
    "name", ["IMG_1.HEIC", "Grüße 👩‍👩‍👧.jpg", ".nomedia", "-start.jpg", "a.tar.gz", "no extension"]
)
def test_ordinary_names_are_kept(name):
    """A name that every file system takes is left alone."""
    assert names.safe_name(name) == name


@pytest.mark.parametrize("md5", ["d" * 32, None])
@pytest.mark.parametrize("change", [str, str.upper, str.casefold, lambda name: name.replace("k", "\N{KELVIN SIGN}")])
def test_no_final_name_has_the_shape_of_a_part(md5, change):
    """What a run would take for a killed one's, and remove, gets another name, in any case that a file system
    confuses (fault A4)."""
    for part in (part_name("CxAMPlek0000000000000A", md5, 1), part_name("k" * 70, md5, 10**9, "-2")):
        assert names.is_part_name(part)
        assert names.safe_name(change(part)) == "_" + change(part)
    long = f".{'a' * 22}.unknown.{'9' * 300}.part"
    assert not names.is_part_name(names.safe_name(long).casefold())


@pytest.mark.parametrize("letter", ["a", "é", "€", "👍"])
def test_a_long_name_keeps_its_extension(letter):
    """255 bytes are not exceeded, no letter is cut in two, and the extension survives."""
    safe = names.safe_name(letter * 256 + ".jpeg")
    assert safe.endswith(letter + ".jpeg")
    assert 250 <= len(safe.encode()) <= 255


def test_names_that_a_file_system_confuses_have_one_key():
    """Case and the Unicode form don't tell files apart; other letters do."""
    assert (
        names.collision_key("STRASSE/É.jpg")
        == names.collision_key("strasse/e\u0301.JPG")
        == names.collision_key("straße/é.jpg")
    )
    assert names.collision_key("a.jpg") != names.collision_key("b.jpg")


def test_a_tagged_name_is_always_the_same():
    """Another name for a node depends on its id alone, keeps the extension, and fits."""
    assert names.with_tag("a.jpg", "A") == names.with_tag("a.jpg", "A") != names.with_tag("a.jpg", "B")
    assert names.with_tag("a.jpg", "A").startswith("a (")
    long = names.with_tag("é" * 200 + ".jpg", "A")
    assert long.endswith(").jpg")
    assert len(long.encode()) <= 255


DEVICES = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
PORTS = [kind + digit for kind in ("COM", "LPT") for digit in "0123456789¹²³"]


@pytest.mark.parametrize("device", DEVICES + PORTS)
@pytest.mark.parametrize("ending", ["", ".jpg", ".tar.gz", " .txt"])
def test_no_name_is_a_device_of_windows(device, ending):
    """Every name that Windows keeps for a device gets another beginning, in any case and with any ending."""
    for name in (device + ending, device.lower() + ending):
        assert names.safe_name(name) == "_" + name


@pytest.mark.parametrize("name", ["COM.jpg", "COM10.jpg", "CONS.jpg", "LPTX", "NULL", "com-1.jpg", "xCON.jpg"])
def test_what_only_resembles_a_device_is_kept(name):
    """Other names stay as they are."""
    assert names.safe_name(name) == name


@pytest.mark.parametrize("character", [*map(chr, range(32)), "\x7f", "\x85", "\x9f", *'<>:"/\\|?*', "\ud800"])
def test_every_forbidden_character_is_replaced(character):
    """Each character that some file system cannot have becomes an underscore."""
    assert names.safe_name(f"a{character}b") == "a_b"
