"""Signing in through the pages, and the code that comes of it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from emulator.signing_in import Device, client_id, ticket

DAY = 86_400


@pytest.fixture
def device(call):
    call.service.sign_in.start_over()
    return Device(call)


@pytest.mark.parametrize("path", ["/ap/register", "/ap/signin"])
def test_the_pages_end_with_a_code(device, path):
    """A name, a password and digits lead to /ap/maplanding with a code; the page there is a 404 with nothing on it."""
    assert device.page(path).headers["Content-Type"].startswith("text/html")
    address = urlsplit(device.land(path=path))
    assert f"{address.scheme}://{address.netloc}" == device.call.service.url
    assert address.path == "/ap/maplanding"
    query = parse_qs(address.query)
    assert query["openid.oa2.authorization_code"][0]
    assert "openid.oa2.state" not in query
    assert device.call.get(f"{address.path}?{address.query}").status == 404


WRONG = [
    ("openid.oa2.response_type", "token"),
    ("openid.oa2.code_challenge_method", "plain"),
    ("openid.oa2.code_challenge", "short"),
    ("openid.oa2.client_id", "device:zz"),
    ("openid.oa2.client_id", "device:" + b"serial-without-type".hex()),
    ("openid.oa2.scope", "profile"),
    ("openid.assoc_handle", None),
    ("openid.identity", None),
    ("openid.ns", None),
    ("openid.pape.max_auth_age", None),
    ("openid.return_to", "https://example.com/ap/maplanding"),
    ("openid.return_to", "https://www.amazon.com/elsewhere"),
    ("openid.return_to", "http://www.amazon.com/ap/maplanding"),
    ("openid.return_to", "https://www.amazon.com/ap/maplanding?x=1"),
    ("openid.return_to", "https://www.amazon.com.example.com/ap/maplanding"),
    ("openid.return_to", "https://[/ap/maplanding"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_an_address_that_asks_for_something_else(device, name, value):
    """A page says which part is wrong, and there is no form on it."""
    answer = device.page(**{name: value})
    assert answer.status == 400
    assert name in answer.body.decode()
    assert b"<form" not in answer.body


def test_a_wrong_password_and_wrong_digits(device):
    """Each shows its form once more, and says why; digits without the password before them are worth nothing."""
    account = device.call.service.sign_in.account
    first = device.page()
    wrong = device.post("www", "/ap/signin", {"ticket": ticket(first), "email": account["name"], "password": "x"})
    assert b"incorrect" in wrong.body
    early = device.post("www", "/ap/mfa", {"ticket": ticket(first), "otpCode": account["digits"]})
    assert early.status == 400
    fields = {"ticket": ticket(first), "email": account["name"], "password": account["password"]}
    second = device.post("www", "/ap/signin", fields)
    again = device.post("www", "/ap/mfa", {"ticket": ticket(second), "otpCode": "000000"})
    assert b"not valid" in again.body
    assert device.post("www", "/ap/mfa", {"ticket": ticket(again), "otpCode": account["digits"]}).status == 302


def test_a_form_of_nobodys(device):
    """A ticket that nobody gave, or one that was used, begins nothing."""
    assert device.post("www", "/ap/signin", {"ticket": "x", "email": "", "password": ""}).status == 400
    assert device.post("www", "/ap/mfa", {}).status == 400


def test_state_comes_back_where_it_is_said_to(device):
    """Whether Amazon gives openid.oa2.state back is not known: by a deviation it does."""
    device.call.service.set(deviations=["sign-in-echoes-state"])
    assert "openid.oa2.state=abc" in device.land(**{"openid.oa2.state": "abc"})


def test_hosts_have_their_own_paths(call):
    """The pages are on www., tokens on api.; each other one knows nothing of them, and every marketplace has both."""
    call.service.sign_in.start_over()
    device = Device(call, tld="co.uk")
    assert device.page().status == 200
    assert device.register("x").status == 400
    wrong = {"Host": "api.amazon.co.uk"}
    assert call.ask("GET", "/ap/register", headers=wrong).status == 404
    wrong = {"Host": "www.amazon.co.uk"}
    for path in ("/auth/register", "/auth/token", "/auth/deregister"):
        assert call.ask("POST", path, body={}, headers=wrong).status == 404
    assert device.page(**{"openid.return_to": "https://www.amazon.de/ap/maplanding"}).status == 400


def test_a_device_is_registered(device):
    """A bearer with an access and a refresh token, the device and the customer as asked, and no mac_dms unasked."""
    answer = device.register(device.code())
    success = answer.json["response"]["success"]
    assert set(success["tokens"]) == {"bearer"}
    bearer = success["tokens"]["bearer"]
    assert bearer["access_token"].startswith("Atna|")
    assert bearer["refresh_token"].startswith("Atnr|")
    assert bearer["expires_in"] == "3600"
    assert success["extensions"]["customer_info"]["user_id"].startswith("amzn1.account.")
    assert success["extensions"]["device_info"]["device_serial_number"] == device.serial
    (listed,) = device.call.service.sign_in.devices()
    assert (listed["serial"], listed["name"], listed["renewable"]) == (device.serial, "Ada's amazon-photos", True)


def test_what_else_can_be_asked_for(device):
    """mac_dms, website cookies and the stored authentication cookie come when they are asked for."""
    tokens = device.registered(kinds=["bearer", "mac_dms", "website_cookies", "store_authentication_cookie"])
    assert set(tokens["mac_dms"]) == {"device_private_key", "adp_token"}
    assert "at-main" in {cookie["Name"] for cookie in tokens["website_cookies"]}
    assert tokens["store_authentication_cookie"]["cookie"]


def test_a_service_that_insists_on_mac_dms(device):
    """By a deviation, a device that asks for none is not registered, and one that does is."""
    device.call.service.set(deviations=["mac-dms-required"])
    code = device.code()
    assert "mac_dms" in device.register(code).json["response"]["error"]["message"]
    assert device.register(code, kinds=["bearer", "mac_dms"]).status == 200


def refusal(answer):
    assert answer.status in (400, 401), answer
    return answer.json["response"]["error"]["message"]


def test_a_code_is_used_once(device):
    """The second time it is refused, and the device that was registered goes on."""
    code = device.code()
    refresh = device.register(code).json["response"]["success"]["tokens"]["bearer"]["refresh_token"]
    assert "used" in refusal(device.register(code))
    assert device.access_token(refresh).status == 200


def test_a_code_lives_five_minutes(device):
    """By the service's clock."""
    code = device.code()
    device.call.service.set(clock_offset=301)
    assert "expired" in refusal(device.register(code))
    device.call.service.set(clock_offset=299)
    assert device.register(code).status == 200


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ({"code_verifier": "another verifier"}, {}),
        ({"authorization_code": "ANnobody"}, {}),
        ({"client_id": client_id("another")}, {}),
        ({"client_id": client_id("another")}, {"device_serial": "another"}),
        ({"code_algorithm": "plain"}, {}),
        ({"client_domain": "App"}, {}),
        ({}, {"domain": "App"}),
        ({}, {"device_type": ""}),
        ({}, {"app_name": None}),
    ],
)
def test_what_does_not_belong_together(device, auth, said):
    """Another verifier, code, device or word is refused, and nothing is registered."""
    assert refusal(device.register(device.code(), auth=auth, said=said))
    assert device.call.service.sign_in.devices() == []


def test_what_cannot_be_registered_at_all(device):
    """No body, no kinds, kinds that don't exist: refused, each with a word."""
    assert device.ask("api", "POST", "/auth/register", body="nonsense").status == 400
    assert refusal(device.register("x", kinds=[]))
    assert refusal(device.register("x", kinds=["website_cookies"]))
    assert refusal(device.register("x", kinds=["bearer", "gold"]))
    assert refusal(device.ask("api", "POST", "/auth/register", body={}))


def test_registering_again_is_no_way_to_refresh(device):
    """Whoever brings an old token instead of a code is told so, in the words of June 2026."""
    refresh = device.registered()["bearer"]["refresh_token"]
    answer = device.register(None, auth={"access_token": refresh})
    assert answer.json["response"]["error"] == {"code": "InvalidToken", "message": "Auth time of the token is expired"}


def test_a_serial_is_one_device(device):
    """Registered again with a new code, it is still one device, and its old refresh token is dead."""
    old, new = (device.registered()["bearer"]["refresh_token"] for _ in range(2))
    assert len(device.call.service.sign_in.devices()) == 1
    assert device.access_token(old).json["error"] == "invalid_grant"
    assert device.access_token(new).status == 200
