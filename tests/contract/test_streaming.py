"""A search streams a library of any size in constant memory: neither what has come nor what comes next piles up."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from aiohttp import web

THERE = 150_000
STREAMING = """
import asyncio, gc, sys, tracemalloc
from amazon_photos import AsyncAmazonPhotos

def memory():
    gc.collect()
    return tracemalloc.get_traced_memory()[0]

async def work(url, folder):
    cookies = {"session-id": "1", "ubid-main": "2", "at-main": "Atza|3"}
    async with AsyncAmazonPhotos(cookies, catalog=f"{folder}/ap.parquet", endpoint=url, progress=False) as ap:
        came = 0
        async for node in ap.search().nodes():
            came += 1
            if came == 40_000:
                before = memory()
            if came == 140_000:
                print(memory() - before)
        print(came)

tracemalloc.start()
asyncio.run(work(*sys.argv[1:]))
"""


async def page(request: web.Request) -> web.Response:
    start, limit = int(request.query["offset"]), int(request.query["limit"])
    data = [{"id": f"{number:022}", "kind": "FILE"} for number in range(start, min(start + limit, THERE))]
    return web.json_response({"count": THERE, "data": data})


@pytest.mark.slow
async def test_a_search_takes_the_same_memory_for_a_library_of_any_size(tmp_path: Any) -> None:
    """From 40,000 nodes, when ids have begun to leave the memory, to 140,000 Python allocates nothing that stays.

    Nor does SQLite (``test_seen_ids``).
    """
    runner = web.ServerRunner(web.Server(page))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    try:
        run = await asyncio.create_subprocess_exec(
            sys.executable, "-c", STREAMING, url, str(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        said, complained = await asyncio.wait_for(run.communicate(), 300)
    finally:
        await runner.cleanup()
    assert run.returncode == 0, complained.decode()
    grown, came = map(int, said.split())
    assert came == THERE
    assert grown < 1_000_000  # bytes; a set of ids takes 6 million
