"""Registering a device and what its token is good for: what is sent, and what every answer means."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

import leaks
from amazon_photos.errors import RateLimited, ServiceError, SessionExpired, SignInRefused, Unavailable, UnexpectedReply
from amazon_photos.model.regions import Host, region_for
from amazon_photos.wire import sign_in
from amazon_photos.wire.call import Call, Response

UK = region_for("co.uk")
REFRESH = "Atnr|s3cretRefresh"
SECRETS = {"refresh": REFRESH, "access": "Atna|s3cretAccess", "cookie": "Atza|s3cretCookie", "mac": "s3cretPrivateKey"}
REGISTER = sign_in.register(UK, code="s3cretCode", verifier="s3cretVerifier", serial="AB12", device_name="mine")
MINT = sign_in.mint_cookies(UK, REFRESH)
TOKEN = sign_in.access_token(REFRESH)
DEREGISTER = sign_in.deregister("Atna|s3cretAccess")
CALLS = [REGISTER, MINT, TOKEN, DEREGISTER]
COOKIES = [
    {"Name": "session-id", "Value": '"262-1"', "Path": "/", "Expires": "24 Sep 2042 08:00:00 GMT"},
    {
        "Name": "at-acbuk",
        "Value": '"Atza|s3cretCookie"',
        "Secure": True,
        "HttpOnly": True,
        "Expires": "2 Nov 2026 12:00:00 GMT",
    },
]
MINTED = {"response": {"tokens": {"cookies": {".amazon.co.uk": COOKIES, ".amazon.com": []}}}}
REGISTERED = {
    "response": {
        "success": {
            "tokens": {
                "bearer": {"access_token": "Atna|s3cretAccess", "refresh_token": REFRESH, "expires_in": "3600"},
                "mac_dms": {"device_private_key": "s3cretPrivateKey", "adp_token": "{enc:x}"},
                "website_cookies": COOKIES,
            },
            "extensions": {"customer_info": {"name": "Jane Doe", "user_id": "amzn1.account.X"}},
        }
    },
    "request_id": "1",
}


def decoded(call: Call[Any], body: Any, status: int = 200, kind: str = "application/json") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return call.decode(Response(status, {"content-type": kind}, raw))


async def sent(call: Call[Any]) -> dict[str, str]:
    assert call.body is not None
    data = b"".join([piece async for piece in call.body.chunks()])
    assert len(data) == call.body.length
    return {name: value for name, (value,) in parse_qs(data.decode(), strict_parsing=True).items()}


def test_registering() -> None:
    """The code with its verifier, the device by serial and name, tokens and cookies of the marketplace; no mac_dms."""
    assert (REGISTER.host, REGISTER.method, REGISTER.path) == (Host.SIGN_IN, "POST", "/auth/register")
    assert REGISTER.json is not None
    told = REGISTER.json["auth_data"]
    assert (told["authorization_code"], told["code_verifier"]) == ("s3cretCode", "s3cretVerifier")
    assert told["client_id"] == b"AB12#A2IVLV5VM2W81".hex()
    assert REGISTER.json["registration_data"]["device_name"] == "mine"
    assert REGISTER.json["requested_token_type"] == ["bearer", "website_cookies"]
    assert REGISTER.json["cookies"]["domain"] == ".amazon.co.uk"
    assert (REGISTER.idempotent, REGISTER.retried_by) == (False, "caller")


async def test_what_the_refresh_token_is_sent_for() -> None:
    """Cookies are asked for by the site, for its own domain; an access token by the other host."""
    assert (MINT.host, MINT.path) == (Host.SITE, "/ap/exchangetoken/cookies")
    form = await sent(MINT)
    assert (form["domain"], form["requested_token_type"]) == (".amazon.co.uk", "auth_cookies")
    assert (form["source_token_type"], form["source_token"]) == ("refresh_token", REFRESH)
    assert (TOKEN.host, TOKEN.path) == (Host.SIGN_IN, "/auth/token")
    assert (await sent(TOKEN))["requested_token_type"] == "access_token"
    assert DEREGISTER.headers == {"Authorization": "Bearer Atna|s3cretAccess"}
    assert not any(call.signed for call in CALLS)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.operation)
def test_no_call_shows_what_it_sends(call: Call[Any]) -> None:
    """Code, verifier and tokens are in no repr."""
    assert "s3cret" not in repr(call)


def test_what_registering_gives() -> None:
    """Refresh token, access token and cookies without quotes; names, and a mac_dms that came all the same, are gone."""
    found = decoded(REGISTER, REGISTERED)
    assert (found.refresh_token, found.access_token.value, found.access_token.seconds) == (
        REFRESH,
        "Atna|s3cretAccess",
        3600,
    )
    assert [(cookie.name, cookie.value) for cookie in found.cookies] == [
        ("session-id", "262-1"),
        ("at-acbuk", "Atza|s3cretCookie"),
    ]
    assert "s3cret" not in leaks.shown(found)
    assert not any(word in str(getattr(found, name)) for name in found.__slots__ for word in ("Jane", "PrivateKey"))


@pytest.mark.parametrize("cookies", [None, []])
def test_registering_without_cookies(cookies: Any) -> None:
    """They can be minted at any time."""
    body = {"response": {"success": {"tokens": {"bearer": {"refresh_token": REFRESH}, "website_cookies": cookies}}}}
    found = decoded(REGISTER, body)
    assert (found.refresh_token, found.cookies, found.access_token) == (REFRESH, (), None)


def given(*cookies: dict[str, str]) -> dict[str, Any]:
    return {"response": {"tokens": {"cookies": {".amazon.co.uk": list(cookies)}}}}


@pytest.mark.parametrize("value", ["", '""', "Atza|x\r\nX-Evil: 1", "Atza|\0", "a;b", "é", "x" * 4097], ids=ascii)
def test_a_cookie_that_no_header_can_hold(value: str) -> None:
    """It is left out, by minting and by registering; without an at-… nothing was renewed, which is no end."""
    odd = {"Name": "at-acbuk", "Value": value}
    with pytest.raises(UnexpectedReply, match="gave no at-acbuk"):
        decoded(MINT, given(COOKIES[0], odd))  # type: ignore[arg-type]
    found = decoded(MINT, given(COOKIES[1], odd | {"Name": "session-token"}, {"Name": "a\r\nb", "Value": "c"}))  # type: ignore[arg-type]
    assert [cookie.name for cookie in found] == ["at-acbuk"]
    tokens = {"bearer": {"refresh_token": REFRESH}, "website_cookies": [odd]}
    registered = decoded(REGISTER, {"response": {"success": {"tokens": tokens}}})
    assert (registered.refresh_token, registered.cookies) == (REFRESH, ())


@pytest.mark.parametrize("token", ["", "Atna|x\r\nX-Evil: 1", "Atna| x", "Atna|é"], ids=ascii)
def test_a_token_that_no_header_can_hold(token: str) -> None:
    """It is no access token; a registration without its refresh token is none."""
    with pytest.raises(UnexpectedReply, match="no header can hold"):
        decoded(TOKEN, {"access_token": token, "expires_in": 3600})
    bearer = {"access_token": token, "refresh_token": REFRESH}
    assert decoded(REGISTER, {"response": {"success": {"tokens": {"bearer": bearer}}}}).access_token is None
    with pytest.raises(UnexpectedReply, match="gave no token"):
        decoded(REGISTER, {"response": {"success": {"tokens": {"bearer": bearer | {"refresh_token": ""}}}}})


@pytest.mark.parametrize("call", [MINT, TOKEN, DEREGISTER], ids=lambda call: call.operation)
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_stands_between_says_nothing_of_the_token(call: Call[Any], status: int) -> None:
    """ "invalid_token" in the failure of a gateway is no end of the registration."""
    with pytest.raises((Unavailable, RateLimited)):
        decoded(call, {"error": "invalid_token"}, status)


def test_minted_cookies() -> None:
    """Those of the marketplace that was named, with the moments that they end."""
    at = decoded(MINT, MINTED)[1]
    assert (at.name, at.value, at.expires) == ("at-acbuk", "Atza|s3cretCookie", datetime(2026, 11, 2, 12, tzinfo=UTC))


@pytest.mark.parametrize(("seconds", "read"), [("3600", 3600), (900, 900), ("soon", 3600), (-1, 3600)])
def test_an_access_token(seconds: Any, read: float) -> None:
    """It lives for as long as Amazon says, in text or number; an hour where that is nonsense."""
    found = decoded(TOKEN, {"access_token": "Atna|s3cretAccess", "expires_in": seconds})
    assert (found.value, found.seconds) == ("Atna|s3cretAccess", read)


def test_deregistered() -> None:
    """An answer without an error is enough."""
    assert decoded(DEREGISTER, {"response": {"success": {}}}) is None
    assert decoded(DEREGISTER, b"") is None


DEAD = {
    "invalid_grant": ({"error": "invalid_grant", "error_description": "x"}, 400),
    "invalid_token": ({"error": "invalid_token"}, 401),
    "unauthorized_client": ({"error": "unauthorized_client"}, 400),
    "InvalidToken": (
        {"response": {"error": {"code": "InvalidToken", "message": "Auth time of the token is expired"}}},
        400,
    ),
    "200": ({"response": {"error": {"code": "InvalidToken", "message": "x"}}}, 200),
    "another code": ({"error": {"code": "Other", "message": "Auth time of the token is expired"}}, 400),
}
LATER = {
    "server_error": ({"error": "server_error"}, 500),
    "another": ({"error": "temporarily_unavailable", "error_description": f"for {REFRESH}"}, 400),
    "no body": (b"", 403),
    "401 without a word": ({}, 401),
    "a bot check": (b"<html>Type the characters: captcha</html>", 200),
    "a sign-in page": (b"<html><form action=/ap/signin>", 200),
    "a sign-in page with 401": (b"<html><form action=/ap/signin>", 401),
    "503": (b"<html>sorry</html>", 503),
}


@pytest.mark.parametrize("call", [MINT, TOKEN, DEREGISTER], ids=lambda call: call.operation)
@pytest.mark.parametrize(("body", "status"), DEAD.values(), ids=DEAD)
def test_a_dead_registration(body: Any, status: int, call: Call[Any]) -> None:
    """The answers that say that the refresh token is dead, in every shape: signed out, for ever."""
    with pytest.raises(SessionExpired, match="no longer takes the registration of this device"):
        decoded(call, body, status)


@pytest.mark.parametrize("call", [MINT, TOKEN], ids=lambda call: call.operation)
@pytest.mark.parametrize(("body", "status"), LATER.values(), ids=LATER)
def test_what_may_pass(body: Any, status: int, call: Call[Any]) -> None:
    """Anything else, a web page too, says nothing of the token: later; and shows nothing of the answer."""
    with pytest.raises(Unavailable) as caught:
        decoded(call, body, status, "text/html" if isinstance(body, bytes) and body else "application/json")
    assert not leaks.spelled_in(leaks.everything_of(caught.value, but=__file__), SECRETS)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.operation)
def test_too_fast(call: Call[Any]) -> None:
    """429 is what it always is, whatever stands in it."""
    with pytest.raises(RateLimited):
        decoded(call, {"error": "slow_down"}, 429)


@pytest.mark.parametrize("code", ["InvalidToken", "InvalidValue", "MissingValue"])
def test_a_code_that_is_not_taken(code: str) -> None:
    """Used twice, too old, of another run: what a code is good for, and to begin again."""
    body = {"response": {"error": {"code": code, "message": "bad code s3cretCode"}}}
    with pytest.raises(SignInRefused, match=rf"\({code}\).*once, within five minutes") as caught:
        decoded(REGISTER, body, 400)
    assert "s3cret" not in str(caught.value)
    assert not caught.value.retryable


BODIES = {
    "no tokens": {"response": {"success": {}}},
    "another type": {
        "response": {"success": {"tokens": {"bearer": {"refresh_token": 7, "access_token": "Atna|s3cretAccess"}}}}
    },
    "other cookies": {"response": {"tokens": {"cookies": {".amazon.com": COOKIES}}}},
    "a list": [REFRESH],
    "no JSON": b'{"access_token": "Atna|s3cretAccess',
}


@pytest.mark.parametrize("call", [REGISTER, MINT, TOKEN], ids=lambda call: call.operation)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_unknown_shape(body: Any, call: Call[Any]) -> None:
    """It is one named error, without a sample: the answer is made of secrets."""
    with pytest.raises(UnexpectedReply) as caught:
        decoded(call, body)
    assert not leaks.spelled_in(leaks.everything_of(caught.value, but=__file__), SECRETS)


@pytest.mark.parametrize("code", ["a b", "<script>", "x" * 60, 7, {"a": 1}])
def test_words_that_are_none(code: Any) -> None:
    """What stands in the place of Amazon's word and is none is not repeated."""
    with pytest.raises(ServiceError) as caught:
        decoded(MINT, {"error": {"code": code}}, 400)
    assert str(code) not in str(caught.value)
