"""The emulator answers each recorded request as the service was seen to."""

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from golden.golden import NAMES, fill, load, matches
from golden.library import CONTENT, Library

NOT_YET: dict[str, str] = {}
"""Where the emulator answers otherwise, and what it does; one that agrees has to leave this table."""


def _first_token(library):
    page = load("nodes-page").request
    asked = fill(page["query"], library.values)
    library.values["next_token"] = library.ask("GET", page["path"], query=asked).body["nextToken"]


def _old_token(library):
    _first_token(library)
    library.values["expired_token"] = library.values["next_token"]
    library.service.set(clock_offset=11 * 60)


def _presigned(library):
    asked = fill(load("redirection").request, library.values)
    to = library.ask("GET", asked["path"], query=asked["query"]).headers["Location"]
    library.values["presigned"] = to.partition("/v2/download/presigned/")[2].partition("?")[0]


PREPARE = {
    "nodes-page-by-token": _first_token,
    "nodes-page-by-offset": lambda library: library.service.set(paging="offset"),
    "page-token-expired": _old_token,
    "download-presigned": _presigned,
    "session-expired": lambda library: library.service.set(session_lifetime=60, clock_offset=3600),
    "signed-out-page": lambda library: library.service.faults([{"fault": "html"}]),
    "rate-exceeded": lambda library: library.service.faults([{"fault": "429"}]),
    "account-of-another-country": lambda library: library.service.set(marketplace="com"),
    "wrong-zone": lambda library: library.service.set(marketplace="com"),
    "upload-no-space": lambda library: library.service.set(quota=1),
}
"""What has to happen before some of the requests."""
ALONE = {"trash-page", "folder-pictures"}
"""Questions that want a library with nothing else in it."""


def _ask(library, request):
    request = fill(request, library.values)
    headers = {name: text and text.removesuffix("*") for name, text in request["headers"].items()}
    how = {"host": request["host"], "query": request.get("query"), "headers": headers, "body": request.get("body")}
    return library.ask(request["method"], request["path"], **how)


def _unlike(fact, answer, values):
    """What of the answer is not as recorded, one line each."""
    told = [] if answer.status in fact.statuses else [f"status: {answer.status} where {fact.statuses} is recorded"]
    for name, shown in fact.response["headers"].items():
        given = answer.headers.get(name)
        if shown is None and given is not None:
            told.append(f"header {name}: {given!r} where none is recorded")
        elif shown is not None and (given is None or not matches(shown, given, values)):
            told.append(f"header {name}: {given!r} where {fill(shown, values)!r} is recorded")
    shown = fill(fact.response.get("body"), values)
    if isinstance(shown, bytes):
        return told + (["body: other bytes"] if shown != answer.content else [])
    return told + (fact.differences(answer.body, values) if shown is not None else [])


def _here(shown, url):
    """What is shown, with the emulator's address for Amazon's: it answers for all of its hosts."""
    if isinstance(shown, dict):
        return {key: _here(each, url) for key, each in shown.items()}
    if isinstance(shown, list):
        return [_here(each, url) for each in shown]
    return re.sub(r"https://[\w.-]*amazon(aws)?\.[a-z.]+", url, shown) if isinstance(shown, str) else shown


def _check(library, name):
    fact = load(name)
    answer = _ask(library, fact.request)
    told = _unlike(replace(fact, response=_here(fact.response, library.service.url)), answer, library.values)
    assert not told, "\n".join(told)


def _each(names):
    marks = {
        name: pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason) for name, reason in NOT_YET.items()
    }
    return [pytest.param(name, marks=marks.get(name, ())) for name in names]


_READS = [name for name in NAMES if load(name).request["method"] == "GET" and name not in {*PREPARE, *ALONE}]


@pytest.fixture(scope="module")
def library(module_service):
    """One for all that change nothing, with videos, people and places: their tests come first."""
    return Library(module_service, files=100)


@pytest.mark.parametrize("name", _each(_READS))
def test_the_emulator_gives_what_is_recorded(library, name):
    """Status, headers, and the body's keys and types both ways."""
    _check(library, name)


@pytest.mark.parametrize("name", ["redirection", "redirection-plain"])
def test_redirections_lead_to_the_bytes(library, name):
    """Whoever follows one, with the account's cookies, gets exactly what was uploaded, and its name."""
    request = fill(load(name).request, library.values)
    to = urlsplit(library.ask("GET", request["path"], query=request["query"]).headers["Location"])
    answer = library.ask("GET", to.path, host=CONTENT, query=dict(parse_qsl(to.query)))
    assert answer.content == library.values["photo_bytes"]
    assert "filename" in answer.headers["Content-Disposition"]


def test_links_of_a_share_need_no_cookies(library):
    """Unlike those of one's own nodes."""
    request = fill(load("share-children").request, library.values)
    listed = library.ask("GET", request["path"], query=request["query"], headers={})
    link = urlsplit(listed.body["data"][0]["tempLink"])
    answer = library.ask("GET", link.path, host=CONTENT, query=dict(parse_qsl(link.query)), headers={})
    assert answer.content == library.values["photo_bytes"]


def test_signatures_are_not_the_md5(library):
    """``contentSignature`` is 32 hexadecimal digits, and not those of ``md5``."""
    path = fill(load("node-image").request["path"], library.values)
    content = library.ask("GET", path, query={"resourceVersion": "V2"}).body["contentProperties"]
    assert content["md5"] == library.values["photo_md5"]
    for each in content["contentSignatures"]:
        assert re.fullmatch("[0-9a-f]{32}", each["contentSignature"])
        assert each["contentSignature"] != content["md5"]


@pytest.mark.parametrize("name", _each([name for name in NAMES if name not in _READS]))
def test_the_emulator_changes_what_is_recorded(module_service, name):
    """The same of what changes the library, or wants it to be in some state."""
    library = Library(module_service)
    PREPARE.get(name, lambda library: None)(library)
    _check(library, name)


def test_no_line_is_out_of_date():
    """Every name in the tables above is that of a file."""
    assert set(NOT_YET) | set(PREPARE) | ALONE <= set(NAMES)
