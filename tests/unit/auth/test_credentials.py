"""Cookies in every spelling and from every place, and what each mistake is told."""

import json
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from amazon_photos.auth.credentials import Credentials
from amazon_photos.errors import CredentialsError, UnknownMarketplace
from amazon_photos.model.regions import REGIONS

US = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": "Atza|secret-us"}
CA = {"session-id": "333-3333333-3333333", "ubid-acbca": "444-4444444-4444444", "at-acbca": "Atza|secret-ca"}


def underscored(cookies: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in cookies.items()}


def complaint(cookies: Any = None, **options: Any) -> str:
    with pytest.raises(CredentialsError) as caught:
        Credentials.load(cookies, **{"environ": {}, **options})
    return str(caught.value)


def test_an_unknown_marketplace_is_said_before_missing_cookies() -> None:
    """Cookies cannot be found for a marketplace that does not exist, so that is what is told first."""
    with pytest.raises(UnknownMarketplace, match="'zzz'"):
        Credentials.load(tld="zzz", environ={})


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.tld)
def test_every_marketplace_in_both_spellings(region: Any) -> None:
    """Cookies of any marketplace say which one it is, with hyphens or underscores; hyphens are what is kept."""
    cookies = {"session-id": "1", f"ubid-{region.suffix}": "2", f"at-{region.suffix}": "Atza|3"}
    for spelling in (cookies, underscored(cookies), {name.upper(): value for name, value in cookies.items()}):
        found = Credentials.load(spelling, environ={})
        assert found.region is region
        assert dict(found.cookies) == cookies
        assert Credentials.load(environ=spelling) == found
        assert Credentials.load(spelling, tld=region.tld, environ={}) == found


SOURCES = {
    "header": "; ".join(f"{name}={value}" for name, value in US.items()),
    "header with its name": "Cookie: " + "; ".join(f"{name}={value}" for name, value in underscored(US).items()),
    "header over several lines": ";\n  ".join(f"{name}={value}" for name, value in US.items()) + ";\n",
    "lines": "".join(f"{name}={value}\n" for name, value in underscored(US).items()),
    "shell": "".join(f"export {name}='{value}'\r\n" for name, value in underscored(US).items()),
    "JSON object": json.dumps(US),
    "JSON list": json.dumps([{"name": n, "value": v, "domain": ".amazon.com"} for n, v in US.items()], indent=1),
    "JSON storage state": json.dumps({"cookies": [{"name": n, "value": v} for n, v in US.items()], "origins": []}),
    "Netscape": "# Netscape HTTP Cookie File\n\n"
    + "".join(
        f"{'#HttpOnly_' if n == 'at-main' else ''}.amazon.com\tTRUE\t/\tTRUE\t4102444800\t{n}\t{v}\n"
        for n, v in US.items()
    ),
    "developer tools": "".join(f"{n}\t{v}\t.amazon.com\t/\t2100-01-01T00:00:00.000Z\t20\t✓\n" for n, v in US.items()),
    "quoted values": json.dumps({name: f'"{value}"' for name, value in US.items()}),
}


@pytest.mark.parametrize("text", SOURCES.values(), ids=SOURCES.keys())
def test_every_source(text: str, tmp_path: Path) -> None:
    """The same cookies come out of each form people keep them in, as text and as a file, with or without a BOM."""
    assert dict(Credentials.load(text, environ={}).cookies) == US
    for encoding in ("utf-8", "utf-8-sig"):
        file = tmp_path / encoding
        file.write_text(text, encoding)
        assert dict(Credentials.load(file, environ={}).cookies) == US
        assert dict(Credentials.load(str(file), environ={}).cookies) == US


