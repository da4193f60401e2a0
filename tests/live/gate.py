"""The interlock of ``make live``: every request passes it below the client, whatever the client would do.

* One request after the other, with a pause between them.
* Nothing but GET while nothing may be written; then only what makes nodes of this run's own name, and what changes,
  trashes or deletes nodes that the journal names. Anything else is refused, and ends the run.
* With ``may_sign_in`` also what trades a refresh token, and what takes its device back; registering does not pass here.
* No more rows of listings than ``MAX_NODES`` and no more contents than ``MAX_FILES``, unless all may be read.
* The first sign of trouble (no answer, 401, 429, 5xx, a web page; when writing, every refusal) closes it: nothing is
  sent any more.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import aiohttp
from aiohttp.base_protocol import BaseProtocol
from yarl import URL

from .journal import Journal

MAX_NODES = 200
MAX_FILES = 5
_NODE = re.compile(r"/drive/v1/nodes/([A-Za-z0-9_-]+)/?\Z")
_CHILDREN = re.compile(r"/drive/v1/nodes/([A-Za-z0-9_-]+)/children/?\Z")
_LISTING = re.compile(r"/drive/v1/(?:nodes|search|trash|nodes/[A-Za-z0-9_-]+/children)/?\Z")
_CONTENT = re.compile(r"/cdproxy/|/v2/download/|.*/contentRedirection\Z")
_UPLOAD = re.compile(r"/cdproxy/nodes/?\Z|/v2/upload\Z")
_SIGN_IN = ("/auth/token", "/auth/deregister", "/ap/exchangetoken/cookies")
_KINDS = ("FOLDER", "VISUAL_COLLECTION")
_TROUBLE = {401, 408, 429}

Handler = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]


class Refused(Exception):
    """The request was not sent: it may not be, or the run has ended."""


class NodesSpent(Refused):
    """The request was not sent: as many nodes as may be asked for were."""


class Gate:
    """A middleware of aiohttp's, and what it saw."""

    def __init__(self, *, pause: float) -> None:
        self.pause = pause
        self.sent: Counter[str] = Counter()
        self.nodes = self.files = 0
        self.closed: str | None = None
        """Why nothing is sent any more."""
        self.exit_code = 1
        """What that means for the run: see ``run``."""
        self.whole_library = False
        self.journal: Journal | None = None
        """With one, nodes may be made and changed."""
        self.own_name = ""
        self.may_sign_in = False
        self.foreseen: frozenset[int] = frozenset()
        """Refusals that are asked for: they close nothing."""
        self._led_to: set[str] = set()
        """Where redirections went: what is asked there was counted before."""
        self._turn = asyncio.Lock()
        self._next = 0.0

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Every session of aiohttp's that is made meanwhile sends through this gate."""
        make = aiohttp.ClientSession.__init__

        def init(session: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> None:
            make(session, *args, middlewares=(self,), **kwargs)

        with patch.object(aiohttp.ClientSession, "__init__", init):
            yield

    def close(self, why: str, exit_code: int = 1) -> None:
        """Let nothing through any more; the first reason counts."""
        if self.closed is None:
            self.closed, self.exit_code = why, exit_code

    @property
    def nodes_left(self) -> int:
        """How many nodes may still be asked for."""
        return sys.maxsize if self.whole_library else MAX_NODES - self.nodes

    async def __call__(self, request: aiohttp.ClientRequest, handler: Handler) -> aiohttp.ClientResponse:
        loop = asyncio.get_running_loop()
        async with self._turn:  # until it is answered: what the answer says holds for the next
            await asyncio.sleep(max(0.0, self._next - loop.time()))
            self._next = loop.time() + self.pause
            self._check_open()
            if request.method == "GET":
                self._spend(request)
                return await self._send(request, handler)
            return await self._write(request, handler)

    # --- parts

    def _check_open(self) -> None:
        if self.closed:
            raise Refused(f"nothing is sent any more: {self.closed}")

    def _spend(self, request: aiohttp.ClientRequest) -> None:
        """Raises ``NodesSpent`` before more is asked for than may be."""
        path, query = request.url.path, request.url.query
        if self.whole_library:
            return
        if _LISTING.match(path):
            rows = 1 if query.get("filters") == "isRoot:true" else int(query.get("limit", MAX_NODES))
        else:
            rows = 1 if _NODE.match(path) else 0
        files = 1 if _CONTENT.match(path) and path not in self._led_to else 0
        if self.nodes + rows > MAX_NODES or self.files + files > MAX_FILES:
            raise NodesSpent(f"no more than {MAX_NODES} nodes and {MAX_FILES} files are asked for")
        self.nodes, self.files = self.nodes + rows, self.files + files

    async def _send(self, request: aiohttp.ClientRequest, handler: Handler) -> aiohttp.ClientResponse:
        self.sent[request.method] += 1
        try:
            response = await handler(request)
        except BaseException as error:
            given_up = request.method == "GET" and isinstance(error, asyncio.CancelledError)  # by the client itself
            if not given_up:
                self.close(f"a request was not answered ({type(error).__name__})", 5)
            raise
        if "Location" in response.headers:
            self._led_to.add(URL(response.headers["Location"]).path)
        status, page = response.status, response.content_type == "text/html"
        if status in self.foreseen:
            return response
        if status in _TROUBLE or status >= 500 or page:
            self.close(f"Amazon answered with {'a web page' if page else status}", 4 if status == 401 else 5)
        elif status >= 400 and request.method != "GET":
            self.close(f"Amazon refused a change with {status}")
        return response

    async def _write(self, request: aiohttp.ClientRequest, handler: Handler) -> aiohttp.ClientResponse:
        body = await _read_json(request)
        making = self._permit(request, body)
        if making is None:
            return await self._send(request, handler)
        assert self.journal is not None
        number = self.journal.will_make(*making)
        response = await self._send(request, handler)
        if response.status in (200, 201):
            await self._record(number, making, request.url.query.get("parentNodeId"), response)
        elif 400 <= response.status < 500 and response.status not in _TROUBLE:
            self.journal.was_refused(number)
        return response

    def _permit(self, request: aiohttp.ClientRequest, body: Any) -> tuple[str, str] | None:
        """The kind and name of a node that is to be made; None for another change that is allowed.

        Raises ``Refused`` for what would touch anything else, and ends the run.
        """
        path, journal = request.url.path, self.journal
        if self.may_sign_in and request.method == "POST" and path in _SIGN_IN:
            return None
        if journal is not None:
            if (request.method, path) == ("POST", "/drive/v1/nodes"):
                if body.get("name") == self.own_name and body.get("kind") in _KINDS:
                    return body["kind"], self.own_name
            elif self._are_ours(_touched_ids(request, body)):
                if _UPLOAD.match(path):
                    return "FILE", request.url.query.get("name", "")
                if (found := _NODE.match(path)) and "name" in body:
                    journal.will_rename(found[1], str(body["name"]))
                return None
        self.close(f"the client was about to send a {request.method} that this run may not send: it was not sent")
        raise Refused(self.closed)

    def _are_ours(self, ids: Any) -> bool:
        """Whether all of them are nodes that were made by this run, or by the one that the journal is of."""
        assert self.journal is not None
        return bool(ids) and all(
            isinstance(node_id, str) and node_id.rpartition(":")[2] in self.journal.made for node_id in ids
        )

    async def _record(
        self, number: int, making: tuple[str, str], parent: str | None, response: aiohttp.ClientResponse
    ) -> None:
        """Write the new node's id down before the client learns of it; an answer may be another request's."""
        assert self.journal is not None
        body = await response.read()
        node = _read_object(body)
        node_id, kind, name = node.get("id"), *making
        ours = (node.get("kind"), node.get("name")) == (kind, name) and parent in (None, *(node.get("parents") or ()))
        if isinstance(node_id, str) and ours and node_id not in self.journal.made:
            self.journal.has_made(number, node_id)
        else:
            self.close("Amazon's answer to what was made names something else")
        content = aiohttp.StreamReader(BaseProtocol(asyncio.get_running_loop()), 1 << 20)
        content.feed_data(body)
        content.feed_eof()
        response.content = content  # the client reads it from there


def _touched_ids(request: aiohttp.ClientRequest, body: dict[str, Any]) -> Any:
    """The ids of the nodes that a change touches; none for a change that this program has no use for."""
    path = request.url.path
    match request.method, path:
        case "PATCH", "/drive/v1/trash" if not body.get("filters"):
            return body.get("value")
        case "POST", "/drive/v1/bulk/nodes/purge":
            return body.get("nodeIds")
        case "POST", _ if _UPLOAD.match(path):
            return [request.url.query.get("parentNodeId")]
        case "PATCH", _ if found := _CHILDREN.match(path):
            return [found[1], *(body.get("value") or [None])]
        case "PATCH", _ if (found := _NODE.match(path)) and "parents" not in body:
            return [found[1]]
    return None


async def _read_json(request: aiohttp.ClientRequest) -> dict[str, Any]:
    """A change's body; of an upload, nothing."""
    if _UPLOAD.match(request.url.path) or isinstance(request.body, AsyncIterable):
        return {}
    body = request.body if isinstance(request.body, bytes) else await request.body.as_bytes()
    return _read_object(body)


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
