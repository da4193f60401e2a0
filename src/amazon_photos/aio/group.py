"""Groups: a few operations about one concept, held together, such as ``ap.albums``.

A group is a plain class that holds the client and nothing else, so it is made when it is asked for. Its blocking twin
(``blocking.group``) has one line for each operation, as ``AmazonPhotos`` has.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from .base import ClientBase
from .misuse import passes_on

C = TypeVar("C", bound=ClientBase)
P = ParamSpec("P")
R = TypeVar("R")


class Group(Generic[C]):
    """Operations about one concept, on behalf of a client."""

    def __init__(self, client: C) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"


def of_client(
    operation: Callable[Concatenate[C, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[Group[C], P], Coroutine[Any, Any, R]]:
    """Make a group's method of one that the client has: same parameters, same docstring."""

    @passes_on
    def method(self: Group[C], /, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
        return operation(self._client, *args, **kwargs)

    return update_wrapper(method, operation)
