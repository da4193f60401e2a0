"""An answer -> a value or an error, for every shape of "Errors and limits" in docs/api.md."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
import pytest

from amazon_photos import errors
from amazon_photos.wire import folders, shares
from amazon_photos.wire import response as read
from amazon_photos.wire.call import Response

JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html;charset=UTF-8"}
SIGN_IN = b'<html><script src="captcha.js"></script><form action="https://www.amazon.com/ap/signin">'
CAPTCHA = b'<html><form action="/errors/validateCaptcha">Type the characters you see. Are you a robot?'


def answer(status: int, body: Any = b"", **headers: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, JSON | headers, raw)


def error_of(reply: Response) -> errors.ServiceError:
    with pytest.raises(errors.ServiceError) as caught:
        read.check(reply, "nodes")
    return caught.value


SHAPES = [
    (answer(400, {"logref": "x", "message": "Invalid filter: kind", "code": ""}), errors.FilterRejected, "Invalid fil"),
    (answer(400, {"message": "Invalid fieldName: kind"}), errors.FilterRejected, "Invalid fieldName: kind"),
    (answer(400, {"logref": "x", "message": None, "code": ""}), errors.BadRequest, "malformed"),
    (answer(400, {"message": "Offset + limit cannot be greater than 9999"}), errors.BadRequest, "9999 (by offset"),
    (answer(400, {"message": "One of the parentId doesn't exists"}), errors.BadRequest, "doesn't exists (the folder"),
    (answer(400, {"message": "Next token is expired"}), errors.BadRequest, "expired (a listing's tokens live ten min"),
    (
        answer(400, {"message": "1 validation error detected: Value null at 'searchContext' failed to satisfy …"}),
        errors.BadRequest,
        "'searchContext' failed to satisfy … (Amazon wants that parameter otherwise",
    ),
    (
        answer(400, {"message": "… Member must have length less than or equal to 50"}),
        errors.BadRequest,
        "equal to 50 (that is too many at once)",
    ),
    (answer(401, {"Message": "No Auth Method Provided"}), errors.SessionExpired, "No Auth Method Provided"),
    (
        answer(401, {"logref": "x", "message": "No Auth Method Provided", "code": ""}),
        errors.SessionExpired,
        "copy session",
    ),
    (answer(401, {"message": "Token has expired"}), errors.SessionExpired, "(Token has expired)"),
    (answer(401), errors.SessionExpired, "session-id, ubid-… and at-…"),
    (answer(403, {"errorCode": "InsufficientStorage"}), errors.QuotaExceeded, "storage is full"),
    (answer(403, {"errorCode": "NoActiveSubscriptionFound"}), errors.Forbidden, "neither Prime nor"),
    (answer(403, {"errorCode": "ForbiddenAccess"}), errors.Forbidden, "another's, or one"),
    (answer(403, {"message": "Account Not Found"}), errors.AccountNotFound, "which one, nothing in the cookies says"),
    (answer(403, {"Message": "Account Not Found", "code": ""}), errors.AccountNotFound, "give its tld="),
    (answer(403, b"Account Not Found"), errors.AccountNotFound, "another country's Amazon"),
    (answer(403, {"message": "no"}), errors.Forbidden, "may not do this (no)"),
    (answer(404, {"message": "NODE_NOT_FOUND", "code": "NODE_NOT_FOUND"}), errors.NotFound, "NODE_NOT_FOUND"),
    (answer(404, b"<UnknownOperationException/>"), errors.NotFound, "no such call"),
    (answer(404), errors.NotFound, "no such node or share"),
    (answer(409, {"code": "MD5_DUPLICATE", "message": "it exists"}), errors.Conflict, "it exists"),
    (answer(416), errors.RangeNotSatisfiable, "shorter"),
    (answer(429, {"message": "Rate exceeded"}), errors.RateLimited, "slow down"),
    (answer(500, {"message": "Internal failure"}), errors.Unavailable, "Internal failure"),
    (answer(502), errors.Unavailable, "status 502"),
    (answer(503, CAPTCHA), errors.Unavailable, "bot check"),
    (answer(504), errors.Unavailable, "status 504"),
    (answer(408), errors.Unavailable, "status 408"),
    (answer(302), errors.UnexpectedReply, "redirect"),
    (answer(418, {"message": "teapot"}), errors.ServiceError, "418 teapot"),
]


@pytest.mark.parametrize(("reply", "kind", "says"), SHAPES)
def test_every_error_shape(reply: Response, kind: type[errors.ServiceError], says: str) -> None:
    """Each recorded answer becomes its own error, which says what failed, on what, and what Amazon said."""
    error = error_of(reply)
    assert type(error) is kind
    assert says in str(error)
    assert error.status == reply.status
    assert error.operation == "nodes"


def test_an_answer_that_is_none_of_these_passes() -> None:
    """Whatever is below 300 is no error."""
    for status in (200, 201, 204, 206):
        read.check(answer(status), "nodes")


@pytest.mark.parametrize(
    "body",
    [
        {"id": "N1"},
        {"code": "NAME_ALREADY_EXISTS", "info": {"nodeId": "N1"}},
        {"errorCode": "DuplicatesConflictError", "errorDetails": {"conflictNodeIds": ["N1", "N2"]}},
        {"message": "Node with the name a already exists under parentId P conflicting NodeId: N1"},
    ],
)
def test_the_node_in_the_way_is_found(body: dict[str, Any]) -> None:
    """A conflict tells the existing node's id, from wherever Amazon put it."""
    error = error_of(answer(409, body))
    assert isinstance(error, errors.Conflict)
    assert error.existing_id == "N1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"not json",
        {"info": None, "errorDetails": {"conflictNodeIds": []}},
        {"id": "../../etc/passwd", "info": {"nodeId": "a/b"}, "errorDetails": {"conflictNodeIds": [7]}},
    ],
)
def test_a_conflict_that_says_nothing(body: Any) -> None:
    """A conflict without an id is still a conflict."""
    error = error_of(answer(409, body))
    assert isinstance(error, errors.Conflict)
    assert error.existing_id is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *[("7", 7.0), ("1.5", 1.5), ("-3", 0.0), ("86400", 86400.0)],
        *[("soon", None), ("", None), ("inf", None), ("nan", None), ("1e12", None), ("86401", None)],
        *[("Fri, 31 Dec 9999 23:59:59 GMT", None), ("Fri, 31 Dec 99999 23:59:59 GMT", None)],
    ],
)
def test_retry_after_in_seconds(text: str, seconds: float | None) -> None:
    """Retry-After is read in seconds; nonsense is as if Amazon had said nothing."""
    error = error_of(answer(429, **{"retry-after": text}))
    assert isinstance(error, errors.RateLimited)
    assert error.retry_after == seconds


