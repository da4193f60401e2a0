"""What is said of a reply is made of documented words, whatever stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.probe.redact import tell_kind, tell_message, tell_name

SECRETS = [
    "Ada",
    "Lovelace",
    "Vancouver",
    "IMG_2041.HEIC",
    "HeMReF-vvJiTTkdPIeWuoP",
    "1815-12-10",
    "49.28,-123.12",
    "31337",
]


@pytest.mark.parametrize("name", ["photoCount", "childAssetTypeInfo", "ownerId", "lastModifiedDate", "sharedStatus"])
def test_names_of_known_words_are_told(name):
    """A new field that is made of words that Amazon uses is told: that is what a report is for."""
    assert tell_name(name) == name


@pytest.mark.parametrize("name", [*SECRETS, "adaLovelace", "", "näme", "name_of_ada", "x" * 500, "count2041"])
def test_other_names_are_not(name):
    """A key that may be a person, a place or an id is only told to be there."""
    assert tell_name(name) == "a name we don't know"


def test_messages_are_told_word_by_word():
    """Amazon's own words stay, and whatever else is in a message goes."""
    told = tell_message("Node with the name ada.jpg already exists under parentId HeMReF conflicting NodeId: vvJi")
    assert told == '"Node with the name … already exists under parentId … NodeId: …"'


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("message", ["{}", "Node {} already exists", "Invalid filter: {}:{}", "x{}", "{}{}"])
def test_no_message_tells_a_secret(secret, message):
    """Wherever a name, an id, a date or a place stands in a message, it is not told."""
    assert secret.lower() not in tell_message(message.replace("{}", secret)).lower()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "null"),
        (True, "true"),
        (31337, "a whole number"),
        (1.5, "a number"),
        ("", "empty text"),
        ("Ada", "text"),
        ("31337", "digits as text"),
        ("2012-08-25T14:23:24.000Z", "a date with 3 digits of a second, UTC"),
        ("2012-08-25T14:23:24+02:00", "a date with no fraction of a second, with an offset"),
        ("6df23dc03f9b54cc38a0fc1483df6e21", "text of 32 hexadecimal digits"),
        (["Ada"], "a list"),
        ({}, "an empty object"),
    ],
)
def test_values_are_told_by_their_kind(value, told):
    """Enough to see how a value differs, and nothing of the value."""
    assert tell_kind(value) == told


@given(st.text())
def test_whatever_comes_can_be_shown(text):
    """Any text of a server's gives a printable line."""
    assert tell_message(text).isprintable()
    assert tell_name(text).isprintable()
    assert tell_kind(text).isprintable()
