"""What is waited for, and why, is seen while it is so, and each request that is sent again is a line in the log."""

import asyncio
import logging
import re

import pytest

from transfers import fill, put

LINE = re.compile(
    r"^(GET|POST|PUT|PATCH) 127\.0\.0\.1/\S+ -> (\d{3}|no answer|wrong content): .*; trying again in \d+\.\d s$"
)


def retried(caplog):
    """The lines of requests that were sent again."""
    return [text for text in caplog.messages if "trying again" in text]


async def seen_while(ap, operation):
    """All that was told as waited for while the operation ran."""
    task, seen = asyncio.ensure_future(operation), []
    while not task.done():
        seen.append(ap._session.waits.tell())
        await asyncio.sleep(0.01)
    await task
    return [text for text in dict.fromkeys(seen) if text]


async def test_a_slowed_down_client_says_so(connect, service):
    """Seconds and reason while Amazon has asked to wait, perhaps the retry that comes then; nothing afterwards."""
    service.faults([{"operation": "*", "first": 1, "fault": "429", "retry_after": 1}])
    async with connect() as ap:
        waited, *then = await seen_while(ap, ap.usage())
        assert waited == "waiting 1 s: Amazon asks to slow down (429)"
        assert then in ([], ["retrying 1: Amazon asks to slow down (429)"])
        assert ap._session.waits.tell() == ""
        assert ap._session.waits.retries == 1


async def test_retries_are_told_while_they_pause(connect, service):
    """How many, and what came of them."""
    service.faults([{"operation": "*", "first": 1, "fault": "503"}])
    async with connect(backoff_initial=3.0, backoff_max=3.0) as ap:
        told = await seen_while(ap, ap.usage())
    assert told == ["retrying 1: Amazon is not available (503)"]


@pytest.mark.parametrize(("fault", "came"), [("503", "503"), ("429", "429"), ("reset-before", "no answer")])
async def test_each_retry_of_a_call_is_one_line(connect, service, caplog, fault, came):
    """Method, host, path, what came of it, and the pause; nothing of what was asked."""
    caplog.set_level(logging.INFO, "amazon_photos")
    service.faults([{"operation": "*", "first": 2, "fault": fault}])
    async with connect() as ap:
        await ap.query("type:(PHOTOS)", limit=1, save=False)
    assert len(retried(caplog)) == 2
    for line in retried(caplog):
        assert LINE.match(line), line
        assert f" -> {came}: " in line
        assert "?" not in line
        assert "PHOTOS" not in line


@pytest.mark.parametrize("fault", ["503", "429", "reset-before", "reset-during"])
async def test_each_retry_of_an_upload_is_one_line(connect, service, caplog, tmp_path, fault):
    """Also of what the transfer itself sends again."""
    caplog.set_level(logging.INFO, "amazon_photos")
    async with connect() as ap:
        await ap.refresh()
        service.faults([{"operation": "upload*", "first": 2, "fault": fault}])
        rows = await ap.upload(fill(tmp_path / "P", "a.bin"))
        assert list(rows.outcome) == ["uploaded"]
        assert ap._session.waits.retries == 2
    assert len(retried(caplog)) == 2
    assert all(LINE.match(line) for line in retried(caplog)), retried(caplog)


@pytest.mark.parametrize("fault", ["503", "429", "reset-before", "cut", "wrong-bytes"])
async def test_each_retry_of_a_download_is_one_line(connect, service, caplog, tmp_path, fault):
    """Also of a file that broke off, or arrived damaged."""
    caplog.set_level(logging.INFO, "amazon_photos")
    async with connect() as ap:
        ids = await put(ap, ["a.jpg"])
        service.faults([{"operation": "download", "first": 2, "fault": fault}])
        rows = await ap.download(ids, out=tmp_path / "out")
        assert list(rows.outcome) == ["downloaded"]
    assert len(retried(caplog)) == 2
    assert all(LINE.match(line) for line in retried(caplog)), retried(caplog)


async def test_errors_name_their_request(connect, service):
    """Method, host and path, without parameters; errors that no request met name none."""
    async with connect(max_attempts=1) as ap:
        service.faults([{"operation": "*", "fault": "503"}])
        with pytest.raises(Exception, match="503") as caught:
            await ap.usage()
        assert re.fullmatch(r"GET 127\.0\.0\.1/account/usage", caught.value.request)
        with pytest.raises(ValueError, match="limit") as caught:
            await ap.photos(limit=-1)
        assert caught.value.request == ""
