"""Drives the unmodified predecessor (amazon-photos 0.0.97) in an environment of its own, one call a line.

    python predecessor.py URL CORES

Reads ``{"call": name, "args": […], "kwargs": {…}}`` lines, answers with ``Answer`` lines (see ``peer``). The first
call is ``AmazonPhotos``. Nothing of the package is changed. Around it two things are not as usual:

* its hosts are led to the emulator below httpx: the address of a connection is another, while path, headers, cookies
  and body are what the predecessor sends. A host that is not Amazon's is refused, so nothing leaves this machine;
* the machine seems to have CORES cores. The predecessor starts a worker for each, and its constructor fails when the
  library has fewer folders than that (fault 15).
"""

import contextlib
import io
import json
import os
import sys
import time
import traceback

import httpx
import psutil

PACKAGE = f"{os.sep}amazon_photos{os.sep}_api.py"
AMAZON = (".amazon.ca", ".amazon.com", ".drive.amazonaws.com")


def lead_to(address):
    """Every connection of httpx to a host of Amazon's goes to ``address``."""
    emulator = httpx.URL(address)
    send, send_async = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

    def led(request):
        if (request.url.host, request.url.port) == (emulator.host, emulator.port):
            return request
        if not request.url.host.endswith(AMAZON):
            raise httpx.ConnectError(f"{request.url.host} is neither Amazon's nor the emulator", request=request)
        url = request.url.copy_with(scheme=emulator.scheme, host=emulator.host, port=emulator.port)
        return httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )

    async def handle_async_request(transport, request):
        return await send_async(transport, led(request))

    httpx.HTTPTransport.handle_request = lambda transport, request: send(transport, led(request))
    httpx.AsyncHTTPTransport.handle_async_request = handle_async_request


def pretend_cores(number):
    """What the predecessor learns of this machine; it also must not wait minutes between its retries."""
    psutil.cpu_count = lambda logical=True: number
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(seconds, 0.01))


def plain(value):
    """A result as JSON can say it: frames as lists of rows, replies as status and body."""
    if hasattr(value, "to_json"):
        return json.loads(value.to_json(orient="records", date_format="iso"))
    if isinstance(value, httpx.Response):
        return {"status": value.status_code, "body": value.text}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def failure(error):
    """What it raised, and the innermost function of the package that it came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(PACKAGE)]
    return {"error": f"{type(error).__name__}: {error}", "where": frames[-1].name if frames else ""}


class Driver:
    def __init__(self):
        self.client = None

    def do(self, call, args=(), kwargs=None):
        """The value of an attribute, or what calling it gives."""
        if call == "AmazonPhotos":
            from amazon_photos import AmazonPhotos

            self.client = AmazonPhotos(*args, **(kwargs or {}))
            return None
        found = getattr(self.client, call)
        return found(*args, **(kwargs or {})) if callable(found) else found

    def answer(self, line):
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                value = plain(self.do(**json.loads(line)))
        except Exception as error:
            return failure(error)
        return {"value": value, "printed": printed.getvalue()}


def main():
    address, cores = sys.argv[1:]
    lead_to(address)
    pretend_cores(int(cores))
    driver = Driver()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(driver.answer(line), default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":  # its workers for hashing are started from here too
    main()
