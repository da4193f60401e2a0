"""Lets connections in: as many as the emulator can serve; whoever comes then is told so and sent away at once.

asyncio's own server accepts as long as anybody waits, and where the system has no descriptor left it says so a
thousand times a second. So connections are accepted here, one after the other, and counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket

from aiohttp import web

MAX_CONNECTIONS = 1000
_KEPT = 48
"""Descriptors that serving takes besides: the library's database in each thread, and the files that come and go."""
_MIN_CONNECTIONS = 4
_MAX_RAISED = 4096
"""As far as the system's limit is raised: enough for all connections of a program that has some of its own."""
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_PAUSE = 0.1
"""Seconds until the next try, where even the descriptor that is kept for it does not help."""


def count_connections() -> int:
    """Count the connections that this process can serve.

    Raises its soft limit of open files where that is allowed.
    """
    try:
        import resource
    except ImportError:  # Windows, where sockets are no files
        return MAX_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_RAISED if hard == resource.RLIM_INFINITY else min(hard, _MAX_RAISED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    if soft == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(_MIN_CONNECTIONS, min(MAX_CONNECTIONS, soft - _count_open() - _KEPT))


def _count_open() -> int:
    try:
        return len(os.listdir("/dev/fd"))  # noqa: PTH208 - names are enough
    except OSError:
        return _KEPT


class Door:
    """Accepts what comes in at ``listener`` for ``server``, at most ``limit`` at once, until it is closed."""

    def __init__(self, server: web.Server, listener: socket.socket, limit: int) -> None:
        self._server, self._listener, self._limit = server, listener, limit
        self._spare = os.open(os.devnull, os.O_RDONLY)
        self._loop = asyncio.get_running_loop()
        self._listener.setblocking(False)
        self._closing = False
        self._accepting = self._loop.create_task(self._accept())

    async def close(self) -> None:
        """Let nobody in any more.

        Accepting is not cancelled, for a connection that has just come would be lost unclosed: it ends with the next
        one, which is ours if there is no other.
        """
        self._closing = True
        self._close_spare()
        with socket.socket(self._listener.family) as last:
            last.setblocking(False)
            last.connect_ex(self._listener.getsockname())
            await self._accepting
        self._listener.close()
        self._close_spare()

    async def _accept(self) -> None:
        while not self._closing:
            try:
                connection, _ = await self._loop.sock_accept(self._listener)
                if self._closing:
                    connection.close()
                elif len(self._server.connections) < self._limit:
                    await self._loop.connect_accepted_socket(self._server, connection)  # and it is counted
                else:
                    _refuse(connection)
            except OSError as error:  # whoever gave up while waiting is no reason to end
                if error.errno in _SHORT:
                    await self._turn_away()
            await asyncio.sleep(0)  # accepting waits for nothing while somebody is at the door

    async def _turn_away(self) -> None:
        """With the descriptor that is kept for this, one is let in as far as the door."""
        self._close_spare()
        try:
            connection, _ = self._listener.accept()
        except OSError:
            await asyncio.sleep(_PAUSE)
        else:
            _refuse(connection)
        with contextlib.suppress(OSError):
            self._spare = os.open(os.devnull, os.O_RDONLY)

    def _close_spare(self) -> None:
        spare, self._spare = self._spare, -1
        if spare >= 0:
            os.close(spare)


def _refuse(connection: socket.socket) -> None:
    """Say that there is no room, as far as that can be said without waiting."""
    with contextlib.suppress(OSError), connection:
        connection.setblocking(False)
        connection.send(_FULL)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1 << 16)  # what is left unread would take the answer away
