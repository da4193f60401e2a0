"""How the program ends: on Ctrl-C and SIGTERM, within two seconds, whatever it does at that moment."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time

_MAX_SECONDS = 1.5
"""Seconds that an orderly end may take. Then it ends as by ``kill -9``: what was acknowledged is on the disk."""
_LOOK = 0.1
_NUMBERS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Until it serves, a signal ends the program (seeding may take minutes); then it ends ``wait``.

    Python handles signals in the main thread, when that comes round to it. So a thread of its own hears of them, too,
    over a socket that the interpreter writes to at once, and ends the process when the orderly end takes too long.
    """

    def __init__(self) -> None:
        self._asked = self._serving = False
        self._wakeup_reader, self._wakeup_writer = socket.socketpair()
        self._wakeup_writer.setblocking(False)
        threading.Thread(target=self._watch, name="emulator-stopping", daemon=True).start()
        for number in _NUMBERS:
            signal.signal(number, self._ask)
        signal.set_wakeup_fd(self._wakeup_writer.fileno(), warn_on_full_buffer=False)

    def serving(self) -> None:
        self._serving = True

    def wait(self) -> None:
        while not self._asked:  # without a pause it would not let Ctrl-C through on Windows
            time.sleep(_LOOK)

    def ask(self) -> None:
        """End ``wait``, as a signal does."""
        self._asked = True

    def _ask(self, *_: object) -> None:
        self._asked = True
        if not self._serving:
            sys.exit(0)

    def _watch(self) -> None:
        while self._wakeup_reader.recv(1)[0] not in _NUMBERS:
            pass
        time.sleep(_MAX_SECONDS)
        with contextlib.suppress(OSError):
            os.write(1, b"Stopped.\n")
        os._exit(0)