def test_retry_after_as_a_date() -> None:
    """Retry-After may be a date; one that has passed means now."""
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert 3500 < (read.retry_after(answer(503, **{"retry-after": later})) or 0) <= 3600
    assert read.retry_after(answer(503, **{"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})) == 0.0


@pytest.mark.parametrize("headers", [HTML, {}, JSON])
def test_a_sign_in_page_is_never_data(headers: dict[str, str]) -> None:
    """A 200 with a sign-in page is a lost session, whatever its headers say and though it speaks of captchas."""
    with pytest.raises(errors.SessionExpired, match="the session is over") as caught:
        read.page("nodes")(Response(200, headers, SIGN_IN))
    assert not caught.value.retryable


def test_a_bot_check_is_never_data() -> None:
    """A 200 with a bot check is a service that wants us to slow down, not a wrong password."""
    with pytest.raises(errors.Unavailable, match="bot check") as caught:
        read.page("nodes")(Response(200, HTML, CAPTCHA))
    assert caught.value.retryable


def test_a_page_is_no_photo() -> None:
    """A web page where bytes were due is refused; a web page that Amazon hands out as a file is a file."""
    with pytest.raises(errors.SessionExpired):
        read.check_bytes(Response(200, HTML, SIGN_IN), "download")
    read.check_bytes(Response(200, HTML | {"content-disposition": "attachment"}, b"<html>mine"), "download")
    read.check_bytes(Response(200, {"content-type": "image/jpeg"}, b"<"), "download")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"data": []}', b'{"count": "many"}', b'{"count": 1, "data', b"\xff"]
)
def test_an_unknown_shape_is_one_named_error(body: bytes) -> None:
    """JSON in a shape that nobody has described is an UnexpectedReply with a sample, never a KeyError."""
    with pytest.raises(errors.UnexpectedReply, match="unknown shape") as caught:
        read.page("nodes")(answer(200, body))
    assert caught.value.operation == "nodes"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (rb"\ud83d.jpg", "\ufffd.jpg"),
        (rb"abc\udc00", "abc\ufffd"),
        (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (rb"\ud83d\u0041", "\ufffdA"),
        (rb"\\ud83d \udc00", "\\ud83d \ufffd"),
        (b"caf\xff", "caf\ufffd"),
        (b"\xed\xa0\xbd", "\ufffd\ufffd\ufffd"),
    ],
)
def test_half_a_letter_spoils_no_reply(text: bytes, name: str) -> None:
    """Half a surrogate pair, or bytes that are no UTF-8, in one text: a replacement character, and all else is read."""
    node = b'{"id": "a", "name": "' + text + b'", "description": "\\u00e9 \\ud83d\\ude00"}'
    assert read.node("node")(answer(200, node)).name == name
    (raw,) = read.page("nodes")(answer(200, b'{"count": 1, "data": [' + node + b"]}")).data
    for found in (raw, read.raw_node("node")(answer(200, node))):
        told = json.loads(bytes(found).decode("utf-8", "replace"))
        assert told == {"id": "a", "name": name, "description": "é \U0001f600"}
    assert name in str(error_of(answer(409, b'{"message": "' + text + b' is taken"}')))


def test_nested_too_deeply_is_an_unknown_shape() -> None:
    """What no decoder can follow is an UnexpectedReply, and no answer's error is hidden by it."""
    deep = b'{"id": "a", "count": 1, "data": ' + b"[" * 3_000_000 + b"]" * 3_000_000 + b"}"
    for decode in (read.page("nodes"), read.raw_node("node"), read.mapping("node"), read.node("node")):
        with pytest.raises(errors.UnexpectedReply, match="unknown shape") as caught:
            decode(answer(200, deep))
        assert caught.value.__context__ is None
    assert isinstance(error_of(answer(503, deep)), errors.Unavailable)


def test_a_sample_is_short_and_holds_no_secrets() -> None:
    """What an error shows of a reply is at most 200 characters, without tokens and cookies."""
    secrets = {
        "access_token": "s1-abc",
        "cookie": "s2-abc",
        "at": "Atza|s3-abc",
        "refresh": "Atnr|s4-abc",
        "session-id": "123-1234567-7654321",
        "client_secret": "s5-abc",
        "nextToken": "s6-abc",
        "said": "it was 124-1234567-7654321 before",
        "filler": "x" * 500,
    }
    with pytest.raises(errors.UnexpectedReply) as caught:
        read.page("nodes")(answer(200, secrets))
    assert "access_token" in caught.value.reply
    assert len(caught.value.reply) <= 200
    for shown in (caught.value.reply, str(caught.value), repr(caught.value)):
        assert "-abc" not in shown
        assert "7654321" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "session 141-1234567-7654321 unknown",
        "141-1234567-7654321",
        "Atza|7654321, they say",
        "at Atna%7C7654321 in an address",
        "at atza%257c7654321 in an address twice",
        "access_token=7654321&x",
        'the "session-id": "7654321"',
        "client_secret : 7654321",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    """Each kind by itself, in plain text: the numbers of session-id and ubid, what signs, what is called a token."""
    assert "7654321" not in read.redact(text)
    assert "…" in read.redact(text)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 429, 500, 503])
