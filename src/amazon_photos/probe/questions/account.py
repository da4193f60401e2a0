"""The account: whether the session lives, and what is stored."""

from __future__ import annotations

from ..checks import DATE, NUMBER, OBJECT, TEXT, WHOLE, Kind, among, get, has, one_of, optional
from ..question import Ask, Question, Seen
from .requests import drive

_USAGE = drive("/account/usage")
_KINDS = ("doc", "photo", "video", "other")
_URL = Kind("an address", lambda value: isinstance(value, str) and value.startswith(("https://", "http://")))


def _numbers(seen: Seen) -> None:
    for kind in _KINDS:
        for share in ("billable", "total"):
            if kind in seen.json:
                has(among([get(seen.json, f"{kind}.{share}")]), bytes=WHOLE, count=WHOLE)(seen)


QUESTIONS = (
    Question(
        fact="account-info",
        ask=drive("/account/info"),
        documented="termsOfUse, and status ACTIVE",
        check=has(termsOfUse=TEXT, status=one_of("ACTIVE")),
    ),
    Question(
        fact="usage-kinds",
        ask=_USAGE,
        documented="doc, photo, video and other, also those with nothing in them",
        check=has(**dict.fromkeys(_KINDS, OBJECT)),
    ),
    Question(
        fact="usage-numbers",
        ask=_USAGE,
        documented="bytes and count, billable and total, of each kind that is there",
        check=_numbers,
    ),
    Question(
        fact="usage-calculated",
        ask=_USAGE,
        documented="lastCalculated, a date",
        check=has(lastCalculated=DATE),
    ),
    Question(
        fact="account-quota",
        ask=drive("/account/quota"),
        documented="quota and available in bytes, and lastCalculated",
        check=has(quota=NUMBER, available=NUMBER, lastCalculated=DATE),
    ),
    Question(
        fact="endpoint-discovery",
        ask=Ask(path="/account/endpoint", may_refuse=True),
        documented="the addresses of the services, any of which may be missing",
        check=has(
            metadataUrl=optional(_URL),
            contentUrl=optional(_URL),
            uploadServiceUrl=optional(_URL),
            downloadServiceUrl=optional(_URL),
            thumbnailServiceUrl=optional(_URL),
        ),
    ),
)
