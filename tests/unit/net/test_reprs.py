"""What a log, a traceback or an error tracker sees of a request and its answer."""

import pytest

from amazon_photos.auth.credentials import Credentials
from amazon_photos.net.redirects import Target
from amazon_photos.net.response_body import Stream
from amazon_photos.net.session import Session
from amazon_photos.settings import Settings
from amazon_photos.wire.call import Body, Call, Response
from amazon_photos.wire.shares import Link

SECRET = "Atza|whoever-reads-this-has-the-account"


class Secret:
    def __repr__(self):
        return SECRET


HOLDERS = {
    "Stream": (Stream(200, {"set-cookie": SECRET}, "download", *[Secret()] * 4), "Stream(status=200, operation='dow"),
    "Target": (Target(f"https://x/{SECRET}", {"key": SECRET}), "Target()"),
    "Response": (
        Response(200, {"set-cookie": SECRET}, SECRET.encode(), *[Secret()] * 3),
        "Response(status=200)",
    ),
    "Body": (Body(3, Secret()), "Body(length=3, content_type='application/octet-stream')"),
    "Call": (
        Call(
            operation="nodes",
            path="/nodes",
            params={"key": SECRET},
            headers={"cookie": SECRET},
            json={"secret": SECRET},
            body=Secret(),
            decode=Secret(),
        ),
        "Call(operation='nodes', host=",
    ),
    "Link": (Link("ID", SECRET), "Link(id='ID')"),
}


@pytest.mark.parametrize(
    ("endpoint", "shown"), [("http://127.0.0.1:9", "<Session http://127.0.0.1:9>"), (None, "<Session amazon.com>")]
)
async def test_a_session_is_named_by_where_it_goes(endpoint, shown):
    """The service's address, or the marketplace's; no cookie."""
    session = Session(
        Credentials.load({"session-id": "1", "ubid-main": "2", "at-main": SECRET}), Settings(endpoint=endpoint)
    )
    assert repr(session) == shown
    await session.close()


@pytest.mark.parametrize("kind", HOLDERS)
def test_no_secret_stands_in_a_repr(kind):
    """It names the request, and holds neither what was sent nor what came, nor how they are handled."""
    holder, beginning = HOLDERS[kind]
    assert repr(holder).startswith(beginning)
    assert SECRET not in repr(holder)
