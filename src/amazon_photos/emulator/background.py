"""An emulator in a process of its own, as ``ssh-agent`` has it: started, and later stopped by what its lines said.

::

    eval "$(amazon-photos emulator --env --port 0 --files 1000)"
    amazon-photos nodes …
    eval "$(amazon-photos emulator --stop --env)"

The process is in a session of its own, so that Ctrl-C at the terminal is not meant for it, and keeps no file of its
parent's open: whoever reads our output to its end does not wait for the emulator's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

import click

from amazon_photos.errors import InvalidInput, LocalFileError

DETACHED = "--detached"
"""What tells the child that it is one."""
_MAX_SECONDS = 10.0
"""Seconds to wait until it has stopped: it takes two at the most."""


def launch(arguments: Sequence[str]) -> dict[str, Any]:
    """Start an emulator with these arguments of the command; what it tells when it is ready.

    What it complains of goes where our own complaints go. Ends this program as the child ended, if it ended before.
    """
    command = [sys.executable, "-m", "amazon_photos.emulator", *arguments, DETACHED]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)  # noqa: S603 - ourselves
    assert child.stdout is not None  # noqa: S101 - a pipe
    try:
        line = child.stdout.readline()
    except BaseException:  # Ctrl-C while it fills: then it is not wanted
        child.terminate()
        raise
    if not line:
        raise click.exceptions.Exit(child.wait() or 1)
    child.returncode = 0  # it goes on without us, and nobody is to be warned of that
    told: dict[str, Any] = json.loads(line)
    return told


def let_go() -> None:
    """Leave the terminal and the parent's pipes: from here on nobody listens."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)


def stop() -> None:
    """Stop the emulator that the environment leads to. Raises ``InvalidInput`` where it leads to none."""
    url, token = os.environ.get("AMAZON_PHOTOS_ENDPOINT"), os.environ.get("EMULATOR_TOKEN")
    if not url or not token:
        raise InvalidInput(
            "--stop needs AMAZON_PHOTOS_ENDPOINT and EMULATOR_TOKEN, as --env printed them; or end it by its process id"
        )
    headers = {"x-emulator-token": token, "Content-Type": "application/json"}
    try:
        request = urllib.request.Request(f"{url}/_emulator/stop", data=b"{}", headers=headers, method="POST")  # noqa: S310 - see below
        if request.type not in ("http", "https"):
            raise InvalidInput(f"AMAZON_PHOTOS_ENDPOINT is no address of an emulator: {url}")
        urllib.request.urlopen(request, timeout=_MAX_SECONDS).close()  # noqa: S310 - http, checked
    except urllib.error.HTTPError as error:
        error.close()
        raise InvalidInput(f"{url} is no emulator that EMULATOR_TOKEN is for (it answered {error.code})") from None
    except (OSError, ValueError):
        raise InvalidInput(f"no emulator answers at {url}: it has stopped already") from None
    _wait_until_gone(url)


def _wait_until_gone(url: str) -> None:
    end = time.monotonic() + _MAX_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{url}/", timeout=1).close()  # noqa: S310 - the same address
        except urllib.error.HTTPError as error:
            error.close()
            time.sleep(0.05)
        except OSError:
            return
    raise LocalFileError(f"the emulator at {url} goes on though it was told to stop; end its process")
