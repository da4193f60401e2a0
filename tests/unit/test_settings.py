"""Where settings come from, and what a bad one says."""

import copy
import math
import os
import pickle
import pydoc
import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from amazon_photos.errors import InvalidInput, WrongCall
from amazon_photos.settings import Settings

NUMBERS = [field.name for field in fields(Settings) if "int" in str(field.type) or "float" in str(field.type)]


@pytest.fixture(autouse=True)
def nobodys(tmp_path, monkeypatch):
    """No config file of whoever runs the tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "amazon-photos"


def test_arguments_win_over_environment_over_file(tmp_path):
    """First arguments, then the environment, then the config file, then the defaults."""
    config = tmp_path / "config.toml"
    config.write_text('tld = "ca"\nmax_attempts = 3\npage_size = 50\n')
    environ = {"AMAZON_PHOTOS_CONFIG": str(config), "AMAZON_PHOTOS_TLD": "de", "AMAZON_PHOTOS_MAX_ATTEMPTS": "4"}
    settings = Settings.load(environ, tld="it", max_attempts=None)
    assert (settings.tld, settings.max_attempts, settings.page_size, settings.read_timeout) == ("it", 4, 50, 60.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"page_size": 500}, "page_size must be from 1 to 200"),
        ({"max_attempts": "many"}, "max_attempts (arguments) must be a number"),
        ({"endpoint": "127.0.0.1:8765"}, "endpoint must begin with http"),
        ({"endpoint": "http://"}, "endpoint must begin with http"),
        ({"endpoint": "http://host:99999"}, "endpoint must begin with http"),
        ({"endpoint": "http://a b"}, "endpoint must begin with http"),
        ({"content_endpoint": "content.example"}, "content_endpoint must begin with http"),
        ({"zone": "fe"}, "zone must be one of 'na', 'eu', 'jp', not 'fe'"),
        ({"endpoint": 5}, "endpoint (arguments) must be text, not 5"),
        ({"tld": b"ca"}, "tld (arguments) must be text, not b'ca'"),
        ({"tld": Path("ca")}, "tld (arguments) must be text"),
        ({"read_timeout": 0}, "read_timeout must be above 0"),
        ({"retry_budget": -1}, "retry_budget must be from 0"),
        ({"relations_max_age": -1}, "relations_max_age must be from 0 to 1,000,000,000 seconds"),
        ({"relations_max_age": float("nan")}, "relations_max_age (arguments) must be a number, not nan"),
        ({"connect_timeout": 1e300}, "connect_timeout must be above 0 seconds (and at most 1,000,000)"),
        ({"max_attempts": 2.5}, "max_attempts (arguments) must be a whole number, not 2.5"),
        ({"user_agent": "a\r\nCookie: b"}, "user_agent must be printable ASCII"),
        ({"colour": "red"}, "unknown setting 'colour'"),
        ({"bwlimt": 5}, "unknown setting 'bwlimt' (arguments): did you mean bwlimit?"),
        ({"catalog": "a\0"}, "catalog (arguments) holds a NUL character"),
        ({"cache_dir": 7}, "cache_dir (arguments) must be a path"),
    ],
)
def test_bad_settings_are_named(arguments, says):
    """A setting that cannot be meant is refused with its name and what it takes."""
    with pytest.raises(InvalidInput, match="^" + re.escape(says)):
        Settings.load({}, **arguments)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, "nan", "inf", "-inf", -1, "-1", True, b"5", "", "five", [], Decimal(5), 10**400, "1e400"],
)
def test_every_number_is_one(name, value):
    """No NaN, nothing infinite, negative, true or false, no bytes: from wherever it comes (fault H9)."""
    for make in (Settings, lambda **given: Settings.load({}, **given), Settings().replace):
        with pytest.raises(InvalidInput, match=name):
            make(**{name: value})
    if isinstance(value, str) and value:
        with pytest.raises(InvalidInput, match=name):
            Settings.load({f"AMAZON_PHOTOS_{name.upper()}": value})


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [7, "7", 7.0, np.int64(7), np.float32(7)])
def test_numbers_come_in_every_type_there_is(name, value):
    """Text, numpy's and whole floats are numbers."""
    found = getattr(Settings(**{name: value}), name)
    assert found == 7
    assert type(found) in (int, float)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        *(("2000000", 2_000_000), ("2_000_000", 2_000_000), ("500b", 500), ("1.5K", 1536), ("64k", 65_536)),
        *(("2M", 2 << 20), ("2Mi", 2 << 20), ("2MiB", 2 << 20), ("1G", 1 << 30), (".5g", 1 << 29), ("1T", 1 << 40)),
        *(("2MB", 2_000_000), ("64kB", 64_000), ("1GB", 10**9), (" 2 M ", 2 << 20), (1e6, 1e6)),
        *(("off", None), ("None", None), (None, None)),
    ],
)  # fmt: skip
def test_bandwidth_as_rclone_writes_it(tmp_path, text, rate):
    """K, M, G and T by 1,024, "b" for bytes, "MB" by 1,000; "off" also puts away what stands in a file (fault H9)."""
    assert Settings(bwlimit=text).bwlimit == rate
    (tmp_path / "c.toml").write_text('bwlimit = "1M"\n')
    environ = {"AMAZON_PHOTOS_CONFIG": str(tmp_path / "c.toml")}
    assert Settings.load(environ).bwlimit == 1 << 20
    if isinstance(text, str):
        assert Settings.load({**environ, "AMAZON_PHOTOS_BWLIMIT": text}).bwlimit == rate
        assert Settings.load(environ, bwlimit=text).bwlimit == rate