@pytest.mark.parametrize("name", ["message", "Message", "code", "errorCode"])
def test_what_an_error_says_is_redacted(status: int, name: str) -> None:
    """Message and code of an error body show no secret, whichever status it has."""
    error = error_of(answer(status, {name: "no: 141-1234567-7654321 has Atza|7654321 \x1b[31m"}))
    shown = f"{error} {error!r} {vars(error)}"
    assert "7654321" not in shown
    assert "\x1b" not in shown.replace("\\x1b", "\x1b")
    assert (error.code or error.reply).startswith("no: … has …")


def test_a_long_text_is_looked_through_quickly() -> None:
    """However a server fills an error, looking for secrets takes no longer than its length: this would take hours."""
    for text in ("token" * 400_000, "token" + " " * 2_000_000, "-" * 2_000_000, "a" * 2_000_000, "At" * 1_000_000):
        assert len(read.redact(text)) <= 200


def test_what_is_kept_stays_whole() -> None:
    """A copy of an answer loses secrets and nothing else: it is JSON still, and bytes that are no text stay."""
    body = b'{"a": "Atza|x\\"y/z", "b": "141-1234567-7654321", "nextToken": "t", "c": "caf\xff \\ud83d"}'
    assert read.without_secrets(answer(200, body)) == (
        '{"a": "…", "b": "…", "nextToken": "t", "c": "caf'.encode() + b'\xff \\ud83d"}'
    )


