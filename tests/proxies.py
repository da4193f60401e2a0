"""A proxy on this machine, and Amazon's names behind it over real TLS: all of it ends at the emulator.

::

    client -- CONNECT www.amazon.com:443 --> proxy -- TLS, as www.amazon.com --> the emulator
    client -- GET http://www.amazon.com/ --> proxy --------------------------->  the emulator
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

_NAMES = "DNS:www.amazon.com,DNS:*.amazon.com,DNS:*.drive.amazonaws.com"
_LEAF = f"""subjectAltName={_NAMES}
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


def make_certificates(folder: Path) -> Path:
    """A CA of our own (``ca.pem``), and a certificate of it for Amazon's names (``amazon.pem`` and ``amazon.key``)."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout")
    (folder / "leaf.txt").write_text(_LEAF)
    usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    _openssl(folder, "req", "-x509", *key, "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "2", *usage)
    _openssl(folder, "req", "-new", *key, "amazon.key", "-out", "amazon.csr", "-subj", "/CN=amazon")
    signed_by = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "leaf.txt")
    _openssl(folder, "x509", "-req", "-in", "amazon.csr", *signed_by, "-out", "amazon.pem", "-days", "2")
    return folder / "ca.pem"


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)


class Proxy:
    """``seen`` has the first line of each request, ``headers`` its headers; ``wants`` is "user:password" or nothing."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.wants = ""
        self.refuses = ""
        self.url = ""
        self._emulator = self._tls = 0

    @contextlib.asynccontextmanager
    async def running(self, emulator: str, certificates: Path) -> AsyncIterator[Proxy]:
        """Run before the emulator at that address, with the certificate that ``make_certificates`` left there."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates / "amazon.pem", certificates / "amazon.key")
        self._emulator = urlsplit(emulator).port or 0
        async with (
            await asyncio.start_server(self._serve_tls, "127.0.0.1", 0, ssl=context) as behind,
            await asyncio.start_server(self._serve, "127.0.0.1", 0) as server,
        ):
            self._tls = behind.sockets[0].getsockname()[1]
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.rstrip("\r\n").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            self.seen.append(first)
            self.headers.append(headers)
            method, target, _ = first.split(" ")
            wanted = f"Basic {b64encode(self.wants.encode()).decode()}"
            if self.wants and headers.get("proxy-authorization") != wanted:
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            elif self.refuses:
                writer.write(f"HTTP/1.1 {self.refuses}\r\nContent-Length: 0\r\n\r\n".encode())
            elif method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _join(reader, writer, self._tls)
            else:
                path = target.split("/", 3)[-1]
                kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
                request = "\r\n".join([f"{method} /{path} HTTP/1.1", *kept, "Connection: close", "", ""])
                await _join(reader, writer, self._emulator, request.encode("latin-1"))
            await writer.drain()
        writer.close()

    async def _serve_tls(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await _join(reader, writer, self._emulator)
        writer.close()


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, first: bytes = b"") -> None:
    """Pass on what comes from either side until one of them ends."""
    there, back = await asyncio.open_connection("127.0.0.1", port)
    back.write(first)
    ways = [asyncio.create_task(_pass_on(reader, back)), asyncio.create_task(_pass_on(there, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        back.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
