"""What somebody who runs an emulator holds in hand: where it is, how to sign in, what it was asked, how it behaves."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .access import Access
from .library.library import Library
from .options import Options, Sizes, read_invented
from .routes.dispatch import Dispatcher, RecordedRequest
from .sign_ins import SignIns


class Service:
    """A running emulator. It can be used from any thread."""

    def __init__(
        self,
        library: Library,
        url: str,
        access: Access,
        dispatcher: Dispatcher,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.library = library
        self.url = url
        self._access, self._dispatcher = access, dispatcher
        self.sign_in = SignIns(library, access)
        self._token = secrets.token_urlsafe(24)
        self._close = close
        self.on_stop: Callable[[], None] | None = None
        """What ``POST /_emulator/stop`` calls; None: it is not for whoever is in another process to stop it."""

    def __repr__(self) -> str:
        return f"<Service {self.url}>"

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that are signed in, by their names on the wire."""
        return self._access.cookies(self.library.options.region)

    @property
    def browser_cookies(self) -> dict[str, str]:
        """``cookies``, and what a browser would have besides: the one that renews a session."""
        region = self.library.options.region
        return {**self.cookies, **self._access.renewing_cookie(region)}

    @property
    def token(self) -> str:
        """What the control routes want in the header ``x-emulator-token``; another one at every start."""
        return self._token

    @property
    def environ(self) -> dict[str, str]:
        """Environment variables that lead a client here, and the token for whoever steers it (``EMULATOR_TOKEN``)."""
        named = {name.replace("-", "_"): value for name, value in self.cookies.items()}
        return {"AMAZON_PHOTOS_ENDPOINT": self.url, **named, "EMULATOR_TOKEN": self.token}

    @property
    def requests(self) -> list[RecordedRequest]:
        """Requests that were answered, in order, since the start or since the list was cleared.

        At most 100,000: when there are more, the older half is forgotten.
        """
        return self._dispatcher.seen

    def set(self, **options: Any) -> Options:
        """Change options in place. Raises ``InvalidInput``."""
        return self.library.set(options)

    def reset(
        self,
        files: int | None = None,
        *,
        seed: int = 0,
        sizes: Sizes = "small",
        relations: int | None = None,
        keys: int | None = None,
    ) -> None:
        """Clear the library, or invent one of so many files; no faults, no requests; the cookies stay.

        ``seed``, ``sizes``, ``relations`` and ``keys`` are those of ``running``. Raises ``InvalidInput`` for what
        cannot be meant.
        """
        self.library.reset(read_invented(files, seed, sizes, relations, keys)).result()
        self.start_over()

    def start_over(self) -> None:
        """Clear all that hangs on the library that was.

        No bytes of the old one, signed in, no faults, no requests.
        """
        self.library.sweep()
        self._access.sign_in_again()
        self.faults([])
        self.requests.clear()

    def faults(self, script: Sequence[Mapping[str, Any]]) -> None:
        """Make it go wrong on purpose, as ``emulator.faults`` describes; ``[]`` ends it.

        Raises ``InvalidInput``.
        """
        self._dispatcher.injector.inject(script)

    def stop(self) -> None:
        """Stop it: the other half of ``emulator.start``, and the same as ``close``. Twice does no harm."""
        self.close()

    def close(self) -> None:
        """Stop it, as the end of ``with running()`` does; a temporary library is gone then.

        Twice does no harm.
        """
        self._close()
