"""What people have in their hands: a copied request, an export with dates, the cookies of a running program."""

import http.cookiejar
import http.cookies
import json
from collections.abc import Mapping
from typing import Any

import pytest

import leaks
from amazon_photos.auth.credentials import Credentials
from amazon_photos.errors import CredentialsError

US = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": "Atza|gQB/e+x=secret"}
HEADER = "; ".join(f"{name}={value}" for name, value in US.items())
FUTURE, PAST = 4_102_444_800, 1_600_000_000


def read(cookies: Any, **options: Any) -> dict[str, str]:
    return dict(Credentials.load(cookies, environ={}, **options).cookies)


def complaint(cookies: Any = None, environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(CredentialsError) as caught:
        Credentials.load(cookies, environ=environ or {})
    assert not leaks.spelled_in(leaks.everything_of(caught.value, but=__file__), {"at": US["at-main"]})
    return str(caught.value)


COMMANDS = {
    "bash, -b": f"curl 'https://www.amazon.com/?x=1' \\\n  -H 'accept: */*' \\\n  -b '{HEADER}' \\\n  --compressed",
    "bash, -H": f"curl 'https://www.amazon.com/' -H 'Cookie: {HEADER}; x=1' -H 'accept: a=b'",
    "bash, --header": f"curl --header 'cookie: {HEADER}' https://www.amazon.com/",
    "bash, --cookie=": f"$ curl --cookie='{HEADER}' https://www.amazon.com/",
    "bash, $''": "curl 'https://x' -b $'" + HEADER + "; csm=\\u0021a'",
    'cmd, ^"': 'curl ^"https://www.amazon.com/^" ^\r\n  -H ^"accept: */*^" ^\r\n  -b ^"'
    + HEADER
    + '; q=^\\^"a^\\^"^" ^\r\n  -H ^"x: y^"',
    'cmd, "': f'curl.exe "https://www.amazon.com/" ^\r\n  -H "cookie: {HEADER}" ^\r\n  --compressed',
    "PowerShell": "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n"
    + "".join(
        f'$session.Cookies.Add((New-Object System.Net.Cookie("{n}", "{v}", "/", ".amazon.com")))\n'
        for n, v in US.items()
    ),
}


@pytest.mark.parametrize("text", COMMANDS.values(), ids=COMMANDS)
def test_a_copied_request(text: str) -> None:
    """What the developer tools of Chrome, Edge and Firefox copy as a command, of every shell."""
    assert read(text) == US


@pytest.mark.parametrize(
    "text", ["curl 'https://www.amazon.com/'", "curl -b 'session-id=1; at-ma", "curl -b", "curl x"]
)
def test_a_copied_request_without_cookies(text: str) -> None:
    """One that has none, or was cut off, is no file's name: it is told that there are no cookies in it."""
    assert complaint(text).startswith("no cookies.")


def test_a_list_of_dicts() -> None:
    """What extensions export, already read: other sites' and expired ones are left out."""
    listed = [{"name": n, "value": v, "domain": ".amazon.com", "expirationDate": FUTURE + 0.5} for n, v in US.items()]
    listed += [{"name": "x-main", "value": "old", "domain": ".amazon.com", "expirationDate": PAST}]
    listed += [{"name": "at-main", "value": "Atza|other", "domain": ".example.com"}]
    assert read(listed) == US
    assert read(tuple(listed)) == US


@pytest.mark.parametrize("bad", [[1, 2], [{"name": "at-main"}], [("at-main", "Atza|gQB/e+x=secret")]])
def test_a_list_of_something_else(bad: list[Any]) -> None:
    """It is told what a list of cookies holds, and not what this one does."""
    assert "dicts with name and value" in complaint(bad)


def jar() -> http.cookiejar.CookieJar:
    found = http.cookiejar.CookieJar()
    for domain, cookies in ((".amazon.com", US), (".example.com", {"at-main": "Atza|other"})):
        for name, value in cookies.items():
            found.set_cookie(
                http.cookiejar.Cookie(
                    0, name, value, None, False, domain, True, True, "/", True, True, FUTURE, False, None, None, {}
                )
            )
    return found


def test_jars() -> None:
    """The jar of urllib (which requests' is, too), and that of httpx, which holds one."""

    class Cookies(dict[str, str]):
        jar = jar()

    assert read(jar()) == US
    assert read(Cookies()) == US


async def test_the_jar_of_aiohttp() -> None:
    """Its morsels, and a SimpleCookie of the standard library."""
    import aiohttp
    from yarl import URL

    simple = http.cookies.SimpleCookie(US)
    held = aiohttp.CookieJar(quote_cookie=False)
    held.update_cookies(US, URL("https://www.amazon.com/"))
    assert read(simple) == read(held) == US


EXPORTS = {
    "Netscape": lambda when: "".join(f".amazon.com\tTRUE\t/\tTRUE\t{when}\t{n}\t{v}\n" for n, v in US.items()),
    "JSON, seconds": lambda when: json.dumps([{"name": n, "value": v, "expires": when} for n, v in US.items()]),
    "JSON, milliseconds": lambda when: json.dumps(
        [{"name": n, "value": v, "expiry": when * 1000} for n, v in US.items()]
    ),
    "JSON, date": lambda when: json.dumps(
        [{"name": n, "value": v, "expires": f"{2100 if when > PAST else 2020}-01-01T00:00:00Z"} for n, v in US.items()]
    ),
    "developer tools": lambda when: "".join(
        f"{n}\t{v}\t.amazon.com\t/\t{2100 if when > PAST else 2020}-01-01T00:00:00.000Z\t9\n" for n, v in US.items()
    ),
}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_dates(export: Any) -> None:
    """When a cookie ends is read in every form that says it; expired ones are named, with their day."""
    found = Credentials.load(export(FUTURE), environ={})
    assert {when.year for when in found.expires.values()} == {2100}
    assert set(found.expires) == set(US)
    said = complaint(export(PAST))
    assert said.startswith("missing cookies: session-id, ubid-main, at-main (for amazon.com).")
    assert "at-main is there, but it expired on 2020-" in said


@pytest.mark.parametrize("when", [0, -1, "Session", "", None, "soon", 1e30, float("nan")])
def test_cookies_that_end_with_the_browser(when: Any) -> None:
    """0, -1, "Session" and nonsense: no date."""
    listed = [{"name": n, "value": v, "expires": when} for n, v in US.items()]
    assert Credentials.load(listed, environ={}).expires == {}


def test_half_a_sign_in_in_the_environment() -> None:
    """It says which of the three are there, which is missing, and what to do, by their names there."""
    said = complaint(environ={"session_id": "111", "ubid_main": "222", "HOME": "/"})
    assert "The environment has session_id and ubid_main, but not at_main: set all three" in said
    said = complaint(environ={"at_acbca": "Atza|x"})
    assert "has at_acbca, but not session_id and ubid_acbca" in said
