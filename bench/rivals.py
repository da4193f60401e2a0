"""What others do for the same: curl, rclone, httpx, aiohttp and md5sum.

Each checks that everything arrived. rclone compares sizes besides, since nginx tells no hashes; aiohttp computes the
MD5 of every body.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import programs
from .children import Done, run
from .clients import PARALLEL
from .figure import NotRun
from .workshop import seconds

if TYPE_CHECKING:
    import aiohttp
    import httpx

_BLOCK = 1 << 18


# --- curl ------------------------------------------------------------------------------------------------------------


def curl_down(url: str, ids: Mapping[str, str], out: Path) -> float:
    """``ids`` gives the id of each file by its name."""
    pairs = [(f"{url}/cdproxy/nodes/{node}", out / name) for name, node in ids.items()]
    return _curl([f'url = "{address}"\noutput = "{path}"\n' for address, path in pairs], out)


def curl_up(url: str, files: Sequence[Path], scratch: Path) -> float:
    pairs = [(f"{url}/cdproxy/nodes?name={path.name}&kind=FILE&parentNodeId=root", path) for path in files]
    lines = [f'url = "{address}"\nupload-file = "{path}"\n' for address, path in pairs]
    return _curl(lines, scratch, "--request", "POST", "--header", "Expect:")


def _curl(lines: Iterable[str], scratch: Path, *options: str) -> float:
    configuration = scratch / ".curl"
    configuration.write_text("".join(lines))
    command = [programs.find("curl") or "curl", "--silent", "--show-error", "--fail", "--parallel"]
    command += ["--parallel-max", str(PARALLEL), *options, "--config", str(configuration)]
    took = seconds(lambda: _run(command))
    configuration.unlink()
    return took


def _run(command: Sequence[str]) -> None:
    run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode:
        raise NotRun(f"{Path(command[0]).name} failed: {(run.stderr.strip().splitlines() or ['no word'])[-1]}")


# --- rclone ----------------------------------------------------------------------------------------------------------


def rclone_down(url: str, count: int, out: Path) -> Done:
    """All that the address lists; seconds and peak memory. It has no way to send to a service like ours."""
    program = programs.find("rclone") or "rclone"
    command = [program, "copy", ":http:", str(out), "--http-url", f"{url}/cdproxy/nodes/"]
    at_once = ["--transfers", str(PARALLEL), "--checkers", str(PARALLEL)]
    done = run([*command, *at_once], {"RCLONE_CONFIG": ""})
    if sum(1 for _ in out.iterdir()) != count:
        raise NotRun("rclone did not fetch every file")
    return done


# --- httpx -----------------------------------------------------------------------------------------------------------
#
# Twice: as people write it, everything at once into a client whose ``limits`` allow so many connections; and ``fed``,
# by as many tasks as there are connections, which spares its pool from looking through all that wait.


def httpx_down(url: str, ids: Mapping[str, str], out: str, fed: bool) -> float:
    """In a child: bare streaming into files."""

    async def fetch(http: httpx.AsyncClient, name: str) -> None:
        async with http.stream("GET", f"{url}/cdproxy/nodes/{ids[name]}") as answer:
            answer.raise_for_status()
            with Path(out, name).open("wb") as file:
                async for chunk in answer.aiter_bytes():
                    file.write(chunk)

    return asyncio.run(_timed(ids, fetch, fed=fed))


def httpx_up(url: str, files: Sequence[str], fed: bool) -> float:
    """In a child: bare streaming from files."""

    async def send(http: httpx.AsyncClient, path: str) -> None:
        params = {"name": Path(path).name, "kind": "FILE", "parentNodeId": "root"}
        headers = {"Content-Length": str(Path(path).stat().st_size)}
        answer = await http.post(f"{url}/cdproxy/nodes", params=params, headers=headers, content=_blocks(path))
        answer.raise_for_status()

    return asyncio.run(_timed(files, send, fed=fed))


async def _blocks(path: str) -> AsyncIterator[bytes]:
    with Path(path).open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


async def _timed(items: Iterable[str], do: Callable[[Any, str], Awaitable[None]], *, fed: bool) -> float:
    import httpx

    waiting = iter(items)

    async def hand(http: httpx.AsyncClient) -> None:
        for item in waiting:
            await do(http, item)

    limits = httpx.Limits(max_connections=PARALLEL, max_keepalive_connections=PARALLEL)
    async with httpx.AsyncClient(limits=limits, timeout=600) as http:
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*([hand(http) for _ in range(PARALLEL)] if fed else [do(http, item) for item in items]))
        return asyncio.get_running_loop().time() - began


# --- aiohttp ---------------------------------------------------------------------------------------------------------
#
# As somebody writes it who knows it well: as many tasks as connections, bodies as they come, their MD5 as they pass.


def aiohttp_down(url: str, ids: Mapping[str, str], out: str) -> float:
    """In a child: streaming into files."""
    return asyncio.run(_by_hands(ids, partial(_fetch, url=url, ids=ids, out=out)))


async def _fetch(http: aiohttp.ClientSession, name: str, *, url: str, ids: Mapping[str, str], out: str) -> None:
    digest, path = hashlib.md5(), Path(out, name)
    async with http.get(f"{url}/cdproxy/nodes/{ids[name]}", raise_for_status=True) as answer:
        with path.open("wb") as file:
            async for chunk in answer.content.iter_chunked(_BLOCK):
                digest.update(chunk)
                file.write(chunk)
        assert path.stat().st_size == answer.content_length
    digest.hexdigest()


def aiohttp_up(url: str, files: Sequence[str]) -> float:
    """In a child: streaming from files; the MD5 has to be the one that the answer tells."""
    return asyncio.run(_by_hands(files, partial(_send, url=url)))


async def _send(http: aiohttp.ClientSession, path: str, *, url: str) -> None:
    digest = hashlib.md5()

    async def body() -> AsyncIterator[bytes]:
        async for block in _blocks(path):
            digest.update(block)
            yield block

    params = {"name": Path(path).name, "kind": "FILE", "parentNodeId": "root"}
    headers = {"Content-Length": str(Path(path).stat().st_size)}
    async with http.post(f"{url}/cdproxy/nodes", params=params, headers=headers, data=body()) as answer:
        answer.raise_for_status()
        assert (await answer.json())["contentProperties"]["md5"] == digest.hexdigest()


async def _by_hands(items: Iterable[str], do: Callable[[aiohttp.ClientSession, str], Awaitable[None]]) -> float:
    import aiohttp

    waiting = iter(items)

    async def hand(http: aiohttp.ClientSession) -> None:
        for item in waiting:
            await do(http, item)

    connector = aiohttp.TCPConnector(limit=PARALLEL, ssl=ssl.create_default_context())
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(600)) as http:
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(hand(http) for _ in range(PARALLEL)))
        return asyncio.get_running_loop().time() - began


# --- md5sum ----------------------------------------------------------------------------------------------------------


def md5sum(files: Sequence[Path]) -> float:
    """Two at once."""
    command = [programs.find("xargs") or "xargs", "-0", "-P2", "-n50", "md5sum"]
    names = "\0".join(map(str, files)).encode()
    return seconds(lambda: subprocess.run(command, input=names, stdout=subprocess.DEVNULL, check=True))