@pytest.mark.parametrize("text", ["2X", "M", "2i", "2 M/s", "2MM", "0", "0K", "-2M", "2,5M", "b", "unlimited"])
def test_what_is_no_bandwidth_says_how_one_looks(text):
    """The message shows how one is written (fault H9)."""
    with pytest.raises(InvalidInput, match=r"bwlimit.*(such as|above 0)"):
        Settings(bwlimit=text)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("AMAZON_PHOTOS_BWLIMT", "did you mean AMAZON_PHOTOS_BWLIMIT?"),
        ("AMAZON_PHOTOS_CONFG", "did you mean AMAZON_PHOTOS_CONFIG?"),
        ("amazon_photos_tld", "did you mean AMAZON_PHOTOS_TLD?"),
        ("AMAZON_PHOTOS_XYZZY", "known: AMAZON_PHOTOS_ACCESS_TOKEN_FALLBACK,"),
    ],
)
def test_a_misspelled_name_in_the_environment_is_an_error(name, says):
    """A limit that is misspelled would be no limit (fault H9)."""
    with pytest.raises(InvalidInput, match=f"^unknown setting {name} \\(environment\\).*{re.escape(says)}"):
        Settings.load({name: "1"})
    Settings.load({name: "", "AMAZON_PHOTOS": "x", "AMAZON_PHOTOS_PROFILE": "x", "MY_AMAZON_PHOTOS_X": "x"})


def test_a_config_file_that_is_named_must_be_there(tmp_path):
    """Who names one has something in it; the one nobody named may be missing (fault H9)."""
    with pytest.raises(InvalidInput, match=r"/nope \(AMAZON_PHOTOS_CONFIG\): No such file"):
        Settings.load({"AMAZON_PHOTOS_CONFIG": "/nope"})
    assert (
        Settings.load({"AMAZON_PHOTOS_CONFIG": ""}) == Settings.load({"AMAZON_PHOTOS_CONFIG": os.devnull}) == Settings()
    )