def test_an_export_of_a_whole_browser() -> None:
    """Of an export of all sites, only the chosen marketplace's own cookies are taken, whatever others are called."""
    rows = [(".amazon.com", US), (".amazon.ca", CA), (".audible.com", {"session-id": "666", "at-main": "Atza|no"})]
    text = json.dumps(
        [{"name": n, "value": v, "domain": domain} for domain, cookies in rows for n, v in cookies.items()]
    )
    assert dict(Credentials.load(text, tld="ca", environ={}).cookies) == CA
    assert dict(Credentials.load(text, tld="com", environ={}).cookies) == US
    assert "several marketplaces (acbca, main): choose one with tld=" in complaint(text)


def test_useful_extras_are_kept_and_the_rest_left() -> None:
    """What belongs to the session goes along; cookies of other marketplaces and for other purposes stay here."""
    extras = {"session-token": "t", "x-main": "x", "sess-at-main": "s", "session-id-time": "9"}
    others = {"x-acbca": "no", "i18n-prefs": "no", "csm-hit": "no"}
    assert dict(Credentials.load(US | extras | others, environ={}).cookies) == US | extras


def test_no_cookies_at_all() -> None:
    """Nothing given: the three ways to give them, and how to try it without an account."""
    for nothing in (None, {}, "", "  ", {"at-main": " "}):
        said = complaint(nothing)
        assert said.startswith("no cookies. There are three ways")
        for way in ("cookies={", "session_id, ubid_main, at_main", "cookies.txt", "make demo"):
            assert way in said


def test_another_programs_session_id_is_no_attempt() -> None:
    """A SESSION_ID alone in the environment is somebody else's: the answer is still the three ways."""
    assert complaint(environ={"SESSION_ID": "7", "HOME": "/"}).startswith("no cookies.")


def test_a_missing_cookie_is_named() -> None:
    """Each missing cookie is named, with the marketplace and where to find it."""
    said = complaint({k: v for k, v in CA.items() if k != "at-acbca"})
    assert said.startswith("missing cookie: at-acbca (for amazon.ca).")
    assert "developer tools" in said
    assert "HttpOnly" in said
    assert complaint({"at-main": "Atza|x"}).startswith("missing cookies: session-id, ubid-main (for amazon.com).")
    assert complaint({"at-acbca": "Atza|x"}, tld="ca").startswith("missing cookies: session-id, ubid-acbca")


@pytest.mark.parametrize(
    ("wrong", "right"), [("sessionid", "session-id"), ("at-mian", "at-main"), ("ubd_main", "ubid-main")]
)
def test_a_misspelled_cookie_is_recognised(wrong: str, right: str) -> None:
    """A name that is nearly right is shown beside the right one."""
    given = {(wrong if name == right else name): value for name, value in US.items()}
    assert f"{wrong.replace('_', '-')!r} was given: did you mean {right!r}?" in complaint(given)


def test_cookies_of_another_marketplace_than_asked_for() -> None:
    """tld= and cookies that disagree are told so before anything is sent."""
    assert complaint(CA, tld="de") == "these cookies are for amazon.ca, not for amazon.de as tld= says"


@pytest.mark.parametrize(
    ("more", "elsewhere"),
    [
        ({}, ()),
        ({"lc-main": "en_US", "x-main": "x"}, ()),
        ({"x-acbca": "x"}, ("amazon.ca (x-acbca)",)),
        ({"lc-main": "en_GB"}, ("amazon.co.uk (lc-main)",)),
        ({"lc-main": "en_GB", "at_acbde": "Atza|x"}, ("amazon.de (at-acbde)", "amazon.co.uk (lc-main)")),
        ({"lc-main": "de_ZZ", "lc-acbfr": "fr_FR", "x-acbzz": "x"}, ()),
    ],
)
def test_where_else_the_account_may_be(more: dict[str, str], elsewhere: tuple[str, ...]) -> None:
    """Cookies of another marketplace say so, and the country of this one's language; for when Amazon says it is not."""
    assert Credentials.load({**US, **more}, tld="com", environ={}).elsewhere == elsewhere


