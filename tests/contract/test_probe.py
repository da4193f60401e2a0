"""The probe says what is as documented and what is not, ends when it should, and asks only what does no harm."""

import asyncio
import json
import os
from collections import Counter

import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Settings, errors
from amazon_photos.emulator import deviations
from amazon_photos.probe.questions import QUESTIONS
from odd_service import Answer, odd_service

NOTHING_OF = {"aggregation-family-members"}
"""Facts that an invented library has nothing to ask about."""


@pytest.fixture
def library(service):
    """An invented library that has something of everything."""
    service.reset(files=300)
    service.requests.clear()
    return service


def probe(service, **options):
    """The frame of a probe that doesn't wait, by fact."""
    with AmazonPhotos(service.cookies, endpoint=service.url) as ap:
        return ap.probe(pause=0, **options).set_index("fact")


def differing(service):
    """What differs, and what is seen in its place."""
    probed = probe(service)
    return probed[probed.outcome == "differs"].seen.to_dict()


def test_the_emulator_is_as_documented(library):
    """Every fact was asked about, but for what no library has, and none differs."""
    probed = probe(library)
    assert probed[probed.outcome == "differs"].seen.to_dict() == {}
    assert set(probed[probed.outcome == "not_asked"].index) == NOTHING_OF
    assert list(probed.index) == [question.fact for question in QUESTIONS]


def test_nothing_is_changed_and_nothing_asked_twice(library):
    """Every request is a GET, and no two are the same."""
    probe(library)
    assert {request.method for request in library.requests} == {"GET"}
    asked = Counter((r.path, str(r.query)) for r in library.requests if "/cdproxy/" not in r.path)  # parts of a file
    assert [request for request, times in asked.items() if times > 1] == []


async def test_both_faces_ask_the_same(library):
    """The async client gives the same frame."""
    async with AsyncAmazonPhotos(library.cookies, endpoint=library.url) as ap:
        theirs = await ap.probe(pause=0)
    assert theirs.set_index("fact").equals(probe(library))


def test_an_empty_library_can_be_probed(service):
    """Where there is nothing to ask about, that is said, and nothing differs."""
    probed = probe(service)
    assert set(probed.outcome) == {"as_documented", "not_asked"}
    assert probed.outcome["usage-kinds"] == "as_documented"
    assert probed.seen["node-one"] == "there is no photo"


async def test_it_waits_between_requests(library):
    """A second request is not sent before the pause is over."""
    async with AsyncAmazonPhotos(library.cookies, endpoint=library.url) as ap:
        task = asyncio.create_task(ap.probe(pause=3600))
        while not library.requests:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert len(library.requests) == 1


# --- what is told ------------------------------------------------------------------------------------------


def test_another_paging_is_named(library):
    """Without tokens, as in December 2023, exactly the fact about tokens differs."""
    library.set(paging="offset")
    assert differing(library) == {"page-token": "nextToken: missing where text was due"}


DEVIATIONS = {
    "search-context-optional": {"search-context-required": "status 200"},
    "usage-leaves-kinds-out": {"usage-kinds": "doc: missing where an object was due"},
    "missing-node-400": {"node-not-found": "status 400"},
    "protected-folder-missing": {"node-protected-folder": "protectedFolder: missing where False was due"},
    "content-type-renamed": {
        "content-fields": "also mimeType",
        "content-facts": "contentType: missing where text was due",
    },
    "redirection-200": dict.fromkeys(("redirection-suffix", "redirection-plain"), "the bytes instead of an address"),
    "offsets-uncapped": {"page-offset-cap": "status 200", "trash-offset-cap": "status 200"},
    "count-missing": dict.fromkeys(("page-shape", "search-page"), "count: missing where a whole number was due"),
    "page-limit-100": {"page-limit": "status 400"},
    "unknown-path-json": {"unknown-call": "another body"},
    "aggregation-says-match": {"aggregation-entries": "value: missing where a value was due"},
    "trailing-slash-404": {"nodes-slash": "status 404"},
}
SIGN_IN = {"access-token-refused", "cookies-unquoted", "mac-dms-required", "sign-in-echoes-state"}
"""What only shows where a device is registered, which no probe does."""
GUESSES = {
    "album-by-date", "album-names-unique", "album-takes-what-it-can", "assets-always-listed", "assets-are-duplicates",
    "assets-embedded", "assets-not-listed", "merge-new-id", "merged-person-gone", "trash-leaves-albums",
    "trash-lists-assets", "trash-says-error-map",
}  # fmt: skip
"""What only shows after something was written, or in a library that is known: guesses of docs/api.md."""
UNSEEN = {"signed-out-403", "temp-link-open", *SIGN_IN, *GUESSES}
"""What only shows without a session or without its cookies, too: docs/api.md says that no probe tells."""


