"""The values of cookies, found in whatever spelling they come back."""

import base64
import html
import json
import re
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
