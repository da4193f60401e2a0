"""The library's advice in the words of the command line: commands and options for calls and arguments.

The library knows nothing of commands, and what it says is right for those who call it; so it is put into other words in
this one place, by rules, and a test holds every message of the library to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_OBJECT = r"(?:\bap\.|\bAmazonPhotos\.|\bcatalog\.)*"
_LISTED_GROUPS = "albums|people|places|things"
_OPTIONS = "|".join(
    (
        "catalog", "conflict", "cookies", "dry_run", "endpoint", "favorite_rating", "junk", "max_delete", "on_exists",
        "out", "profile", "report", "sidecars", "tld",
    )
)  # fmt: skip
"""Arguments that are options of the same name."""
_CALLS = {"query": "search", "nodes": "find", "find": "find", "sql": "sql", "frame": "find", "download": "download"}
"""Methods, and the commands that do the same."""
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"There are three ways to give them:"), "There are three ways to sign in:"),
    (
        re.compile(r"1\. AmazonPhotos\(cookies=\{.*"),
        "1. `amazon-photos login`, once: it takes them from a browser, or asks",
    ),
    (
        re.compile(r"3\. AmazonPhotos\(cookies=.*"),
        "3. --cookies cookies.txt: a file that a browser extension exported",
    ),
    (
        re.compile(r"sign in to Amazon Photos in a browser and copy (session-id, ubid-… and at-… again)"),
        r"run `amazon-photos login`, or sign in to Amazon Photos in a browser and copy \1",
    ),
    (re.compile(_OBJECT + r"refresh\(relations=True\)"), "`amazon-photos refresh --relations`"),
    (re.compile(_OBJECT + r"refresh\(full=True\)"), "`amazon-photos refresh --full`"),
    (re.compile(_OBJECT + r"refresh\(\)"), "`amazon-photos refresh`"),
    (re.compile(rf"{_OBJECT}\b({_LISTED_GROUPS})\.list\(\)"), r"`amazon-photos \1 list`"),
    (re.compile(_OBJECT + r"history\.list\(\)"), "`amazon-photos history`"),
    (re.compile(_OBJECT + r"create_folders\('([^']*)'\) makes it"), "uploading into it makes it"),
    (re.compile(r"\baggregations\('(people|things)'\)"), r"`amazon-photos \1 list`"),
    (re.compile(r"\baggregations\('location'\)"), "`amazon-photos places list`"),
    (re.compile(r"\bquery\(save=False\)"), "`amazon-photos search`"),
    (re.compile(_OBJECT + r"relation_keys\(\)"), "`amazon-photos albums list` (or people, places, things)"),
    (re.compile(rf"{_OBJECT}\b({'|'.join(_CALLS)})\(\)"), lambda found: f"`amazon-photos {_CALLS[found[1]]}`"),
    (re.compile(_OBJECT + r"surprises\(\)"), "`amazon-photos probe`"),
    (re.compile(r"; a table is read by pandas first: .*"), ""),
    (re.compile(r"\bsave_plan\b"), "--plan"),
    (re.compile(r"\bSettings\((\w+)=False\)"), r"the setting \1 = false"),
    (re.compile(r"\bSettings\((\w+)=…\)"), r"the setting \1"),
    (re.compile(r", and read\(\) takes .* or say max_bytes=…"), ""),
    (re.compile(r"\b(max_delete|on_exists|favorite_rating)\b(?!=)"), r"--\1"),
    (re.compile(rf"\b({_OPTIONS})=True\b"), r"--\1"),
    (re.compile(rf"\b({_OPTIONS})=(?=\S)"), r"--\1 "),
    (re.compile(rf"\b({_OPTIONS})="), r"--\1"),
)
_LONG = re.compile(r"--[a-z_]+")
_QUOTED = re.compile(r"""(?<![\w(])(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""")
"""What somebody else has named or said; the arguments of calls, behind a bracket, are ours."""


def to_command_line(text: str) -> str:
    """Translate what the library says into the words of the command line; what is quoted stays as it is."""
    quoted: list[str] = []

    def keep(found: re.Match[str]) -> str:
        quoted.append(found[0])
        return f"\0{len(quoted) - 1}\0"

    text = _QUOTED.sub(keep, text.replace("\0", ""))
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    text = _LONG.sub(lambda found: found[0].replace("_", "-"), text)
    return re.sub("\0(\\d+)\0", lambda found: quoted[int(found[1])], text)
