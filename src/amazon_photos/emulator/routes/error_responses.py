"""What a refusal is on the wire: section "Errors and limits" of ``docs/api.md``, in one place.

Three kinds of host answer, and each spells its errors in its own way: ``site`` (``www.amazon.tld``), ``content`` (the
content proxies) and ``upload`` (the newer upload service).
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
from aiohttp import web

from amazon_photos.errors import FilterError

from .. import exceptions
from ..access import NotSignedIn
from ..clock import Clock

Host = Literal["site", "content", "upload"]
JSON = "application/json;charset=UTF-8"

_Body = dict[str, Any]
_FAULTS: Mapping[int, _Body] = {
    403: {"message": "Forbidden", "errorCode": "ForbiddenAccess"},
    404: {"message": "Not found", "code": "NODE_NOT_FOUND"},
    409: {"message": "Conflict", "code": ""},
    429: {"message": "Rate exceeded"},
    500: {"message": "Internal failure"},
}


def reply(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Make a JSON answer."""
    return web.Response(
        body=msgspec.json.encode(value), status=status, headers={"Content-Type": JSON, **(headers or {})}
    )


def refuse(refusal: exceptions.ServiceRefusal | FilterError, host: Host) -> web.Response:
    if host == "upload":
        return _refuse_upload(refusal)
    status, body = refusal_body(refusal)
    if host == "content" and isinstance(refusal, exceptions.NameTaken | exceptions.ContentKnown):
        body["id"] = body["info"]["nodeId"]  # code: two clients in daily use read it there
    return reply(body, status=status)


def refusal_body(refusal: exceptions.ServiceRefusal | FilterError) -> tuple[int, _Body]:
    for kind, status, write in _BODIES:
        if isinstance(refusal, kind):
            return status, {"logref": str(uuid.uuid4()), **write(refusal)}
    raise AssertionError(f"{type(refusal).__name__} has no body")


def fault_body(status: int) -> _Body | None:
    """Write what a fault script's status says; None where that is nothing, or a page."""
    said = _FAULTS.get(status)
    return {"logref": str(uuid.uuid4()), **said} if said and "code" in said else said


def sign_in_response(denial: NotSignedIn, host: Host, *, status: int = 401) -> web.Response:
    if denial.expired:
        return reply({"message": "Token has expired"}, status=status)
    if host == "site":
        return reply({"Message": "No Auth Method Provided"}, status=status)
    return reply({"logref": str(uuid.uuid4()), "message": "No Auth Method Provided", "code": ""}, status=status)


def unknown_path_response(*, as_json: bool = False) -> web.Response:
    if as_json:
        return reply({"message": "Not found", "code": ""}, status=404)
    return web.Response(text="<UnknownOperationException/>", status=404, content_type="application/xml")


def expired_link_response(status: int) -> web.Response:
    return reply({"message": "Link has expired", "errorCode": "ForbiddenAccess"}, status=status)  # guess


def _plain(code: str) -> Callable[[Any], _Body]:
    return lambda refusal: {"message": str(refusal), "code": code}


def _forbidden(code: str) -> Callable[[Any], _Body]:
    return lambda refusal: {"message": str(refusal), "errorCode": code}


def _filter(refusal: FilterError) -> _Body:
    return {"message": f"Invalid filter: {refusal.reason}", "code": ""}


def _name(refusal: exceptions.NameTaken) -> _Body:
    return {"message": str(refusal), "code": "NAME_ALREADY_EXISTS", "info": {"nodeId": refusal.existing_id}}


def _content(refusal: exceptions.ContentKnown) -> _Body:
    return {"message": str(refusal), "code": "MD5_DUPLICATE", "info": {"nodeId": refusal.existing_ids[0]}}


_BODIES: tuple[tuple[type[Exception], int, Callable[[Any], _Body]], ...] = (
    (FilterError, 400, _filter),
    (exceptions.MalformedRequest, 400, _plain("")),
    (exceptions.TokenExpired, 400, _plain("")),
    (exceptions.NoSuchNode, 404, _plain("NODE_NOT_FOUND")),
    (exceptions.NoSuchShare, 404, _plain("SHARE_NOT_FOUND")),  # the codes of these two are guesses
    (exceptions.NoSuchCluster, 404, _plain("CLUSTER_NOT_FOUND")),
    (exceptions.NameTaken, 409, _name),
    (exceptions.ContentKnown, 409, _content),
    (exceptions.FolderNotEmpty, 409, _plain("FOLDER_NOT_EMPTY")),  # guess
    (exceptions.QuotaExceeded, 403, _forbidden("InsufficientStorage")),
    (exceptions.RootUntouchable, 403, _forbidden("ForbiddenAccess")),
    (exceptions.OperationBlocked, 403, _forbidden("ForbiddenAccess")),  # guess: 2015's "operation is blocked"
    (exceptions.AccountElsewhere, 403, _plain("")),  # live: the text; the rest of the body is a guess
)


def _refuse_upload(refusal: exceptions.ServiceRefusal | FilterError) -> web.Response:
    """``{message, errorCode, timeStamp, requestId, errorDetails}``; recorded for duplicates, a guess for the rest."""
    status, body = refusal_body(refusal)
    details: _Body = {}
    code = body.get("errorCode") or body.get("code") or "InvalidRequest"
    if isinstance(refusal, exceptions.ContentKnown):
        code, details = "DuplicatesConflictError", {"conflictNodeIds": list(refusal.existing_ids)}
    elif isinstance(refusal, exceptions.NameTaken):
        details = {"conflictNodeIds": [refusal.existing_id]}
    answer = {
        "message": str(refusal),
        "errorCode": code,
        "timeStamp": Clock().now(),
        "requestId": secrets.token_hex(8),
        "errorDetails": details,
    }
    return reply(answer, status=status)
