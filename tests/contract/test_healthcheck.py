"""Monitors are told how a run is: by real HTTP, in a bounded time, and without giving their address away."""

import asyncio
import contextlib
import logging
import traceback

import pytest
from aiohttp import web

from amazon_photos import Settings
from amazon_photos.errors import InvalidInput, NetworkError
from amazon_photos.net.healthcheck import MAX_TEXT, ping
from amazon_photos.net.monitor_address import check_healthcheck

SECRET = "5f0a2d6e-secret"


class Monitor:
    """A monitor; ``answers`` says what it does with each request, the last of them with all that follow."""

    def __init__(self):
        self.seen = []
        self.answers = [lambda request: web.Response(text="OK")]
        self.url = ""

    async def answer(self, request):
        body = await request.text()
        self.seen.append((request.method, request.raw_path, body, dict(request.headers)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        response = answer(request)
        return await response if asyncio.iscoroutine(response) else response

    @property
    def paths(self):
        return [path for _, path, _, _ in self.seen]


@pytest.fixture
async def monitor(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monitor = Monitor()
    server = web.Application()
    server.router.add_route("*", "/{rest:.*}", monitor.answer)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    monitor.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/{SECRET}"
    yield monitor
    await runner.cleanup()


def status(number, **headers):
    return lambda request: web.Response(status=number, headers=headers)


async def hang(request):
    await asyncio.sleep(3600)


async def pour(request):
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(b"x" * 65536)
    return response


@pytest.mark.parametrize(
    ("signal", "path"),
    [("start", "/start"), ("success", ""), ("fail", "/fail"), (0, "/0"), (3, "/3"), (143, "/143")],
)
async def test_what_is_told(monitor, signal, path):
    """Each signal has its path behind the address; the text is the body, and nothing else of us is sent."""
    await ping(monitor.url, signal, "1,204 files uploaded")
    [(method, told, body, headers)] = monitor.seen
    assert (method, told, body) == ("POST", f"/{SECRET}{path}", "1,204 files uploaded")
    assert not {"Cookie", "Authorization", "x-amzn-sessionid"} & set(headers)
    assert headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("given", "told"),
    [("?create=1&a=%2F", "/start?create=1&a=%2F"), ("/", "/start"), ("/a%2Fb", "/a%2Fb/start")],
)
async def test_the_path_comes_before_what_is_asked(monitor, given, told):
    """Query strings stay behind the path, and escapes are as they were."""
    await ping(monitor.url + given, "start")
    assert monitor.paths == [f"/{SECRET}{told}"]


async def test_a_long_text_is_cut(monitor):
    """No more is sent than a monitor keeps, and half a character breaks nothing."""
    await ping(monitor.url, "fail", "\ud800" + "ä" * MAX_TEXT)
    assert len(monitor.seen[0][2].encode()) <= MAX_TEXT


@pytest.mark.parametrize("number", [500, 503, 429])
async def test_what_may_pass_is_tried_again(monitor, number):
    """Twice more; then it is told."""
    monitor.answers[:0] = [status(number), status(number)]
    await ping(monitor.url, patience=2)
    assert len(monitor.seen) == 3


@pytest.mark.parametrize(("number", "tries"), [(500, 3), (404, 1), (410, 1)])
async def test_a_refusal_is_an_error_with_the_host_only(monitor, number, tries):
    """It says what was answered; what no other try mends is tried once."""
    monitor.answers = [status(number)]
    with pytest.raises(NetworkError, match=rf"^healthcheck: 127.0.0.1 was not told: it answers {number}$"):
        await ping(monitor.url, patience=2)
    assert len(monitor.seen) == tries


@pytest.mark.parametrize("answer", [hang, lambda request: hang(request)])
async def test_one_that_hangs_is_left(monitor, answer):
    """In the time that it was given, whatever number of tries that is."""
    monitor.answers = [answer]
    with pytest.raises(NetworkError, match="no answer in time"):
        await asyncio.wait_for(ping(monitor.url, patience=0.5), 30)


async def test_an_endless_answer_is_not_read(monitor):
    """That it answers is all that matters."""
    monitor.answers = [pour]
    await asyncio.wait_for(ping(monitor.url), 30)
    assert len(monitor.seen) == 1


async def test_a_redirect_is_followed(monitor):
    """To where it says, with the same text."""
    monitor.answers[:0] = [status(307, Location="/elsewhere")]
    await ping(monitor.url, "fail", "text")
    assert [(path, body) for _, path, body, _ in monitor.seen] == [(f"/{SECRET}/fail", "text"), ("/elsewhere", "text")]


@pytest.mark.parametrize(
    "location", ["https://127.0.0.1/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "", "http://[::1/"]
)
async def test_no_redirect_to_something_else(monitor, location):
    """Another scheme, or no address: it is not followed, and that is said."""
    monitor.answers = [status(302, Location=location)]
    with pytest.raises(NetworkError, match="not followed"):
        await ping(monitor.url)
    assert len(monitor.seen) == 1


async def test_redirects_in_a_circle_end(monitor):
    """After a few."""
    monitor.answers = [status(302, Location="/again")]
    with pytest.raises(NetworkError, match="again and again"):
        await ping(monitor.url)
    assert len(monitor.seen) == 4


async def test_it_goes_through_the_proxy(monitor):
    """That of the settings: a dead one is an error of its own, and the monitor is not asked directly."""
    with pytest.raises(NetworkError, match="the proxy cannot be reached"):
        await ping(monitor.url, settings=Settings(proxy="http://127.0.0.1:9"))
    assert not monitor.seen


async def test_nobody_there(unused_tcp_port):
    """A closed port is an error that names the host."""
    with pytest.raises(NetworkError, match=r"^healthcheck: 127.0.0.1 was not told: it cannot be reached$"):
        await ping(f"http://127.0.0.1:{unused_tcp_port}/{SECRET}", patience=2)


async def test_the_address_is_given_away_nowhere(monitor, caplog):
    """Neither by a message, nor a traceback with its variables, nor the log."""
    caplog.set_level(logging.DEBUG)
    monitor.answers = [status(500)]
    with pytest.raises(NetworkError) as caught:
        await ping(monitor.url, patience=2)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in frames.stack if "healthcheck.py" in frame.filename and "test_" not in frame.filename]
    assert ours
    assert SECRET not in repr([frame.locals for frame in ours])
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(
        [record.getMessage() for record in caplog.records if record.name.startswith("amazon_photos")]
    )
    assert "127.0.0.1 (healthcheck) -> 500" in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "", "hc-ping.com/x", "ftp://hc-ping.com/x", "http://", "https:///x", "https://h:0/x", "https://h:99999/x",
        "https://h/x y", "https://h/x\n", "https://h/x#part", "https://h\\x", "https://[::1/x", None, 5, b"https://h/x",
    ],
)  # fmt: skip
async def test_no_address(url):
    """It is refused, by the setting's name and without the address, before anything is sent."""
    with pytest.raises(InvalidInput, match=r"^healthcheck must be") as caught:
        check_healthcheck(url)
    assert len(str(url)) < 8 or str(url) not in str(caught.value)
    with pytest.raises(InvalidInput, match=r"^healthcheck must be"):
        await ping(url)


@pytest.mark.parametrize("signal", ["done", "", -1, 256, True, None, 1.5])
async def test_no_signal(monitor, signal):
    """It is refused before anything is sent."""
    with pytest.raises(InvalidInput, match=r"^signal must be"):
        await ping(monitor.url, signal)
    assert not monitor.seen
