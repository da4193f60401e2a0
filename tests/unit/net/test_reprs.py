"""What a log, a traceback or an error tracker sees of a request and its answer."""

import pytest

from amazon_photos.net.redirects import Target
from amazon_photos.net.response_body import Stream
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


@pytest.mark.parametrize("kind", HOLDERS)
def test_no_secret_stands_in_a_repr(kind):
    """It names the request, and holds neither what was sent nor what came, nor how they are handled."""
    holder, beginning = HOLDERS[kind]
    assert repr(holder).startswith(beginning)
    assert SECRET not in repr(holder)
