"""Bytes: originals, small pictures, and what was taken on this day."""

from __future__ import annotations

import hashlib

from ...model.regions import Host
from ..checks import LIST, among, both, has, header
from ..question import Ask, Differs, NothingToSee, Question, Seen
from .requests import begin

_REDIRECTION = "/nodes/{photo}/contentRedirection"
_NAMED = header("content-disposition", r"filename\*?=", "no file name in Content-Disposition")


def _is_16_bytes(seen: Seen) -> None:
    if len(seen.reply.body) != 16:
        raise Differs("another number of bytes")


def _is_redirected(seen: Seen) -> None:
    if not seen.redirected:
        raise Differs("the bytes instead of an address")


def _is_original(seen: Seen) -> None:
    if hashlib.md5(seen.reply.body, usedforsecurity=False).hexdigest() != seen.known["md5"]:
        raise Differs("other bytes than the node's MD5 says")


def _has_collections(seen: Seen) -> None:
    has(collections=LIST)(seen)
    found = seen.json["collections"]
    if not found:
        raise NothingToSee("nothing was taken on that day")
    has(among(found), nodes=LIST)(seen)


def _thumbnail(**params: str | int) -> Ask:
    return Ask(host=Host.THUMBNAILS, path="/thumbnail/{photo}", params={"viewBox": 64, **params})


QUESTIONS = (
    Question(
        fact="redirection-suffix",
        ask=begin(Host.DRIVE, _REDIRECTION, querySuffix="?download=true", ownerId="{owner}"),
        documented="contentRedirection with querySuffix redirects to the file, with its name, and to where Range works",
        statuses=(206,),
        check=both(_is_redirected, _NAMED, _is_16_bytes),
    ),
    Question(
        fact="redirection-plain",
        ask=begin(Host.DRIVE, _REDIRECTION, download="true", ownerId="{owner}"),
        documented="contentRedirection with download=true alone does the same",
        statuses=(206,),
        check=both(_is_redirected, _NAMED, _is_16_bytes),
    ),
    Question(
        fact="redirection-view-box",
        ask=Ask(path=_REDIRECTION, params={"querySuffix": "?viewBox=64", "ownerId": "{owner}"}),
        documented="querySuffix=?viewBox=W gives a smaller picture",
        check=header("content-type", "^image/", "no picture"),
    ),
    Question(
        fact="redirection-video",
        ask=begin(
            Host.DRIVE,
            "/nodes/{video}/contentRedirection",
            querySuffix="?videoTranscodeView=true&y=720",
            ownerId="{owner}",
        ),
        documented="querySuffix=?videoTranscodeView=true&y=720 streams a video",
        statuses=(200, 206),
        check=header("content-type", "^(video|application)/", "no video"),
    ),
    Question(
        fact="content-range",
        ask=begin(Host.CONTENT, "/nodes/{photo}"),
        documented="a Range gives 206 and those bytes",
        statuses=(206,),
        check=both(header("content-range", r"^bytes 0-15/", "another Content-Range"), _is_16_bytes),
    ),
    Question(
        fact="content-range-past-end",
        ask=begin(Host.CONTENT, "/nodes/{photo}", start="1000000000000", end=""),
        documented="a Range past the end gives 416",
        statuses=(416,),
    ),
    Question(
        fact="content-whole",
        ask=Ask(host=Host.CONTENT, path="/nodes/{small}", headers={"Accept-Encoding": "identity"}, most=4 << 20),
        documented="the exact original bytes",
        check=_is_original,
    ),
    Question(
        fact="thumbnail-jpeg",
        ask=_thumbnail(ownerId="{owner}"),
        documented="a JPEG",
        check=header("content-type", "^image/jpeg", "something else"),
    ),
    Question(
        fact="memories",
        ask=Ask(
            host=Host.MEMORIES,
            path="/memories/v1/collections/this_day_filtered",
            params={"day": "{day}", "month": "{month}", "includeContents": "true", "contentsSize": 1},
        ),
        documented="collections, each with its nodes",
        check=_has_collections,
    ),
)
