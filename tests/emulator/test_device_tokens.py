"""What a registered device gets and how long it lives: access tokens, cookies, and the end of both."""

import http.client
import http.cookies

import pytest

from emulator.signing_in import DEVICE_TYPE, INFO, Device, use

DAY, HOUR = 86_400, 3_600
SIGNED_OUT = {"Message": "No Auth Method Provided"}


@pytest.fixture
def device(call):
    call.service.sign_in.start_over()
    return Device(call)


@pytest.fixture
def refresh(device):
    return device.registered()["bearer"]["refresh_token"]


def test_cookies_for_the_marketplace_that_is_named(device, refresh):
    """Five of the domain asked for, wherever it was registered; in quotes, with two that end after a day."""
    given = device.cookies(refresh, ".amazon.co.uk").json["response"]["tokens"]["cookies"][".amazon.co.uk"]
    names = {"session-id", "ubid-acbuk", "x-acbuk", "at-acbuk", "sess-at-acbuk"}
    assert {cookie["Name"] for cookie in given} == names
    assert all(cookie["Value"].startswith('"') and cookie["Value"].endswith('"') for cookie in given)
    assert {cookie["Name"] for cookie in given if "2042" not in cookie["Expires"]} == {"at-acbuk", "sess-at-acbuk"}
    assert {(cookie["Path"], cookie["Secure"]) for cookie in given} == {("/", True)}


def test_they_open_the_api_of_their_marketplace(device, refresh):
    """Without their quotes they sign in; with them, or under another marketplace's names, they don't."""
    jar = device.jar(refresh, ".amazon.co.uk")
    assert use(device.call, jar).status == 200
    quoted = {name: f'"{value}"' for name, value in jar.items()}
    assert use(device.call, quoted).json == SIGNED_OUT
    renamed = {name.replace("acbuk", "main"): value for name, value in jar.items()}
    assert use(device.call, renamed).json == SIGNED_OUT
    assert use(device.call, jar, **{"x-amzn-sessionid": "another"}).json == SIGNED_OUT


def test_cookies_of_two_exchanges_are_no_session(device, refresh):
    """The at cookie of one belongs to its own session-id and ubid."""
    one, other = device.jar(refresh), device.jar(refresh)
    for name in ("session-id", "ubid-main"):
        assert use(device.call, {**one, name: other[name]}).json == SIGNED_OUT
    assert use(device.call, one).status == use(device.call, other).status == 200


def test_cookies_end_after_a_day_and_are_renewed(device, refresh):
    """After 24 hours of the service's clock: "Token has expired"; the same refresh token gives new ones."""
    jar = device.jar(refresh)
    device.call.service.set(clock_offset=DAY - 60)
    assert use(device.call, jar).status == 200
    device.call.service.set(clock_offset=DAY + 60)
    assert use(device.call, jar).json == {"message": "Token has expired"}
    assert use(device.call, device.jar(refresh)).status == 200


def test_the_cookies_it_shows_go_on(device, refresh):
    """Those of ``service.cookies`` have nothing to do with devices."""
    device.jar(refresh)
    device.call.service.sign_in.expire_sessions()
    device.call.signed_in = True
    assert device.call.get(INFO).status == 200


def test_sess_at_renews_as_well(device, refresh):
    """/ap/exchangetoken/refresh takes the sess-at cookie of a device, as long as that lives."""
    jar = device.jar(refresh, ".amazon.ca")
    asked = {"source_token": jar["sess-at-acbca"]}
    answer = device.post("www", "/ap/exchangetoken/refresh", asked)
    fresh = {cookie["Name"]: cookie["Value"] for cookie in answer.json["response"]["tokens"]["cookies"]}
    assert set(fresh) == {"session-id", "ubid-acbca", "at-acbca"}
    assert use(device.call, fresh).status == 200
    device.call.service.sign_in.expire_sessions()
    assert device.post("www", "/ap/exchangetoken/refresh", asked).status == 401


def test_access_tokens_live_an_hour(device, refresh):
    """One is given for the refresh token; it signs in by x-amz-access-token, for 3,600 seconds."""
    answer = device.access_token(refresh).json
    assert answer["expires_in"] == HOUR
    bearer = {"x-amz-access-token": answer["access_token"]}
    assert device.call.ask("GET", INFO, headers=bearer).status == 200
    device.call.service.set(clock_offset=HOUR + 1)
    late = device.call.ask("GET", INFO, headers=bearer)
    assert (late.status, late.json) == (401, {"message": "Token has expired"})
    assert device.call.ask("GET", INFO, headers={"x-amz-access-token": "Atna|x"}).json == SIGNED_OUT


def test_where_access_tokens_are_taken(device, refresh):
    """At the hosts of amazonaws.com, as in the sources; not at www., and by a deviation nowhere."""
    bearer = {"x-amz-access-token": device.access_token(refresh).json["access_token"]}
    for host, status in (("drive.amazonaws.com", 200), ("cdws.eu-west-1.amazonaws.com", 200), ("www.amazon.de", 401)):
        assert device.call.ask("GET", INFO, headers={**bearer, "Host": host}).status == status
    device.call.service.set(deviations=["access-token-refused"])
    assert device.call.ask("GET", INFO, headers=bearer).status == 401


