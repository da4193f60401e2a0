"""Groups of the blocking client: ``ap.albums`` is the blocking twin of the async client's."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, overload

from ..aio.group import Group as AsyncGroup
from .loop_thread import HasLoopThread

G = TypeVar("G", bound="Group")


class Group:
    """Operations about one concept, on behalf of a client: one line for each operation of the async group."""

    def __init__(self, group: AsyncGroup[Any], client: HasLoopThread) -> None:
        self._aio = group
        self._loop_thread = client._loop_thread
        self._client = client  # one that nobody holds closes

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"


class blocking_group(Generic[G]):  # noqa: N801 - stands where a property would
    """The blocking twin of a property that gives a group: ``albums = blocking_group(Client.albums, Albums)``."""

    def __init__(self, group: Any, twin: type[G]) -> None:
        self._group: property = group
        self._twin = twin
        self.__doc__ = group.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> blocking_group[G]: ...
    @overload
    def __get__(self, instance: HasLoopThread, owner: type) -> G: ...
    def __get__(self, instance: HasLoopThread | None, owner: type) -> blocking_group[G] | G:
        if instance is None:
            return self
        return self._twin(self._group.__get__(instance._aio), instance)