@pytest.mark.parametrize("name", DEVIATIONS)
def test_a_deviation_is_named(library, name):
    """An emulator that is otherwise in one fact: the probe names that fact and no other."""
    library.set(deviations=[name])
    assert differing(library) == DEVIATIONS[name]


def test_a_guess_that_is_otherwise_changes_no_fact(library):
    """The probe says nothing of what it cannot know, even where all guesses are otherwise that can be."""
    library.set(deviations=sorted(GUESSES - {"assets-not-listed"}))
    assert differing(library) == {}


def test_every_deviation_is_tried():
    """Whatever the emulator can do otherwise is seen, or stands here as what no probe can see."""
    assert DEVIATIONS.keys() | UNSEEN == deviations.DEVIATIONS.keys()


def on(path, change):
    """A service whose answers to one path are other than they were."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.path == path:
            return change(asked, answer) or answer
        return answer

    return odd


def change_nodes(change):
    def every(asked, answer):
        for node in answer.json.get("data", []):
            change(node)

    return every


def set_text(name, value):
    def change(asked, answer):
        answer.json[name] = value

    return change


def without(name):
    def change(asked, answer):
        del answer.json[name]

    return change


INFO, USAGE, QUOTA = (f"/drive/v1/account/{name}" for name in ("info", "usage", "quota"))
NODES = "/drive/v1/nodes"
NOBODY = "/drive/v1/nodes/" + 22 * "A"


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (on(NODES, change_nodes(lambda node: node.update(sharedCount=3))), {"node-fields": "also sharedCount"}),
        (on(NODES, change_nodes(lambda node: node.update(ada=3))), {"node-fields": "also a name we don't know"}),
        (
            on(NODES, change_nodes(lambda node: node.pop("protectedFolder", 0))),
            {"node-protected-folder": "protectedFolder: missing where False was due"},
        ),
        (on(NOBODY, lambda *_: Answer(410, b"{}")), {"node-not-found": "status 410"}),
        (on(USAGE, without("other")), {"usage-kinds": "other: missing where an object was due"}),
        (on(USAGE, lambda *_: Answer(410, b"")), {"usage-kinds": "status 410"}),
        (on(USAGE, lambda *_: Answer(500, b"")), {}),  # one failure of a moment is no change
        (on(QUOTA, lambda *_: Answer(200, b"[1,")), {"account-quota": "no JSON"}),
        (on(INFO, set_text("status", "Ada")), {"account-info": "status: text where ACTIVE was due"}),
    ],
)
def test_a_change_is_named(library, odd, told):
    """Another field, status or body: exactly the facts that it is about differ, and it is said how."""
    with odd_service(library, odd) as strange:
        assert differing(strange) == told


# --- how it ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "ended"),
    [
        ("429", errors.RateLimited, "throttled"),
        ("503", errors.Unavailable, "unavailable"),
        ("captcha", errors.Unavailable, "unavailable"),
        ("html", errors.SessionExpired, "session_over"),
        ("401", errors.SessionExpired, "session_over"),
        ("reset-before", errors.ConnectionFailed, "network"),
    ],
)
def test_it_ends_at_the_first_sign(library, tmp_path, fault, error, ended):
    """After 429, 503, a bot check or the session's end nothing more is asked, and what was asked is reported."""
    library.faults([{"path": QUOTA, "fault": fault}])
    with pytest.raises(error) as raised:
        probe(library, report=tmp_path / "probe.json")
    assert [request.path for request in library.requests] == [INFO, USAGE, QUOTA]
    outcomes = raised.value.outcomes.set_index("fact").outcome
    assert len(outcomes) == len(QUESTIONS)
    assert outcomes["account-info"] == "as_documented"
    assert outcomes["search-page"] == "not_asked"
    assert json.loads((tmp_path / "probe.json").read_text())["ended"] == ended


