"""Properties whose value needs a request: ``await ap.root`` here, ``ap.root`` in the blocking client."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar, overload

S = TypeVar("S")
R = TypeVar("R")


class async_property(Generic[S, R]):  # noqa: N801 - used as a decorator, like property
    """``@Lazy`` on an async method makes a property that gives its coroutine."""

    def __init__(self, operation: Callable[[S], Coroutine[Any, Any, R]]) -> None:
        self.operation = operation
        self.__doc__ = operation.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> async_property[S, R]: ...
    @overload
    def __get__(self, instance: S, owner: type) -> Coroutine[Any, Any, R]: ...
    def __get__(self, instance: S | None, owner: type) -> async_property[S, R] | Coroutine[Any, Any, R]:
        return self if instance is None else self.operation(instance)