@pytest.mark.parametrize("text", ["Token has expired", "Next token is expired", "the secret cookie jar"])
def test_plain_words_are_not_redacted(text: str) -> None:
    """Amazon's own words about tokens stay readable."""
    assert read.redact(text) == text


def test_a_page_keeps_its_nodes_raw() -> None:
    """A page's nodes come as they were sent, unknown fields and all."""
    body = b'{"count": 7, "nextToken": "t", "data": [{"id": "a", "brandNew": [1, 2]}], "extra": {}}'
    page = read.page("nodes")(answer(200, body))
    assert (page.count, page.next_token) == (7, "t")
    assert bytes(page.data[0]) == b'{"id": "a", "brandNew": [1, 2]}'


def test_a_raw_node_needs_only_an_id() -> None:
    """A node in an odd shape is kept and passed on; only one without an id is none."""
    body = b'{"id": "a", "contentProperties": {"size": "12"}, "createdDate": 5}'
    assert bytes(read.raw_node("upload")(answer(201, body))) == body
    with pytest.raises(errors.UnexpectedReply):
        read.raw_node("upload")(answer(201, b'{"name": "a"}'))


def test_a_node_is_typed() -> None:
    """A node's dates, numbers and names are Python values; what is missing has a quiet default."""
    body = {
        "id": "a",
        "kind": "FILE",
        "createdDate": "2016-05-15T20:07:10.418Z",
        "contentProperties": {"size": 3, "md5": "6df23dc03f9b54cc38a0fc1483df6e21"},
        "unknown": 1,
    }
    node = read.node("node")(answer(200, body))
    assert (node.id, node.name, node.size, node.md5) == ("a", "", 3, "6df23dc03f9b54cc38a0fc1483df6e21")
    assert node.created_date == datetime(2016, 5, 15, 20, 7, 10, 418000, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b"{}", b'{"id": null}', b'{"id": ""}', b'{"id": "../x"}', b'{"id": [5]}']
)
@pytest.mark.parametrize(
    "decode",
    [
        read.node("node"),
        lambda found: folders.root().decode(answer(200, b'{"data": [' + found.body + b"]}")),
        lambda found: shares.share("s").decode(answer(200, b'{"nodeInfo": ' + found.body + b"}")),
    ],
    ids=["node", "root", "share"],
)
def test_an_answer_without_an_id_is_none(decode, body) -> None:
    """Where one node is due, there must be an id to go on with (fault A2)."""
    with pytest.raises(errors.UnexpectedReply):
        decode(answer(200, body))


def test_an_empty_body_is_an_empty_mapping() -> None:
    """A change that is answered with nothing is done."""
    assert read.mapping("trash")(Response(204, {}, b" ")) == {}
    assert read.mapping("trash")(answer(200, {"a": 1})) == {"a": 1}


def test_a_replys_repr_holds_no_cookies() -> None:
    """A Reply shows its status only."""
    assert "Atza" not in repr(Response(200, {"set-cookie": "at-main=Atza|x"}, b"Atza|y"))


def test_headers_decide_the_content_type() -> None:
    """The content type is read without its parameters and in lower case."""
    assert Response(200, {"content-type": "Text/HTML; charset=x"}).content_type == "text/html"
    assert Response(200, {}).content_type == ""


def test_raw_nodes_are_msgspec_raws() -> None:
    """Frames take what a page holds without decoding it again."""
    page = read.page("nodes")(answer(200, b'{"count": 1, "data": [{"id": "a"}]}'))
    assert all(isinstance(node, msgspec.Raw) for node in page.data)


@pytest.mark.parametrize(("operation", "told"), [("upload", True), ("download", True), ("usage", False)])
def test_a_401_of_a_content_host_may_be_another_zones(operation, told):
    """It looks like a session that is over (live): where bytes go up and down, the message says both."""
    with pytest.raises(errors.SessionExpired) as caught:
        read.check(answer(401, {"logref": "x", "message": "No Auth Method Provided", "code": ""}), operation)
    assert ("Settings(zone=" in str(caught.value)) == told
