"""What a client that blocks stands on: the async one, the thread with its loop, and how both come to their end."""

from __future__ import annotations

import weakref
from types import TracebackType
from typing import Any, ClassVar, NoReturn, Self, SupportsIndex

from ..aio.async_property import list_quiet_names
from ..aio.base import ClientBase
from ..aio.misuse import refuse_copy, same_parameters
from ..auth.saved_session import SessionInfo
from ..errors import WrongCall
from ..settings import Settings
from .loop_thread import LoopThread, blocking_property


class BlockingBase:
    """A client without operations: who adds some says of which async client they are."""

    _async_client: ClassVar[type[ClientBase]]
    _aio: ClientBase
    _loop_thread: LoopThread
    _finish: weakref.finalize[..., BlockingBase]

    @same_parameters(ClientBase.__init__)
    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        try:
            if kwargs.get("http_session") is not None:
                raise WrongCall("http_session belongs to its own event loop: give it to AsyncAmazonPhotos")
            self._aio = self._async_client(*args, **kwargs)
        except WrongCall as error:
            raise WrongCall(str(error).removeprefix("Async")) from None
        finally:
            del args, kwargs  # a traceback may show what stands in here
        self._loop_thread = LoopThread(self._aio.close)
        self._finish = weakref.finalize(self, self._loop_thread.stop)

    def __repr__(self) -> str:
        if not hasattr(self, "_aio"):  # a traceback may show one whose constructor failed
            return "<AmazonPhotos, not made>"
        return repr(self._aio).replace("<Async", "<", 1)

    def __dir__(self) -> list[str]:
        return list_quiet_names(self, blocking_property)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __aenter__(self) -> NoReturn:
        raise WrongCall("AmazonPhotos is used with `with`: for `async with` there is AsyncAmazonPhotos")

    async def __aexit__(self, *_: object) -> None:
        """For Python, which looks for it before it calls ``__aenter__``."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_copy(self)

    def close(self) -> None:
        """Close the connections.

        A second call does nothing; any other call afterwards raises ``ClientClosed``.
        """
        self._finish()

    def stop_transfers(self) -> bool:
        return self._aio.stop_transfers()

    @property
    def begun_runs(self) -> tuple[str, ...]:
        """The ids of the runs that this client has begun, in order: what ``history.undo`` takes. Sends nothing."""
        return self._aio.begun_runs

    @property
    def settings(self) -> Settings:
        """Time-outs, retries, how much at once: what this client was made with."""
        return self._aio.settings

    @property
    def session(self) -> SessionInfo:
        return self._aio.session


BlockingBase.stop_transfers.__doc__ = ClientBase.stop_transfers.__doc__
BlockingBase.session.__doc__ = ClientBase.session.__doc__