def test_an_unknown_marketplace() -> None:
    """A tld that no marketplace has is an error of its own; so is a cookie suffix nobody has seen."""
    with pytest.raises(UnknownMarketplace, match="unknown marketplace 'xxx'"):
        Credentials.load(US, tld="xxx", environ={})
    unknown = {"session-id": "1", "ubid-acbzz": "2", "at-acbzz": "Atza|3"}
    assert "'acbzz': give tld=; known are main (amazon.com), " in complaint(unknown)
    assert Credentials.load(unknown, tld="com.zz", environ={}).region.tld == "com.zz"


@pytest.mark.parametrize("value", ["é", "a;b", "a\x00b"], ids=ascii)
def test_what_others_are_worth_is_no_matter(value: str) -> None:
    """A browser has cookies of Amazon's that sign nothing: an odd one among them refuses nobody."""
    given = [{"name": name, "value": text, "domain": ".amazon.com"} for name, text in (US | {"sp-cdn": value}).items()]
    assert set(Credentials.load(given, environ={}).cookies) == set(US)


@pytest.mark.parametrize("value", ["Atza|a\nSet-Cookie: x", "Atza|a; at-main=b", "Atza|…", "Atza|\x00", "Atza|é"])
def test_a_value_that_no_cookie_has(value: str) -> None:
    """A value that could break out of its header, or was cut by a display, is refused by name and not shown."""
    said = complaint(US | {"at-main": value})
    assert said.startswith("the value of at-main holds characters that no cookie has")
    assert "Atza" not in said


@pytest.mark.parametrize("bad", [7, 3.5, ["at-main"], b"x"])
def test_what_cannot_be_cookies(bad: Any) -> None:
    """Another type is refused with what is taken."""
    assert "not " + type(bad[0] if isinstance(bad, list) else bad).__name__ in complaint(bad)


def test_a_value_that_is_not_text() -> None:
    """A mapping must hold text, and the message names what doesn't."""
    assert complaint(US | {"at-main": None}).endswith("these are not: 'at-main'")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a folder, bytes and broken JSON each say what is wrong, without showing what was given."""
    assert complaint(str(tmp_path / "missing.txt")) == "cannot read cookies from that file: No such file or directory"
    assert "Is a directory" in complaint(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert "it is no text" in complaint(tmp_path / "binary")
    assert complaint('{"at-main": "Atza|secret') == "these cookies are no JSON (line 1, column 13)"
    (tmp_path / "other.txt").write_text("# nothing here\n")
    told = complaint(tmp_path / "other.txt")
    assert told.startswith("no cookies of Amazon's in that file.")
    assert "\n" not in told, "who gave a file knows the ways to give cookies"


def test_a_long_cookie_is_not_taken_for_a_file_name() -> None:
    """Real cookies are longer than file names may be; what looks like cookies is never looked up on the disk."""
    long = US | {"at-main": "Atza|" + "x" * 3000}
    text = "; ".join(f"{name}={value}" for name, value in long.items())
    assert dict(Credentials.load(text, environ={}).cookies) == long
    assert "xxx" not in complaint("Atza|" + "x" * 3000)


def test_values_appear_nowhere() -> None:
    """Neither repr nor any error, with all local variables in its traceback, shows a value."""
    assert "secret" not in repr(Credentials.load(US, environ={}))
    assert repr(Credentials.load(US, environ={})).startswith("Credentials(region=Region(tld='com'")
    for given, options in [
        (US, {"tld": "de"}),
        (US, {"tld": "xx"}),
        (US | {"at-main": "Atza|secret;"}, {}),
        ({"at-main": "Atza|secret"}, {}),
        (json.dumps(US)[:-5], {}),
    ]:
        with pytest.raises((CredentialsError, UnknownMarketplace)) as caught:
            Credentials.load(given, environ={}, **options)  # type: ignore[arg-type]
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        own = [frame for frame in shown.stack if frame.filename != __file__]
        assert own
        assert "secret" not in "".join(f"{frame.locals}" for frame in own) + str(caught.value)
