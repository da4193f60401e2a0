"""Settings by profile: the tables of the config file, whose they are, and what may not stand in them."""

import re

import pytest

from amazon_photos.auth.precedence import resolve
from amazon_photos.errors import InvalidInput
from amazon_photos.settings import Settings

CONFIG = """
bwlimit = "1M"
page_size = 50
[cli]
output = "jsonl"
[cli.upload]
wait = true
[profiles.family]
bwlimit = "2M"
tld = "ca"
[profiles.family.cli]
quiet = true
[profiles.default]
hash_threads = 3
"""
NOBODY = {"session_id": "1-1", "ubid_main": "2-2", "at_main": "3"}


@pytest.fixture
def environ(tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    return {"AMAZON_PHOTOS_HOME": str(tmp_path)}


@pytest.mark.parametrize(
    ("more", "arguments", "rate", "tld", "threads"),
    [
        ({}, {"profile": "family"}, 2 << 20, "ca", 2),
        ({"AMAZON_PHOTOS_PROFILE": "family"}, {}, 2 << 20, "ca", 2),
        ({"AMAZON_PHOTOS_BWLIMIT": "3M"}, {"profile": "family"}, 3 << 20, "ca", 2),
        ({"AMAZON_PHOTOS_PROFILE": "family"}, {"profile": "other", "tld": "de"}, 1 << 20, "de", 2),
        ({}, {}, 1 << 20, None, 3),
    ],
)
def test_the_table_of_the_profile_comes_before_what_is_for_all(environ, more, arguments, rate, tld, threads):
    """And after arguments and environment; a profile that nobody named is ``default``."""
    found = Settings.load(environ | more, **arguments)
    assert (found.bwlimit, found.tld, found.hash_threads, found.page_size) == (rate, tld, threads, 50)


def test_each_value_says_which_table_it_is_from(environ, tmp_path):
    """The path of the file, and the profile's table."""
    _, places = Settings.explain(environ, profile="family")
    config = str(tmp_path / "config.toml")
    assert places["bwlimit"] == f"{config} [profiles.family]"
    assert places["page_size"] == config


def test_a_profile_named_in_the_file_has_its_table(environ, tmp_path):
    """As one that is named elsewhere."""
    (tmp_path / "config.toml").write_text(f'profile = "family"\n{CONFIG}', "utf-8")
    assert Settings.load(environ).tld == "ca"


def test_cookies_of_their_own_have_no_profile_s_settings(environ, tmp_path):
    """A marketplace and a catalogue of somebody else would be mixed with them."""
    (tmp_path / "config.toml").write_text(f'profile = "family"\n{CONFIG}', "utf-8")
    assert resolve(environ=environ).settings.tld == "ca"
    assert resolve(environ=environ | NOBODY).settings.tld is None
    assert resolve(NOBODY, environ=environ).settings.bwlimit == 1 << 20


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[profiles.family]\nbwlimt = 1", r"unknown setting 'bwlimt' \(.*\[profiles.family\]\): did you mean bwlimit"),
        ("[profiles.Family]\nbwlimit = 1", r"\[profiles.Family\] .*: did you mean 'family'"),
        ('[profiles.family]\nprofile = "x"', r"profile \(.*\[profiles.family\]\) cannot stand here"),
        ('[profiles.family]\ncookie_command = "x"', r"cookie_command \(.*\) cannot stand here"),
        ("profiles = 5", r"profiles \(.*\) must be a table"),
        ("[profiles]\nfamily = 5", r"profiles.family \(.*\) must be a table"),
        ("cli = 5", r"cli \(.*\) must be a table"),
        ("[profiles.family]\ncli = 5", r"profiles.family.cli \(.*\) must be a table"),
        ("[upload]\nwait = true", r"unknown setting 'upload'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(environ, tmp_path, text, says):
    """In every profile's table, also in those of profiles that are not used now."""
    (tmp_path / "config.toml").write_text(text, "utf-8")
    with pytest.raises(InvalidInput) as caught:
        Settings.load(environ)
    assert re.search(says, str(caught.value))


def test_a_value_of_another_profile_is_read_when_it_is_used(environ, tmp_path):
    """And then refused with the table that it stands in."""
    (tmp_path / "config.toml").write_text('[profiles.family]\npage_size = "many"', "utf-8")
    assert Settings.load(environ).page_size == 200
    with pytest.raises(InvalidInput, match=r"page_size \(.*\[profiles.family\]\) must be a number"):
        Settings.load(environ, profile="family")


def test_variables_of_the_command_line_are_passed_over(environ):
    """They are the program's to check: the library knows no flags."""
    assert Settings.load(environ | {"AMAZON_PHOTOS_CLI_XYZZY": "1"}).page_size == 50
