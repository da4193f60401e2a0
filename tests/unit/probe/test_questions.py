"""The questions are data that hold together: harmless, each with its own fact, and what one needs another teaches."""

import json
import re

import pytest

from amazon_photos.model.regions import Host
from amazon_photos.probe.question import Ask, NothingToSee, Question, Seen
from amazon_photos.probe.questions import QUESTIONS
from amazon_photos.probe.run import _call
from amazon_photos.wire.call import Response

EACH = pytest.mark.parametrize("question", QUESTIONS, ids=[question.fact for question in QUESTIONS])
NAMES = ("root", "owner", "photo", "video", "live", "album", "token", "small", "md5", "extension", "created")
EVERYTHING = dict.fromkeys((*NAMES, "year", "month", "day"), "x")


@EACH
def test_a_question_only_reads(question):
    """It is a GET without a body, to a host that is the account's own."""
    call = _call(question.ask.fill(EVERYTHING))
    assert (call.method, call.json, call.body, call.retried_by) == ("GET", None, None, "caller")
    assert call.host in (Host.DRIVE, Host.CONTENT, Host.THUMBNAILS, Host.MEMORIES)


@EACH
def test_what_is_missing_has_a_name(question):
    """Where a library lacks what a question is about, that is said in words."""
    places = re.findall(r"\{\w+\}", question.ask.path + str(dict(question.ask.params)))
    if not places:
        return
    with pytest.raises(NothingToSee, match="there is no "):
        question.ask.fill({})


@EACH
def test_a_question_can_be_read(question):
    """Its name is a row's in a document, and what is documented is one line without a value of anybody's."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", question.fact)
    assert question.documented
    assert question.documented.isprintable()


def test_different_requests_share_no_reply():
    """Parts of one file are different requests; the same one asked by two questions is one."""
    first, same = Ask(path="/a", params={"b": 1, "c": 2}), Ask(path="/a", params={"c": 2, "b": 1})
    assert first.key == same.key
    assert first.key != Ask(path="/a", params={"b": 1, "c": 2}, headers={"Range": "bytes=0-15"}).key
    assert first.key != Ask(path="/a", params={"b": 1, "c": 2}, host=Host.CONTENT).key


@pytest.mark.parametrize("id", ["../account/info", "a/b", "", None, 7, "a?b"])
def test_no_id_of_a_reply_becomes_a_path(id):  # noqa: A002
    """What a reply calls an id is only asked about if it can be one."""
    page = next(question for question in QUESTIONS if question.fact == "page-shape")
    assert isinstance(page, Question)
    body = json.dumps({"count": 1, "data": [{"id": id}]})
    assert "photo" not in page.learn(Seen(Response(200, {}, body.encode()), {}))