@pytest.mark.parametrize(
    "change", ["source_token_type", "requested_token_type", "source_token", "app_name", "app_version"]
)
def test_a_trade_says_what_it_wants(device, refresh, change):
    """Without one of its words it is an invalid_request, which is not a dead token."""
    for trade in (device.access_token, device.cookies):
        answer = trade(refresh, **{change: ""})
        assert (answer.status, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("domain", ["", ".amazon.atlantis", "amazon.com", ".example.com"])
def test_a_domain_that_is_none(device, refresh, domain):
    """Cookies are for marketplaces."""
    assert device.cookies(refresh, domain).json["error"] == "invalid_request"


def test_dead_refresh_tokens(device, refresh):
    """Taken back, they are an invalid_grant at both routes; the cookies live on to their end."""
    jar = device.jar(refresh)
    device.call.service.sign_in.kill_refresh_tokens()
    for answer in (device.access_token(refresh), device.cookies(refresh), device.access_token("Atnr|nobody")):
        assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
    assert use(device.call, jar).status == 200
    assert [listed["renewable"] for listed in device.call.service.sign_in.devices()] == [False]


def test_a_device_is_taken_back(device, refresh):
    """/auth/deregister forgets it: its tokens and cookies are worth nothing, and a second time is a 401."""
    jar, access = device.jar(refresh), device.access_token(refresh).json["access_token"]
    assert device.deregister(access).status == 200
    assert device.call.service.sign_in.devices() == []
    assert use(device.call, jar).json == SIGNED_OUT
    assert device.access_token(refresh).json["error"] == "invalid_grant"
    assert device.deregister(access).status == 401


def test_one_device_is_signed_out(device, refresh):
    """On the account's page of devices somebody takes one back: others stay signed in."""
    other = Device(device.call, serial="other")
    theirs = other.jar(other.registered()["bearer"]["refresh_token"])
    mine = device.jar(refresh)
    device.call.service.sign_in.sign_out("other")
    assert use(device.call, theirs).status == 401
    assert use(device.call, mine).status == 200


def test_everybody_is_signed_out(device, refresh):
    """All devices and the cookies that the emulator shows; a reset signs those in again."""
    jar = device.jar(refresh)
    device.call.service.sign_in.sign_out()
    assert use(device.call, jar).status == use(device.call, device.call.service.cookies).status == 401
    device.call.service.reset()
    assert use(device.call, device.call.service.cookies).status == 200
    assert use(device.call, jar).status == 401


def test_a_session_gets_another_id(device, refresh):
    """Told so, the next answer sets session-id, once; the new one signs in, and the one before goes on."""
    jar = device.jar(refresh)
    device.call.service.sign_in.rotate_sessions()
    told = http.cookies.SimpleCookie(use(device.call, jar).headers["Set-Cookie"])["session-id"].value
    again = use(device.call, {**jar, "session-id": told})
    assert (again.status, again.headers["Set-Cookie"]) == (200, None)
    assert told != jar["session-id"]
    assert use(device.call, jar).status == 200


def test_renewals_go_wrong_as_told(device, refresh):
    """Fault scripts reach these routes, too: so many times busy, broken or a page for people, then well again."""
    script = [{"operation": "auth.cookies", "fault": fault, "times": 1} for fault in ("500", "429", "captcha")]
    device.call.service.faults(script)
    answers = [device.cookies(refresh) for _ in range(4)]
    assert [answer.status for answer in answers] == [500, 429, 200, 200]
    assert b"<html" in answers[2].body.lower()
    assert "response" in answers[3].json


def test_it_is_steered_over_http(device, refresh):
    """The same from another process: the list of devices, what was given, and what is done about it."""
    jar = device.jar(refresh)
    told = device.call.get("/_emulator/sign-in").json
    assert [listed["deviceType"] for listed in told["devices"]] == [DEVICE_TYPE]
    assert {refresh, jar["at-main"]} <= {given["token"] for given in told["secrets"]}
    assert device.call.ask("POST", "/_emulator/sign-in", body={"action": "expire-sessions"}).status == 200
    assert use(device.call, jar).json == {"message": "Token has expired"}
    assert device.call.ask("POST", "/_emulator/sign-in", body={"action": "sign-out", "serial": 7}).status == 400
    assert device.call.ask("POST", "/_emulator/sign-in", body={"action": "dance"}).status == 400
    assert (
        device.call.ask("POST", "/_emulator/sign-in", body={"action": "sign-out", "serial": device.serial}).status
        == 200
    )
    assert device.call.get("/_emulator/sign-in").json["devices"] == []


def test_every_secret_is_remembered(device):
    """Whatever was ever given can be listed, the dead too: code, tokens, cookies, keys, and the cookies it shows."""
    tokens = device.registered(kinds=["bearer", "mac_dms", "website_cookies", "store_authentication_cookie"])
    bearer = tokens["bearer"]
    secrets = [bearer["refresh_token"], bearer["access_token"], *tokens["mac_dms"].values()]
    secrets += [tokens["store_authentication_cookie"]["cookie"], *device.call.service.browser_cookies.values()]
    secrets += [cookie["Value"].strip('"') for cookie in tokens["website_cookies"]]
    device.call.service.sign_in.sign_out()
    given = {one["token"]: one["kind"] for one in device.call.service.sign_in.secrets()}
    assert set(secrets) <= set(given)
    assert "authorization_code" in given.values()


def test_a_device_survives_kill_9(start, caller_of, tmp_path):
    """Killed and started again: the same refresh token, the same cookies."""
    service = start("--data", tmp_path)
    call = caller_of(service)
    told = call.get("/_emulator/sign-in").json
    service.sign_in = type("Account", (), {"account": told["account"]})
    device = Device(call)
    refresh = device.registered()["bearer"]["refresh_token"]
    jar = device.jar(refresh)
    service.process.kill()
    again = Device(caller_of(start("--data", tmp_path)))
    assert use(again.call, jar).status == 200
    assert again.access_token(refresh).status == 200


def test_nothing_is_cached_or_told_on(device):
    """The pages are kept by no browser's cache and tell no other site where they are."""
    page = device.page()
    assert isinstance(page.headers, http.client.HTTPMessage)
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
