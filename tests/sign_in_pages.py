"""Signing in through the pages of a service, as a person does who reads a form and fills it in, without a browser."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

_KINDS = {"email": "name", "password": "password"}
"""What goes into a field of a kind; into any other visible one go the digits."""


class _Form(HTMLParser):
    """The form of a page: where it goes, and its fields with their kinds and values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, tuple[str, str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = named["action"]
        elif tag == "input" and "name" in named:
            self.fields[named["name"]] = (named.get("type", "text"), named.get("value", ""))

    def filled(self, account: Mapping[str, str]) -> bytes:
        values = {
            name: value if kind == "hidden" else account[_KINDS.get(kind, "digits")]
            for name, (kind, value) in self.fields.items()
        }
        return urllib.parse.urlencode(values).encode()


def sign_in(address: str, account: Mapping[str, str]) -> str:
    """Sign in at ``address``; gives the address of the page that this ends on."""
    where, page = _open(address)
    for _ in range(5):
        form = _Form(page)
        if not form.action:
            return where
        where, page = _open(urllib.parse.urljoin(where, form.action), form.filled(account))
    raise AssertionError(f"it never ended: {where}")


def find_address(text: str) -> str:
    """Find the address that a command has printed."""
    found = re.search(r"https?://\S+/ap/signin\?\S+", text)
    assert found, text
    return found[0]


def _open(address: str, data: Any = None) -> tuple[str, str]:
    try:
        with urllib.request.urlopen(address, data, timeout=30) as answer:
            return answer.url, answer.read().decode()
    except urllib.error.HTTPError as error:  # the page that one ends on cannot be found
        return str(error.url), error.read().decode()
