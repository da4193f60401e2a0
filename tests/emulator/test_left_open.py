"""A script, a notebook or a forked child may never come to the end of ``with emulator.running()``."""

import sys
from pathlib import Path

import pytest

BEGIN = """\
import contextlib, logging, os, socket, sys, threading, urllib.request
from amazon_photos import emulator
logging.getLogger("asyncio").setLevel("ERROR")  # -X dev has it complain of each slow step of a busy machine

def ask(service):
    return urllib.request.urlopen(service.url + "/drive/v1/shares/x").status

def answers(service):
    try:
        ask(service)
    except urllib.error.HTTPError as error:
        assert error.code == 404, error.code
        error.close()

def ask_without_end(service):
    connection = socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2])))
    connection.sendall(b"GET /drive/v1/shares/x HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
    connection.detach()  # stays open, and nobody complains of it

"""
SCRIPTS = {
    "a plain __enter__": "cm = emulator.running(); service = cm.__enter__(); answers(service)",
    "an __enter__ whose manager is dropped": "service = emulator.running().__enter__(); answers(service)",
    "an ExitStack": "stack = contextlib.ExitStack(); answers(stack.enter_context(emulator.running()))",
    "nothing kept at all": "emulator.running().__enter__()",
    "two of them": "one, two = emulator.running().__enter__(), emulator.running(files=5).__enter__(); answers(two)",
    "sys.exit in the block": "with emulator.running() as service: answers(service); sys.exit(0)",
    "a generator that stays open": """\
def begin():
    with emulator.running() as service:
        yield service
generator = begin()
answers(next(generator))
""",
    "in a circle": "circle = [emulator.running().__enter__()]; circle.append(circle); answers(circle[0])",
    "in a thread": "thread = threading.Thread(target=lambda: globals().update(s=emulator.running().__enter__())); "
    "thread.start(); thread.join(); answers(s)",
    "a connection that stays open": "service = emulator.running().__enter__(); ask_without_end(service)",
    "a stalled answer": """\
service = emulator.running().__enter__()
service.faults([{"fault": "stall"}])
ask_without_end(service)
""",
    "inventing over HTTP": """\
import time
service = emulator.running().__enter__()
headers = {"Content-Type": "application/json", "x-emulator-token": service.token}
url = service.url + "/_emulator/reset"
request = urllib.request.Request(url, data=b'{"files": 2000000}', method="POST", headers=headers)
def invent():
    with contextlib.suppress(Exception):
        urllib.request.urlopen(request)
threading.Thread(target=invent, daemon=True).start()
wal = service.library.data / "library.sqlite-wal"
while wal.stat().st_size < 4_000_000:
    time.sleep(0.01)
""",
    "closed by hand, twice": "service = emulator.running().__enter__(); service.close(); service.close()",
}
FORKED = {
    "ends at once": "sys.exit(0)",
    "leaves the block": "cm.__exit__(None, None, None); sys.exit(0)",
    "closes it": "service.close(); sys.exit(0)",
    "drops it": "del service, cm; import gc; gc.collect(); sys.exit(0)",
}


@pytest.fixture
def run(pythons, tmp_path):
    """Exit code and stderr of a script, and what it left in its temporary folder; Python looks closely."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    return lambda code: (*pythons.run(BEGIN + code, tmp_path, temporary), [path.name for path in temporary.iterdir()])


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_emulator_left_open_ends_with_the_script(name, run):
    """Python ends by itself, with code 0 and a silent stderr, and the temporary library is gone (fault H1)."""
    assert run(SCRIPTS[name]) == (0, "", [])


def test_an_exception_ends_it_too(run):
    """The script's own traceback is all there is to see (fault H1)."""
    code, complaints, left = run("service = emulator.running().__enter__(); 1 / 0")
    assert (code, complaints.splitlines()[-1], left) == (1, "ZeroDivisionError: division by zero", [])
    assert complaints.count("Traceback") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("name", FORKED)
def test_a_forked_child_leaves_it_alone(name, run):
    """A child that ends takes neither the folder nor the lock nor the answers from its parent (fault H1)."""
    code = (
        "cm = emulator.running(); service = cm.__enter__(); answers(service)\n"
        f"child = os.fork()\nif child == 0: {FORKED[name]}\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "answers(service); assert service.library.data.is_dir()\n"
        "import filelock; lock = filelock.FileLock(service.library.data / 'emulator.lock')\n"
        "try: lock.acquire(timeout=0); raise SystemExit('lock lost')\n"
        "except filelock.Timeout: pass\n"
        "service.reset(files=3); answers(service)\n"
    )
    assert run(code) == (0, "", [])


def test_close_ends_it_before_the_block_does():
    """service.close() stops it; the end of the block does no harm then."""
    from amazon_photos.emulator import running

    with running() as service:
        folder = Path(service.library.data)
        service.close()
        assert not folder.exists()