BROKEN = {
    "no TOML": lambda path: path.write_text("tld = = ="),
    "not UTF-8": lambda path: path.write_bytes(b'tld = "\xff"'),
    "deep": lambda path: path.write_text("a = " + "[" * 5_000),
    "a folder": lambda path: path.mkdir(),
    "a link that leads nowhere": lambda path: path.symlink_to("gone"),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("named", [True, False])
def test_a_broken_config_file_is_named(nobodys, tmp_path, broken, named):
    """One that is there and cannot be read is never passed over: the limits in it would be gone in silence."""
    path = tmp_path / "mine.toml" if named else nobodys / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    BROKEN[broken](path)
    with pytest.raises(InvalidInput, match=f"cannot read the settings in {re.escape(str(path))}"):
        Settings.load({"AMAZON_PHOTOS_CONFIG": str(path)} if named else {})


def test_the_config_file_of_the_user_is_read(nobodys):
    """Where nobody names one."""
    nobodys.mkdir(parents=True)
    (nobodys / "config.toml").write_text("max_attempts = 3")
    assert Settings.load({}).max_attempts == 3


def test_help_shows_every_setting():
    """help(Settings) shows each setting's type, default and text, which stand below it in the source."""
    shown = pydoc.plain(pydoc.render_doc(Settings))
    for one in fields(Settings):
        assert f"|  {one.name}: {one.type} = {one.default!r}\n |      " in shown


def test_settings_show_what_was_set():
    """Their repr is what one would write: no more than what differs from the defaults."""
    assert repr(Settings()) == "Settings()"
    assert repr(Settings(tld="ca", bwlimit="2K")) == "Settings(tld='ca', bwlimit=2048.0)"
    assert eval(repr(Settings(tld="ca", page_size=7))) == Settings(tld="ca", page_size=7)


@pytest.mark.parametrize(
    ("given", "read"),
    [("true", True), ("Yes", True), ("1", True), ("on", True), ("false", False), ("0", False), ("off", False)],
)
def test_switches(given: str, read: bool) -> None:
    """True and false as people write them in the environment."""
    assert Settings.load({"AMAZON_PHOTOS_COOKIE_COMMAND_SHELL": given}).cookie_command_shell is read
    assert Settings(cookie_command_shell=read).cookie_command_shell is read


@pytest.mark.parametrize("given", ["maybe", "2", "tru"])
def test_what_is_no_switch(given: str) -> None:
    """What is neither is refused, with where it stands."""
    with pytest.raises(InvalidInput, match=r"cookie_command_shell \(environment\) must be true or false"):
        Settings.load({"AMAZON_PHOTOS_COOKIE_COMMAND_SHELL": given})


def test_a_command(tmp_path: Path) -> None:
    """A text from the environment, a text or a list of words from the config file; what it is none of is not shown."""
    assert Settings.load({"AMAZON_PHOTOS_COOKIE_COMMAND": "pass show x"}).cookie_command == "pass show x"
    config = tmp_path / "c.toml"
    config.write_text('cookie_command = ["pass", "show"]\n', "utf-8")
    assert Settings.load({"AMAZON_PHOTOS_CONFIG": str(config)}).cookie_command == ("pass", "show")
    for bad in ([], [1], {"s3cret": 1}):
        with pytest.raises(InvalidInput, match="cookie_command must be a text or a list") as caught:
            Settings(cookie_command=bad)  # type: ignore[arg-type]
        assert "s3cret" not in str(caught.value)


def test_settings_are_told_with_their_places(tmp_path: Path) -> None:
    """Each that was given says where; what was given twice, the place that won."""
    config = tmp_path / "c.toml"
    config.write_text("page_size = 50\nmax_attempts = 2\n", "utf-8")
    environ = {"AMAZON_PHOTOS_CONFIG": str(config), "AMAZON_PHOTOS_MAX_ATTEMPTS": "3"}
    found, places = Settings.explain(environ, tld="ca")
    assert (found.page_size, found.max_attempts, found.tld) == (50, 3, "ca")
    assert places == {"page_size": str(config), "max_attempts": "environment", "tld": "arguments"}


@pytest.mark.parametrize(
    "address", ["host:3128", "ftp://me:hidden-word@host", "http://me:hidden-word@", "http://a b", 7]
)
def test_a_proxy_that_is_none_is_refused_unseen(address):
    """The error says how one is written, and never shows what was given: there may be a password in it."""
    with pytest.raises(InvalidInput, match="proxy") as caught:
        Settings(proxy=address)
    assert "hidden-word" not in str(caught.value)


def test_the_password_of_a_proxy_is_shown_and_pickled_nowhere():
    """Not in ``repr``; pickling and copying are refused, and work where there is no password."""
    settings = Settings(proxy="http://me:hidden-word@host:3128", page_size=50)
    assert "hidden-word" not in repr(settings)
    for copied in (pickle.dumps, copy.copy):
        with pytest.raises(WrongCall, match="AMAZON_PHOTOS_PROXY"):
            copied(settings)
    plain = settings.replace(proxy="http://host:3128")
    assert pickle.loads(pickle.dumps(plain)) == copy.copy(plain) == plain
    assert Settings.load({"AMAZON_PHOTOS_PROXY": "off"}).proxy == "off"
