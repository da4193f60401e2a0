import http.cookies

import pytest

ROOT = "/drive/v1/nodes?filters=isRoot:true"


def with_cookies(call, cookies, *, header=None, path=ROOT):
    call.signed_in = False
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    session = call.service.cookies["session-id"] if header is None else header
    return call.ask("GET", path, headers={"Cookie": cookie, "x-amzn-sessionid": session})


def test_the_cookies_of_a_session_sign_in(call):
    """session-id, ubid-main and at-main (which begins with "Atza|"), repeated in x-amzn-sessionid, are all it takes."""
    assert set(call.service.cookies) == {"session-id", "ubid-main", "at-main"}
    assert call.service.cookies["at-main"].startswith("Atza|")
    assert with_cookies(call, call.service.cookies).status == 200


@pytest.mark.parametrize("suffix", ["acbca", "acbuk", "acbjp", "acbde"])
def test_cookies_of_every_marketplace_sign_in(call, suffix):
    """One port serves all marketplaces: only the names of the cookies differ."""
    cookies = {name.replace("main", suffix): value for name, value in call.service.cookies.items()}
    assert with_cookies(call, cookies).status == 200


@pytest.mark.parametrize("missing", ["session-id", "ubid-main", "at-main"])
def test_each_cookie_is_needed(call, missing):
    """Without one of the three the answer is 401."""
    cookies = {name: value for name, value in call.service.cookies.items() if name != missing}
    assert with_cookies(call, cookies).status == 401


def test_cookies_of_two_marketplaces_are_no_session(call):
    """ubid-… and at-… must carry the same suffix."""
    cookies = call.service.cookies
    cookies["at-acbca"] = cookies.pop("at-main")
    assert with_cookies(call, cookies).status == 401


def test_underscores_are_nobodys_cookies(call):
    """Names spelled as environment variables are answered with 401."""
    cookies = {name.replace("-", "_"): value for name, value in call.service.cookies.items()}
    assert with_cookies(call, cookies).status == 401


def test_a_quoted_value_is_another_value(call):
    """A cookie jar that puts at-main into quotes isn't signed in."""
    cookies = call.service.cookies
    cookies["at-main"] = f'"{cookies["at-main"]}"'
    assert with_cookies(call, cookies).status == 401


@pytest.mark.parametrize("header", ["", "142-0000000-0000000"])
def test_the_session_header_repeats_the_cookie(call, header):
    """x-amzn-sessionid missing or of another session is a 401."""
    assert with_cookies(call, call.service.cookies, header=header).status == 401


def test_pictures_load_without_the_session_header(call):
    """Thumbnails and content need the cookies only: an <img> sends no headers. A wrong header is still wrong."""
    path = "/cdproxy/nodes/" + call.uploaded("a.txt")
    assert with_cookies(call, call.service.cookies, header="", path=path).status == 200
    assert with_cookies(call, call.service.cookies, header="nonsense", path=path).status == 401


def test_signed_out_on_the_site(call):
    """www.amazon.tld says so with a capital M."""
    call.signed_in = False
    assert call.get(ROOT).json == {"Message": "No Auth Method Provided"}
    assert call.get("/photos/auth/token").json == {"Message": "No Auth Method Provided"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/cdproxy/nodes/x"), ("POST", "/cdproxy/nodes?name=x")])
def test_signed_out_on_the_content_hosts(call, method, path):
    """The content hosts say so with logref and an empty code."""
    call.signed_in = False
    answer = call.ask(method, path)
    assert answer.status == 401
    assert {**answer.json, "logref": ""} == {"logref": "", "message": "No Auth Method Provided", "code": ""}


def test_a_session_ends(call):
    """After its lifetime, by the service's clock, the same cookies are answered "Token has expired"."""
    call.service.set(session_lifetime=3600)
    assert call.get(ROOT).status == 200
    call.service.set(clock_offset=3601)
    answer = call.get(ROOT)
    assert (answer.status, answer.json) == (401, {"message": "Token has expired"})


def test_a_session_is_renewed(call):
    """/ap/exchangetoken/refresh trades the sess-at cookie for cookies that live."""
    call.service.set(session_lifetime=3600, clock_offset=3601)
    source = call.service.browser_cookies["sess-at-main"].replace("|", "%7C")
    form = "app_name=Amazon+Drive&requested_token_type=auth_cookies&domain=.amazon.com"
    answer = call.ask(
        "POST",
        "/ap/exchangetoken/refresh",
        body=f"{form}&source_token_type=refresh_token&source_token={source}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    fresh = {cookie["Name"]: cookie["Value"] for cookie in answer.json["response"]["tokens"]["cookies"]}
    assert fresh == call.service.cookies
    assert with_cookies(call, fresh).status == 200


def test_a_wrong_refresh_token_renews_nothing(call):
    """Whatever is not the sess-at cookie is a 401."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert call.ask("POST", "/ap/exchangetoken/refresh", body="source_token=x", headers=headers).status == 401


def test_auth_token(call):
    """/photos/auth/token gives an access token and how long it lives."""
    answer = call.get("/photos/auth/token", _=1700000000000)
    assert set(answer.json) == {"access_token", "duration"}


def test_cookies_rotate(call):
    """With the option, every signed-in answer sets a new session-token."""
    call.service.set(rotate=True)
    tokens = set()
    for _ in range(2):
        jar = http.cookies.SimpleCookie(call.get(ROOT).headers["Set-Cookie"])
        tokens.add(jar["session-token"].value)
    assert len(tokens) == 2
    call.service.set(rotate=False)
    assert call.get(ROOT).headers["Set-Cookie"] is None


@pytest.mark.parametrize("name", ["session-id", "ubid-main", "at-main"])
def test_each_cookie_has_its_value(call, name):
    """Another value of any of the three is a 401."""
    cookies = call.service.cookies
    cookies[name] = cookies[name][:-1] + ("x" if cookies[name][-1] != "x" else "y")
    assert with_cookies(call, cookies).status == 401
