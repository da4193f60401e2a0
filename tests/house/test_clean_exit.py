"""A script may forget to close its client, and what it was reading."""

import sys

import pytest

BEGIN = """\
import logging, os, sys
from amazon_photos import AmazonPhotos
logging.getLogger("asyncio").setLevel(logging.ERROR)  # it would tell of everything that takes 0.1 s

def new():
    return AmazonPhotos({cookies!r}, endpoint={url!r}, progress=False)

"""
HALF_READ = (
    "from pathlib import Path; Path('a.mp4').write_bytes(bytes(3_000_000))\n"
    "ap = new(); file = ap.open(ap.upload('a.mp4').id[0]); file.read(10)\n"
)
SCRIPTS = {
    "unused": "ap = new()",
    "used": "ap = new(); ap.usage()",
    "half read": "ap = new(); pages = ap.search().pages(); next(pages); next(pages)",
    "half read, nodes": "ap = new(); nodes = ap.search().nodes(); next(nodes)",
    "half read, closed": "ap = new(); pages = ap.search().pages(); next(pages); next(pages); ap.close()",
    "half read, closed, dropped": (
        "with new() as ap:\n    pages = ap.search().pages(); next(pages); next(pages)\ndel pages; print('still here')"
    ),
    "half read, in a circle": "pages = new().search().pages(); next(pages); circle = [pages]; circle.append(circle)",
    "two read side by side": "found = new().search(limit=400)\nfor a, b in zip(found.pages(), found.pages()): pass",
    "a file half read": HALF_READ,
    "a file half read, client closed": HALF_READ + "ap.close()",
    "a file half read, dropped": HALF_READ + "del file",
    "a file half read, dropped after its client": HALF_READ + "ap.close(); del ap, file; print('still here')",
    "a file half read, in a circle": HALF_READ + "circle = [file]; circle.append(circle); del ap, file",
    "after an error": "ap = new(); ap.usage(); raise SystemExit(0)",
    "in a thread": (
        "import threading; t = threading.Thread(target=lambda: globals().update(ap=new()) or ap.usage())\n"
        "t.start(); t.join()"
    ),
    "read in a thread": """\
import threading
from amazon_photos.errors import ClientClosed
ap, begun = new(), threading.Event()
def read():
    try:
        while True:
            for page in ap.search().pages(): begun.set()
    except ClientClosed: pass
threading.Thread(target=read).start(); begun.wait(); ap.close()
""",
}
FORKED = {
    "at once": "if child == 0: sys.exit(0)",
    "having dropped the client": "if child == 0: del ap, pages; sys.exit(0)",
    "having dropped the file": "if child == 0: file = ap = None; sys.exit(0)",
    "having closed the client": "if child == 0: ap.close(); sys.exit(0)",
}


@pytest.fixture
def run(pythons, service, tmp_path):
    """The exit code and stderr of a script; Python looks closely, as it does for whoever develops with it."""
    service.reset(files=1200)
    begin = BEGIN.format(cookies=service.cookies, url=service.url)
    return lambda code: pythons.run(begin + code, tmp_path, tmp_path)


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_unclosed_client_does_not_hang(name, run):
    """Python ends by itself, with code 0 and nothing on stderr, whatever was left open."""
    assert run(SCRIPTS[name]) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("name", FORKED)
def test_a_forked_child_takes_nothing_along(name, run):
    """A child that ends says nothing, and the parent's connections, which it has, too, stay in order."""
    code = (
        f"{HALF_READ}"
        "ap.usage(); pages = ap.search().pages(); next(pages); child = os.fork()\n"
        f"{FORKED[name]}\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "assert file.read() == bytes(2_999_990)\n"
        "ap.usage(); sum(1 for _ in pages); ap.close()\n"
    )
    assert run(code) == (0, "")
