"""Marketplaces, zones and the hosts that stand for them."""

import pytest

INFO = "/drive/v1/account/info"


@pytest.fixture
def german(call):
    """A caller whose account is at home in Germany, with a file."""
    file = call.uploaded("a.txt")
    call.service.set(marketplace="de", region="acbde")
    return call, file


def ask(call, host, path):
    return call.ask("GET", path, headers={"Host": host})


@pytest.mark.parametrize("tld", ["de", "com", "co.jp"])
def test_an_account_is_at_home_in_one_marketplace(german, tld):
    """amazon.com knows no account of another country: 403 "Account Not Found" (live, 2026)."""
    call, _ = german
    answer = ask(call, f"www.amazon.{tld}", INFO)
    if tld == "de":
        assert answer.status == 200
    else:
        assert (answer.status, answer.json["message"]) == (403, "Account Not Found")


@pytest.mark.parametrize("service", ["thumbnails-photos", "download-photos"])
def test_other_hosts_of_a_marketplace(german, service):
    """Thumbnails and signed downloads are for the marketplace's own accounts, too (guess: the same 403)."""
    call, file = german
    path = {"thumbnails-photos": "/v1/thumbnail/", "download-photos": "/v2/download/signed/"}[service] + file
    assert [ask(call, f"{service}.amazon.{tld}", path).status for tld in ("de", "fr", "com")] == [200, 403, 403]


@pytest.mark.parametrize("zone", ["na", "eu", "jp"])
def test_content_is_in_one_zone(german, zone):
    """The wrong zone's content proxy answers 401 like one that is signed out (live)."""
    call, file = german
    answer = ask(call, f"content-{zone}.drive.amazonaws.com", f"/cdproxy/nodes/{file}")
    if zone == "eu":
        assert answer.body == b"a.txt"
    else:
        assert (answer.status, answer.json["message"]) == (401, "No Auth Method Provided")
        assert set(answer.json) == {"logref", "message", "code"}


@pytest.mark.parametrize(
    ("tld", "zone"),
    [("com", "na"), ("ca", "na"), ("com.br", "na"), ("com.mx", "na"), ("co.uk", "eu"), ("it", "eu"), ("co.jp", "jp"),
     ("com.au", "jp"), ("sg", "jp")],
)  # fmt: skip
def test_zones(call, tld, zone):
    """US, CA, BR and MX (guess) belong to na; Europe to eu; JP (live), AU (doc) and SG (guess) to jp."""
    file = call.uploaded("a.txt")
    call.service.set(marketplace=tld)
    statuses = {
        each: ask(call, f"content-{each}.drive.amazonaws.com", f"/cdproxy/nodes/{file}").status
        for each in ("na", "eu", "jp")
    }
    assert statuses == {"na": 401, "eu": 401, "jp": 401} | {zone: 200}


def test_cookies_tell_the_marketplace_at_loopback(german):
    """By names of this machine, the cookies' suffix says which marketplace is asked: acbde here, not main."""
    call, file = german
    assert call.get(INFO).status == 200
    call.service.set(region="main")
    assert (call.get(INFO).status, call.get(f"/cdproxy/nodes/{file}").status) == (403, 401)


@pytest.mark.parametrize(
    ("region", "tld"), [("us-east-1", "ca"), ("eu-west-1", "fr"), ("us-west-2", "co.jp"), ("us-west-2", "com.au")]
)
def test_memories_have_a_host_for_each_zone(call, region, tld):
    """cdws.us-east-1 (live), eu-west-1 and us-west-2 (doc) serve memories, each those of its zone (guess)."""
    path = "/drive/v2/memories/v1/collections/this_day_filtered?day=1&month=1"
    call.service.set(marketplace=tld)
    assert ask(call, f"cdws.{region}.amazonaws.com", path).json == {"collections": []}
    call.service.set(marketplace="com" if region != "us-east-1" else "de")
    assert ask(call, f"cdws.{region}.amazonaws.com", path).status == 401


@pytest.mark.parametrize("host", ["content-fe.drive.amazonaws.com", "cdws.ap-south-1.amazonaws.com", "amazon.de"])
def test_hosts_that_do_not_exist(call, host):
    """No public source has a content-fe: nothing is served under such a name."""
    assert ask(call, host, INFO).status == 421


def test_discovery(call):
    """/account/endpoint says where everything is (doc 2015, Amazon's own code 2026); here: all of it is here."""
    call.service.set(marketplace="co.uk", region="acbuk")
    told = call.get("/drive/v1/account/endpoint").json
    url = call.service.url
    assert told == {
        "customerExists": True,
        "metadataUrl": f"{url}/drive/v1/",
        "contentUrl": f"{url}/cdproxy/",
        "uploadServiceUrl": f"{url}/",
        "downloadServiceUrl": f"{url}/",
        "thumbnailServiceUrl": f"{url}/",
        "region": "EU",
        "retailUrl": "https://www.amazon.co.uk",
        "countryAtSignup": "GB",
    }
    assert ask(call, "drive.amazonaws.com", "/drive/v1/account/endpoint").status == 200


@pytest.mark.parametrize("path", ["/cdproxy/nodes", "/v2/upload"])
def test_a_page_of_amazons_may_upload(call, path):
    """OPTIONS lets the web uploader's pages through and nobody else's; the answer is a guess."""
    call.signed_in = False
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-amzn-file-md5"}
    for origin in ("https://www.amazon.de", "https://upload-photos.amazon.co.jp"):
        answer = call.ask("OPTIONS", path, headers={"Origin": origin, **asked})
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, origin)
        assert answer.headers["Access-Control-Allow-Headers"] == "x-amzn-file-md5"
    for origin in ("https://www.amazon.evil", "http://www.amazon.de", "https://download-photos.amazon.de", "null"):
        answer = call.ask("OPTIONS", path, headers={"Origin": origin, **asked})
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (403, None)