def test_an_account_of_another_country_is_told_at_once(library):
    """A 403 to the first request ends it: nothing that follows could be answered."""
    with (
        odd_service(library, on(INFO, lambda *_: Answer(403, b'{"message": "Account Not Found"}'))) as strange,
        pytest.raises(errors.Forbidden),
    ):
        probe(strange)
    assert [request.path for request in library.requests] == [INFO]


@pytest.mark.parametrize(
    ("path", "fact"), [("/account/endpoint", "endpoint-discovery"), ("/nodes/*/types/locations", "node-locations")]
)
def test_a_call_may_refuse_cookies(library, path, fact):
    """Where nobody has shown that cookies will do, a 401 is a difference, and the probe goes on."""
    library.faults([{"path": f"/drive/v1{path}", "fault": "401"}])
    assert differing(library) == {fact: "status 401"}


def test_a_dead_session_is_told_at_once(library, tmp_path):
    """One request, one error, and no report of nothing."""
    library.faults([{"fault": "401"}])
    with pytest.raises(errors.SessionExpired):
        probe(library, report=tmp_path / "probe.json")
    assert len(library.requests) == 1
    assert not (tmp_path / "probe.json").exists()


def test_another_host_may_be_out_of_reach(library):
    """Where only the pictures' host is dead, that is said of its facts, and everything else is asked."""
    library.faults([{"path": "/v1/thumbnail/*", "fault": "reset-before"}])
    probed = probe(library)
    assert set(probed[probed.outcome == "not_asked"].index) == NOTHING_OF | {"thumbnail-jpeg"}
    assert probed.seen["thumbnail-jpeg"] == "its host cannot be reached"


@pytest.mark.parametrize("zone", [None, "eu"])
def test_a_marketplace_whose_zone_nobody_knows(library, tmp_path, zone):
    """Only what its content hosts would tell is not asked, and says what names them; the report has the zone."""
    cookies = {name.replace("main", "acbza"): value for name, value in library.cookies.items()}
    hosts = ["site", "thumbnails"] if zone is None else ["site", "thumbnails", "content", "memories"]
    own = {f"{host}_endpoint": library.url for host in hosts}
    with AmazonPhotos(cookies, settings=Settings(tld="co.za", zone=zone, **own)) as ap:
        probed = ap.probe(pause=0, report=tmp_path / "probe.json").set_index("fact")
    unasked = set(probed[probed.outcome == "not_asked"].index) - NOTHING_OF
    if zone is None:
        assert unasked == {"content-range", "content-range-past-end", "content-whole", "memories"}
        assert probed.seen[sorted(unasked)].str.contains("AMAZON_PHOTOS_ZONE").all()
    else:
        assert unasked == set()
    told = json.loads((tmp_path / "probe.json").read_text())
    assert (told["ended"], told["zone"]) == ("", zone or "")


@pytest.mark.parametrize("pause", [-1, float("nan"), "1", True, None, 1e9])
def test_a_pause_is_a_number_of_seconds(library, pause):
    """Anything else is refused, and nothing is sent."""
    with AmazonPhotos(library.cookies, endpoint=library.url) as ap, pytest.raises(errors.InvalidInput, match="pause"):
        ap.probe(pause=pause)
    assert len(library.requests) == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_report_replaces_files_only(library, tmp_path):
    """A pipe or a device stays what it is: it is refused before anything is sent."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(errors.InvalidInput, match="report"):
        probe(library, report=tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()
    assert len(library.requests) == 0


def test_a_report_needs_a_folder(library, tmp_path):
    """That a report cannot be written is said before anything is sent."""
    with pytest.raises(errors.InvalidInput, match="report"):
        probe(library, report=tmp_path / "missing" / "probe.json")
    assert len(library.requests) == 0


def test_a_report_that_fails_loses_no_answers(library, tmp_path):
    """Where the report's folder is gone in the end, the error holds what was found out."""
    folder = tmp_path / "reports"
    folder.mkdir()

    async def odd(asked, forward):
        if folder.exists():
            folder.rmdir()
        return await forward()

    with odd_service(library, odd) as strange, pytest.raises(errors.LocalFileError) as raised:
        probe(strange, report=folder / "probe.json")
    assert set(raised.value.outcomes.outcome) == {"as_documented", "not_asked"}
