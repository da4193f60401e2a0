"""What every operation stands on: settings, credentials, the session, the catalogue, and how frames are made.

Nothing happens until something is asked for: constructing a client reads its cookies and settings, and sends
no request and touches no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, cast, get_args

from ..catalog.store import Store
from ..errors import BadInput
from ..model.node import Node
from ..net.credentials import Credentials
from ..net.session import Session
from ..settings import Settings
from ..wire import folders as wire_folders
from ..wire.message import Call
from .keep import Keep
from .progress import Progress

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

T = TypeVar("T")
DtypeBackend = Literal["pyarrow", "numpy_nullable"]
Engine = Literal["auto", "pyarrow", "fastparquet"]


class Core:
    """The state of a client. Operations are mixed in by concept (``aio.client``)."""

    def __init__(
        self,
        cookies: Mapping[str, str] | str | PathLike[str] | None = None,
        db_path: str | PathLike[str] | None = None,
        tmp: str | PathLike[str] | None = None,
        *,
        tld: str | None = None,
        endpoint: str | None = None,
        dtype_backend: DtypeBackend | None = None,
        engine: Engine | None = None,
        progress: bool | None = None,
        settings: Settings | None = None,
    ) -> None:
        given = {"tld": tld, "endpoint": endpoint, "catalog": None if db_path is None else fspath(db_path)}
        self.settings = settings.changed(**given) if settings else Settings.load(**given)
        self.dtype_backend = _one_of("dtype_backend", dtype_backend, DtypeBackend)
        self.engine = _one_of("engine", engine, Engine)
        self._credentials = Credentials.load(cookies, tld=self.settings.tld)
        self._keep = Keep(Path(tmp)) if tmp else None
        self._session = Session(self._credentials, self.settings, on_reply=self._keep)
        self._store = Store(self.settings.catalog)
        self._progress = Progress(shown=progress)
        self._root: Node | None = None

    def __repr__(self) -> str:
        where = self.settings.endpoint or f"amazon.{self._credentials.region.tld}"
        return f"<{type(self).__name__} {where} catalog={self.settings.catalog!r}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections. A second call does nothing; any other call afterwards raises ``Closed``."""
        await self._session.close()

    async def _send(self, call: Call[T]) -> T:
        return await self._session.send(call)

    async def _root_node(self) -> Node:
        if self._root is None:
            self._root = await self._send(wire_folders.root())
        return self._root

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        from .. import frames

        return frames.to_frame(table, dtype_backend=self.dtype_backend)


def _one_of(name: str, value: T | None, choices: Any) -> T | None:
    if value is not None and value not in get_args(choices):
        raise BadInput(f"{name} must be one of {', '.join(map(repr, get_args(choices)))}, not {value!r}")
    return cast("T | None", value)
