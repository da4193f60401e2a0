"""The report: what it holds, and that it is there whole or not at all."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from amazon_photos import errors
from amazon_photos.probe.question import Answer, ProbeOutcome
from amazon_photos.probe.report import check_place, tell_end, to_report, write_report
from amazon_photos.probe.run import complete

ANSWERS = [Answer("usage-kinds", ProbeOutcome.DIFFERS, "all four", "status 500")]


def test_a_report_holds_this():
    """Our own words, the zone, and nothing else: whoever reads reports relies on it."""
    report = to_report(ANSWERS, zone="eu", ended="throttled")
    assert report.pop("program").startswith("amazon-photos ")
    assert report == {
        "format": 1,
        "zone": "eu",
        "ended": "throttled",
        "outcomes": {"as_documented": 0, "differs": 1, "not_asked": 0},
        "answers": [{"fact": "usage-kinds", "outcome": "differs", "expected": "all four", "seen": "status 500"}],
        "surprises": [],
    }


def test_surprises_are_told_in_known_words():
    """Of a surprise its place is told, in words that Amazon uses; names of people, counts and samples are not."""
    rows = [
        ("field", "contentProperties.image.photoScore", "nodes", 31337, "text of 14"),
        ("field", "adaLovelace.vancouver", "search", 2, "{ada: text of 3}"),
    ]
    assert to_report([], zone="na", surprises=rows)["surprises"] == [
        {"what": "field", "name": "contentProperties.image.photoScore", "where": "nodes"},
        {"what": "field", "name": "a name we don't know.a name we don't know", "where": "search"},
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errors.RateLimited("Ada"), "throttled"),
        (errors.Unavailable("Ada"), "unavailable"),
        (errors.SessionExpired("Ada"), "session_over"),
        (errors.TimedOut("Ada"), "network"),
        (errors.ClientClosed("Ada"), "failed"),
        (KeyboardInterrupt("Ada"), "interrupted"),
        (asyncio.CancelledError("Ada"), "interrupted"),
    ],
)
def test_an_end_is_one_word(error, told):
    """Why a probe ended early is told without anything of the error's text."""
    assert tell_end(error) == told


def test_what_was_not_come_to_is_told():
    """A probe that ended early gives an answer about every fact all the same."""
    answers = complete(ANSWERS)
    assert answers[0] is ANSWERS[0]
    assert {answer.outcome for answer in answers[1:]} == {ProbeOutcome.NOT_ASKED}
    assert len({answer.fact for answer in answers}) == len(answers)


def test_a_report_replaces_the_one_before(tmp_path):
    """A second run leaves one file, whole."""
    for ended in ("", "network"):
        write_report(to_report(ANSWERS, zone="jp", ended=ended), tmp_path / "probe.json")
    assert json.loads((tmp_path / "probe.json").read_text())["ended"] == "network"
    assert [path.name for path in tmp_path.iterdir()] == ["probe.json"]


def test_a_report_that_cannot_be_written_is_an_error(tmp_path):
    """It is one of ours, and it is found before anything is asked where it can be."""
    with pytest.raises(errors.LocalFileError):
        write_report({}, tmp_path / "missing" / "probe.json")
    for place in (tmp_path, tmp_path / "missing" / "probe.json", tmp_path / ("x" * 300)):
        with pytest.raises(errors.InvalidInput, match="report"):
            check_place(place)


def test_a_report_through_a_link_leaves_the_link(tmp_path):
    """It is the file behind it that is replaced, or made; as with ``out``."""
    for name in ("old.json", "new.json"):
        (tmp_path / "link").symlink_to(tmp_path / name)
        (tmp_path / "old.json").write_text("old")
        write_report({}, check_place(tmp_path / "link"))
        assert (tmp_path / "link").is_symlink()
        assert json.loads((tmp_path / name).read_text()) == {}
        (tmp_path / "link").unlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_report_replaces_nothing_but_a_file(tmp_path):
    """A pipe or a device (/dev/null) stays what it is, also behind a link; so does a folder that is read-only."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(os.devnull)
    for place in (tmp_path / "pipe", tmp_path / "link", Path(os.devnull)):
        with pytest.raises(errors.InvalidInput, match="report"):
            check_place(place)
    (tmp_path / "file").write_text("old")
    check_place(tmp_path / "file")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_report_needs_a_folder_that_can_be_written(tmp_path):
    """That is said before a minute of questions, not after it."""
    tmp_path.chmod(0o500)
    with pytest.raises(errors.InvalidInput, match="may be written"):
        check_place(tmp_path / "probe.json")
    tmp_path.chmod(0o700)
