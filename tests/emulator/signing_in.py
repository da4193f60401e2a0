"""A device on its way: what an app that signs in through the browser asks, step by step, by plain HTTP."""

import base64
import hashlib
import re
from urllib.parse import parse_qs, urlencode, urlsplit

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SERIAL, DEVICE_TYPE = "0123456789ABCDEF0123456789ABCDEF", "A2IVLV5VM2W81"
VERIFIER = "verifier-of-forty-three-characters-or-more-0123456789"
INFO = "/drive/v1/account/info"


def client_id(serial=SERIAL):
    return "device:" + f"{serial}#{DEVICE_TYPE}".encode().hex()


def challenge(verifier=VERIFIER):
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


class Device:
    """One device; ``host`` is the marketplace whose names it uses, None for the emulator's own."""

    def __init__(self, call, *, serial=SERIAL, tld=None):
        self.call, self.serial, self.tld = call, serial, tld
        call.signed_in = False

    def ask(self, service, method, path, **options):
        if self.tld:
            options["headers"] = {"Host": f"{service}.amazon.{self.tld}", **options.get("headers", {})}
        return self.call.ask(method, path, **options)

    def page(self, path="/ap/register", **changes):
        asked = {
            "openid.oa2.response_type": "code",
            "openid.oa2.code_challenge_method": "S256",
            "openid.oa2.code_challenge": challenge(),
            "openid.oa2.client_id": client_id(self.serial),
            "openid.oa2.scope": "device_auth_access offline_access",
            "openid.assoc_handle": "amzn_dp_project_dee_ios",
            "openid.return_to": f"https://www.amazon.{self.tld or 'com'}/ap/maplanding",
            "openid.pape.max_auth_age": "0",
            "openid.ns": "http://specs.openid.net/auth/2.0",
            "openid.identity": "http://specs.openid.net/auth/2.0/identifier_select",
        }
        asked = {name: value for name, value in {**asked, **changes}.items() if value is not None}
        return self.ask("www", "GET", path, **asked)

    def post(self, service, path, fields, **options):
        return self.ask(service, "POST", path, body=urlencode(fields), headers=FORM | options.get("headers", {}))

    def land(self, **changes):
        """The address on which the browser ends, after a name, a password and digits."""
        account = self.call.service.sign_in.account
        first = self.page(**changes)
        assert first.status == 200, first
        fields = {"ticket": ticket(first), "email": account["name"], "password": account["password"]}
        second = self.post("www", "/ap/signin", fields)
        third = self.post("www", "/ap/mfa", {"ticket": ticket(second), "otpCode": account["digits"]})
        assert third.status == 302, third
        return third.headers["Location"]

    def code(self, **changes):
        return parse_qs(urlsplit(self.land(**changes)).query)["openid.oa2.authorization_code"][0]

    def register(self, code, *, kinds=("bearer",), auth=None, said=None, **more):
        auth_data = {
            "client_id": client_id(self.serial),
            "authorization_code": code,
            "code_verifier": VERIFIER,
            "code_algorithm": "SHA-256",
            "client_domain": "DeviceLegacy",
            **(auth or {}),
        }
        registration = {
            "domain": "Device",
            "device_type": DEVICE_TYPE,
            "device_serial": self.serial,
            "device_name": "Ada's amazon-photos",
            "app_name": "amazon-photos",
            "app_version": "1",
            "device_model": "x",
            "os_version": "1",
            "software_version": "1",
            **(said or {}),
        }
        body = {
            "auth_data": {name: value for name, value in auth_data.items() if value is not None},
            "registration_data": registration,
            "requested_token_type": list(kinds),
            "cookies": {"domain": ".amazon.com", "website_cookies": []},
            "requested_extensions": ["device_info", "customer_info"],
            **more,
        }
        return self.ask("api", "POST", "/auth/register", body=body)

    def registered(self, **options):
        """The tokens of a device that has just been registered."""
        answer = self.register(self.code(), **options)
        assert answer.status == 200, answer
        return answer.json["response"]["success"]["tokens"]

    def access_token(self, refresh, **changes):
        return self.post("api", "/auth/token", self._trade(refresh, "access_token") | changes)

    def cookies(self, refresh, domain=".amazon.com", **changes):
        return self.post(
            "www", "/ap/exchangetoken/cookies", self._trade(refresh, "auth_cookies") | {"domain": domain} | changes
        )

    def jar(self, refresh, domain=".amazon.com"):
        """The cookies by name, without their quotes."""
        answer = self.cookies(refresh, domain)
        assert answer.status == 200, answer
        return {
            cookie["Name"]: cookie["Value"].strip('"')
            for cookie in answer.json["response"]["tokens"]["cookies"][domain]
        }

    def deregister(self, access):
        return self.ask("api", "POST", "/auth/deregister", headers={"Authorization": f"Bearer {access}"})

    def _trade(self, refresh, wanted):
        return {
            "source_token_type": "refresh_token",
            "source_token": refresh,
            "requested_token_type": wanted,
            "app_name": "amazon-photos",
            "app_version": "1",
        }


def ticket(page):
    return re.search(r'name="ticket" value="([^"]+)"', page.body.decode())[1]


def use(call, jar, path=INFO, **headers):
    """A call of the API with these cookies."""
    cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
    return call.ask("GET", path, headers={"Cookie": cookie, "x-amzn-sessionid": jar["session-id"], **headers})
