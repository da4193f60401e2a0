"""A call is data: what to send, where, how to read the answer, and whether sending it twice is safe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar, cast

from ..model.regions import Host
from ..model.surprises import Note, note_nothing
from .bounds import MAX_REPLY

T = TypeVar("T")
Pieces = AsyncIterator[bytes | memoryview] | Iterator[bytes | memoryview]
"""A body, in pieces."""


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, fully read. Header names are in lower case.

    ``hide`` takes out of a text what must not be seen of it: whoever received the answer knows the cookies that it may
    repeat. ``elsewhere`` are the marketplaces that the account may be of, if not of this one.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    hide: Callable[[str], str] = field(default=_as_it_is, repr=False)
    elsewhere: tuple[str, ...] = field(default=(), repr=False)
    note: Note = field(default=note_nothing, repr=False)
    """Is told of what nobody has written down."""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes to upload: their exact number, and how to produce them (afresh for each attempt).

    Pieces of some 256 KiB are best: one that is not taken within the read time-out ends the request. What is in memory
    already comes from an ordinary iterator, which costs less.
    """

    length: int
    chunks: Callable[[], Pieces] = field(repr=False)
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One request. ``operation`` names it in errors and logs; ``path`` is below the service's address.

    Its ``repr`` says no more than a log may: parameters, headers and bodies can hold secrets.
    """

    operation: str
    host: Host = Host.DRIVE
    method: str = "GET"
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    body: Body | None = field(default=None, repr=False)
    decode: Callable[[Response], T] = field(repr=False)
    signed: bool = True
    """It carries the account's cookies, where its host may see them. What a public link shows needs none."""
    idempotent: bool = True
    """Sending it again after an unknown outcome does no harm."""
    retried_by: Literal["session", "caller"] = "session"
    """Who sends it again after a failure: ``Session.send``, or whoever sent it and knows what to look for first."""
    begin: Callable[[], None] | None = field(default=None, repr=False)
    """Is called once nothing else is waited for, before anything is sent; what it raises ends the call."""
    most: int = MAX_REPLY
    """Bytes that its answer may have."""


def with_date(call: Call[T]) -> Call[tuple[T, str]]:
    """Return the same call, whose answer comes with the text of its ``Date`` header: the service's clock."""

    def decode(reply: Response) -> tuple[T, str]:
        return call.decode(reply), reply.headers.get("date", "")

    return replace(cast("Call[Any]", call), decode=decode)
