"""The values of cookies, found in whatever spelling they come back."""

import base64
import html
import json
import re
import time
from urllib.parse import quote, quote_plus

import pytest

from amazon_photos.auth.redaction import Secrets

VALUE = 'Atza|IwEB+k/3="q~A.b-C_d 0123456789ABCDEF'


BARE = VALUE.partition("|")[2]
AROUND = [("", ""), ("a", ";"), ("ab", ";b"), ("a=", "")]
PACKED = [f"{before}{value}{after}".encode() for value in (VALUE, BARE) for before, after in AROUND]
SPELLED = {
    *(VALUE, BARE, VALUE.lower(), VALUE.replace('"', "\\042"), html.escape(VALUE), f'"{VALUE}"'),
    *(quote(VALUE), quote(VALUE, safe=""), quote(quote(VALUE, safe=""), safe="")),
    *(quote_plus(VALUE), quote(BARE, safe=""), json.dumps(VALUE), json.dumps(json.dumps(VALUE))),
    "".join(c if c.isalnum() else f"\\u{ord(c):04X}" for c in VALUE),
    *(base64.b64encode(text).decode() for text in PACKED),
    *(base64.urlsafe_b64encode(text).decode() for text in PACKED),
}


@pytest.mark.parametrize("spelled", sorted(SPELLED))
def test_every_spelling_is_hidden(spelled: str) -> None:
    """Whole, and nothing around it."""
    hidden = Secrets([VALUE]).hide(f"before {spelled} after")
    assert re.fullmatch(r"before \S{0,8}…\S{0,8} after", hidden), hidden


@pytest.mark.parametrize("text", ["", "Token has expired", "IwEB", "0123456789ABCDEF", "Atza", "a" * 100_000])
def test_all_else_stays(text: str) -> None:
    """What is no cookie is not touched, and neither is what only shares a piece with one."""
    assert Secrets([VALUE, "142-1234567-1234567"]).hide(text) == text


def test_a_value_that_is_kept_encoded_is_known_decoded() -> None:
    """Cookies that came percent-encoded are repeated by servers as they understood them."""
    assert Secrets(["abc%2Fdef%3Dghi%2Bjkl"]).hide("a abc/def=ghi+jkl b abc%2Fdef%3Dghi%2Bjkl") == "a … b …"


def test_short_values_are_no_secrets() -> None:
    """A cookie of a few letters would be found in every word."""
    assert Secrets(["on", "1234567"]).hide("on and on, 1234567") == "on and on, 1234567"


def test_what_is_replaced_stays_hidden_and_bounded() -> None:
    """Living values are never forgotten, however many others come by."""
    secrets = Secrets(["living-value-1"])
    secrets.add("living-value-2", instead_of="living-value-1")
    assert secrets.hide("living-value-1 living-value-2") == "… …"
    for number in range(1000):
        secrets.add(f"passing-value-{number:04}")
    assert secrets.hide("living-value-2 passing-value-0999 passing-value-0000") == "… … passing-value-0000"
    secrets.add("passing-value-0999", instead_of="living-value-2")
    for number in range(1000, 2000):
        secrets.add(f"passing-value-{number:04}")
    assert secrets.hide("passing-value-0999") == "…"


def test_an_error_is_cleaned_everywhere() -> None:
    """Message, attributes and notes."""
    error = OSError(5, f"no {VALUE}")
    error.code = f"code {VALUE}"  # type: ignore[attr-defined]
    error.add_note(f"note {VALUE}")
    Secrets([VALUE]).clean(error)
    assert error.args == (5, "no …")
    assert vars(error) == {"code": "code …", "__notes__": ["note …"]}


ODD = 'a\\b\\\\"c\\134d 0123456789'


@pytest.mark.parametrize(
    "spelled",
    [
        ODD,
        json.dumps(ODD),
        json.dumps(json.dumps(ODD)),
        quote(ODD),
        quote_plus(ODD),
        quote(quote(ODD)),
        html.escape(ODD),
    ],
)
def test_a_value_that_no_cookie_can_have_is_hidden_all_the_same(spelled: str) -> None:
    """Whoever sent backslashes in a cookie does not read them in an error (fault E3)."""
    hidden = Secrets([ODD]).hide(f"before {spelled} after")
    assert re.fullmatch(r"before \S{0,4}…\S{0,4} after", hidden), hidden


STARTS = ["|", '"', "%", "&", "+", " ", "\\", "\\" * 8, '\\"' * 8, "%25" * 8, "\\134" * 8]
BODIES = ["\\", "&#0", "&#x0", "%", "25", "%25", '\\\\"', "|", "\\134", "\\u005c"]


@pytest.mark.parametrize("start", STARTS)
def test_a_text_of_a_hostile_server_takes_no_longer_than_it_is_long(start: str) -> None:
    """Eight times the text takes about eight times as long, and not sixty-four times, whatever stands in it; in the
    CPU's time, of which others on the machine take none (fault E4)."""
    secrets = Secrets([start + "x0123456789y"])
    for body in BODIES:

        def spent(length: int, text: str = body) -> float:
            hostile = f"{text * (length // len(text))} 0123456789"
            times = []
            for _ in range(3):
                began = time.process_time()
                secrets.hide(hostile)
                times.append(time.process_time() - began)
            return min(times)

        spent(1000)
        short = max(spent(4000), 1e-4)
        assert spent(32000) / short < 32, body


@pytest.mark.parametrize("value", [VALUE, ODD, *STARTS])
def test_no_pattern_repeats_without_bound(value: str) -> None:
    """What may stand any number of times is read again from each of its places (fault E4)."""
    secrets = Secrets([value + "x0123456789y"])
    (secret,) = secrets._living.values()
    assert not re.search(r"(?<!\\)[*+]|,\}", re.sub(r"\\.", "", secret.pattern.pattern))
