"""Properties whose value may need a request: ``await ap.root`` here, ``ap.root`` in the blocking client.

Editors, debuggers and ``inspect.getmembers`` look at every attribute that ``dir`` lists. To look at a client must send
nothing, so ``dir(ap)`` leaves these properties out; ``dir`` of the class, ``help`` and the documents have them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar, overload

S = TypeVar("S")
R = TypeVar("R")


class async_property(Generic[S, R]):  # noqa: N801 - used as a decorator, like property
    """``@async_property`` on an async method makes a property that gives its coroutine.

    ``dir`` of a client leaves these names out (``list_quiet_names``).
    """

    def __init__(self, operation: Callable[[S], Coroutine[Any, Any, R]]) -> None:
        self.operation = operation
        self.__doc__ = operation.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> async_property[S, R]: ...
    @overload
    def __get__(self, instance: S, owner: type) -> Coroutine[Any, Any, R]: ...
    def __get__(self, instance: S | None, owner: type) -> async_property[S, R] | Coroutine[Any, Any, R]:
        return self if instance is None else self.operation(instance)


def list_quiet_names(client: object, kind: type) -> list[str]:
    """List the attributes that can be looked at without a request: all but properties of that ``kind``."""
    hidden = {name for part in type(client).__mro__ for name, value in vars(part).items() if isinstance(value, kind)}
    return [name for name in object.__dir__(client) if name not in hidden]
