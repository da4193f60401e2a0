"""A script may forget to close its client."""

import subprocess
import sys

import pytest

SCRIPTS = {
    "unused": "ap = AmazonPhotos(cookies)",
    "used": "ap = AmazonPhotos(cookies, endpoint=url); ap.usage()",
    "half read": "ap = AmazonPhotos(cookies, endpoint=url); pages = ap.search().pages(); next(pages, None)",
    "after an error": "ap = AmazonPhotos(cookies, endpoint=url); ap.usage(); raise SystemExit(0)",
    "in a thread": (
        "import threading; t = threading.Thread(target=lambda: globals().update(ap=AmazonPhotos(cookies, endpoint=url)"
        ") or ap.usage()); t.start(); t.join()"
    ),
    "forked": (
        "ap = AmazonPhotos(cookies, endpoint=url); ap.usage(); child = os.fork()\nif child == 0: sys.exit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0"
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_unclosed_client_does_not_hang(name, service, tmp_path):
    """Python ends by itself, with code 0 and nothing on stderr, whatever was left open."""
    code = (
        f"import os, sys\nfrom amazon_photos import AmazonPhotos\ncookies, url = {service.cookies!r}, {service.url!r}\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code + SCRIPTS[name]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
