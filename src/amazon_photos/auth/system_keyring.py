"""The system's keyring as a place for a session (extra ``keyring``): Secret Service, KWallet, macOS, Windows.

::

    amazon-photos/family   a.0  a.1  …        one of two slots: what is written goes to the one that is not in use,
    amazon-photos/family   b.0  b.1  …        and counts when ``session.json`` names it; so a crash leaves the old

Windows takes 2,560 bytes for an entry, as UTF-16; a session has some five thousand characters, so it is cut in pieces.
Whatever asks the keyring may wait for a daemon that hangs or for somebody who is to type a password: it is asked in a
thread of its own, and given up after ``seconds``. What a back end says is not repeated, only the name of its error.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from ..errors import KeyringFailed

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
Slot = Literal["a", "b"]
MAX_ENTRY = 1_000
"""Characters of one entry: Windows takes 1,280."""
MAX_ENTRIES = 200
PATIENCE = 20.0
"""Seconds for one question to the keyring."""
NO_KEYRING = (
    "there is no keyring here (a server or container has none; else: pip install keyring); "
    "`amazon-photos login --store file` keeps the session in a file that only you can read"
)
_HINT_LOCKED = (
    "unlock it (log in to the desktop, or open its settings), or keep the session in a file that only you can read: "
    "`amazon-photos login --store file`"
)


class SystemKeyring:
    """The entries of one profile. Nothing is imported or asked before it is used."""

    def __init__(self, service: str, *, seconds: float = PATIENCE) -> None:
        self._service = service
        self._seconds = seconds

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._service}>"

    def find_backend(self) -> str | None:
        """Find out which keyring there is; None for none, or without the extra.

        Raises ``KeyringFailed`` when it does not answer.
        """
        if find_spec("keyring") is None:
            return None
        backend = self._ask("looking for it", _find_backend)
        return None if backend is None else f"{type(backend).__module__}.{type(backend).__qualname__}"

    def read(self, slot: Slot) -> str | None:
        """Read what a slot holds; None for nothing whole. Raises ``KeyringFailed``."""

        def read(backend: KeyringBackend) -> str | None:
            head, _, text = (backend.get_password(*self._entry(slot, 0)) or "").partition("|")
            if not head.isdecimal() or not 1 <= int(head) <= MAX_ENTRIES:
                return None
            rest = [backend.get_password(*self._entry(slot, number)) for number in range(1, int(head))]
            return None if None in rest else text + "".join(filter(None, rest))

        return self._use("reading", read)

    def write(self, slot: Slot, text: str) -> None:
        """Write a slot, the first piece last, and look whether it is there. Raises ``KeyringFailed``."""
        pieces = [text[start : start + MAX_ENTRY] for start in range(0, len(text), MAX_ENTRY)] or [""]
        text = ""  # a traceback may show what stands in here, or in the pieces
        if len(pieces) > MAX_ENTRIES:
            pieces.clear()
            raise KeyringFailed("the session is too large for a keyring")

        def write(backend: KeyringBackend) -> bool:
            for number in (*range(1, len(pieces)), 0):
                piece = pieces[number] if number else f"{len(pieces)}|{pieces[number]}"
                entry = self._entry(slot, number)
                backend.set_password(*entry, piece)
                if backend.get_password(*entry) != piece:  # one that cuts or forgets it would lose the one before, too
                    return False
            return True

        try:
            kept = self._use("writing", write)
        finally:
            pieces.clear()
        if not kept:
            raise KeyringFailed(f"the keyring did not keep what it was given; {_HINT_LOCKED}")

    def wipe(self, *slots: Slot) -> None:
        """Delete what the slots hold, also what a crash has left in them. Raises ``KeyringFailed``."""

        def wipe(backend: KeyringBackend) -> None:
            for slot in slots:
                for number in range(MAX_ENTRIES):
                    entry = self._entry(slot, number)
                    if number and backend.get_password(*entry) is None:  # the first may be missing: a crash left it so
                        break
                    _delete(backend, entry)

        self._use("deleting", wipe)

    def _entry(self, slot: Slot, number: int) -> tuple[str, str]:
        """Service and user. The service differs for each: Windows would move entries about that share one."""
        name = f"{slot}.{number}"
        return f"{self._service}/{name}", name

    def _use(self, doing: str, use: Callable[[KeyringBackend], T]) -> T:
        def work() -> T:
            backend = _find_backend()
            if backend is None:
                raise KeyringFailed
            return use(backend)

        return self._ask(doing, work)

    def _ask(self, doing: str, work: Callable[[], T]) -> T:
        answers: list[T] = []
        faults: list[str] = []

        def ask() -> None:
            try:
                answers.append(work())
            except BaseException as error:
                faults.append(type(error).__name__)

        thread = threading.Thread(target=ask, name="amazon-photos-keyring", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if answers:
            return answers[0]
        raise KeyringFailed(_explain(doing, faults[0] if faults else None, self._seconds))


def _find_backend() -> KeyringBackend | None:
    """The back end that keyring chooses. One that hides nothing counts only if somebody has named it."""
    try:
        Path.home()  # keyring asks for it; a container's user of a number and no name has none
        import keyring
        from keyring.backends import fail, null
    except (ImportError, RuntimeError):
        return None
    backend = keyring.get_keyring()
    if isinstance(backend, fail.Keyring | null.Keyring):
        return None
    named = "PYTHON_KEYRING_BACKEND" in os.environ
    return backend if named or keyring.core.recommended(backend) else None


def _delete(backend: KeyringBackend, entry: tuple[str, str]) -> None:
    from keyring.errors import PasswordDeleteError

    try:
        backend.delete_password(*entry)
    except PasswordDeleteError:
        if backend.get_password(*entry) is not None:
            raise


def _explain(doing: str, fault: str | None, seconds: float) -> str:
    if fault is None:
        return (
            f"the keyring did not answer within {seconds:g} seconds ({doing}): it waits for somebody to unlock it, or "
            f"hangs; {_HINT_LOCKED}"
        )
    if fault == "KeyringLocked":
        return f"the keyring is locked; {_HINT_LOCKED}"
    if fault in ("KeyringFailed", "NoKeyringError"):
        return NO_KEYRING
    return f"the keyring failed ({doing}: {fault}); {_HINT_LOCKED}"
