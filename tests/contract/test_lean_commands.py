"""Commands that move files load no pandas, no numpy and no access to disks in clouds: a third of their memory.

Nor what only other commands need.
"""

import importlib.util
import os
import platform
import ssl
import subprocess
import sys

import pytest

import pictures
import terminals
from amazon_photos import AmazonPhotos, Catalog

OTHERS = ("amazon_photos.probe.run", "amazon_photos.aio.diagnosis.run", "amazon_photos.catalog.relations.refresh")
"""Only other commands need these."""
SCRIPT = f"""
import sys
NEVER = ("pandas", "numpy", "pyarrow._s3fs")
OTHERS = {OTHERS!r}
from amazon_photos.cli.app import main
sys.argv[0] = "amazon-photos"
if "--loaded" in sys.argv:
    OTHERS += tuple(sys.argv[sys.argv.index("--loaded") + 1 :])
    del sys.argv[sys.argv.index("--loaded") :]
try:
    main()
except SystemExit as end:
    loaded = [name for name in (*NEVER, *OTHERS) if name in sys.modules]
    aiohttp = sys.modules.get("aiohttp.connector")
    if aiohttp and aiohttp._SSL_CONTEXT_VERIFIED.cert_store_stats()["x509_ca"]:
        loaded.append("certificates")
    print("code", end.code, loaded)
"""


@pytest.fixture
def run(service, tmp_path):
    """Runs a command in a Python that has loaded nothing; gives what it printed and how it ended."""
    service.reset(files=20)
    pictures.write(tmp_path / "Pictures", "a.jpg", "b.jpg")
    (tmp_path / "user").mkdir()
    where = {"AMAZON_PHOTOS_CATALOG": str(tmp_path / "ap.parquet")}
    environ = terminals.clean_environ(tmp_path, **service.environ, **where)

    def ran(*arguments):
        command = [sys.executable, "-c", SCRIPT, *arguments]
        done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        return [*done.stdout.splitlines(), done.stderr]

    return ran


@pytest.mark.parametrize("name", OTHERS)
def test_what_only_others_need_is_there(name):
    """Else nobody would notice that it is loaded under a new name."""
    assert importlib.util.find_spec(name)


def test_files_come_and_go_without_them(run, tmp_path):
    """Up, looked for, compared, down, sorted; all of it is done, and nothing has loaded them."""
    *uploaded, end, _ = run("upload", "Pictures", "--to", "B", "-o", "ids", "--sort=-path")
    assert (len(uploaded), end) == (2, "code 0 []")
    assert run("backed-up", "Pictures")[-2] == "code 0 []"
    assert run("check", "Pictures", "--of", "B/Pictures", "--all", "--sort", "size")[-2] == "code 0 []"
    assert run("upload", "Pictures", "--to", "C", "--dry-run")[-2] == "code 0 []"
    *downloaded, end, _ = run("download", "/B", "--out", "down", "-o", "ids")
    assert (sorted(downloaded), end) == (sorted(uploaded), "code 0 []")
    assert {path.name for path in (tmp_path / "down").iterdir()} == {"a.jpg", "b.jpg"}


def test_what_needs_numpy_loads_it(service, run, tmp_path):
    """Arrow does not know it then: what was purged is found, and relations answer, as in any other process."""
    service.reset(files=400)
    here, elsewhere = tmp_path / "ap.parquet", tmp_path / "elsewhere.parquet"
    known = {"cookies": service.cookies, "endpoint": service.url, "progress": False}
    with AmazonPhotos(**known, catalog=here) as ap:
        ap.refresh(relations=True)
    with AmazonPhotos(**known, catalog=elsewhere) as ap:
        gone, *rest = ap.photos("people:(Ada)").id
        ap.trash(gone)
        ap.delete(gone)
    assert run("upload", "Pictures")[-2] == "code 0 ['numpy']"
    assert gone not in set(Catalog.open(here).find(columns=["id"]).id)
    *downloaded, end, _ = run("download", "--person", "Ada", "--out", "down", "-o", "ids")
    assert end == "code 0 ['numpy']"
    assert set(rest) <= set(downloaded)


def test_what_cannot_be_printed_is_told_before_anything_is_done(run):
    """No file goes up for it."""
    *printed, end, told = run("upload", "Pictures", "--sort", "nothing")
    assert (printed, end) == ([], "code 2 []")
    assert "no column 'nothing' here" in told
    assert run("upload", "Pictures", "--columns", "nme")[-2] == "code 2 []"
    assert run("backed-up", "Pictures")[-2] == "code 1 []"


def test_a_monitor_changes_nothing_of_what_is_loaded(run):
    """Its address is looked at before aiohttp is loaded, and that is loaded without its certificates then, too."""
    refused = run("upload", "Pictures", "--healthcheck", "hc.example", "--loaded", "aiohttp")
    assert refused[-2] == "code 2 []"
    assert "healthcheck must be the address" in refused[-1]
    *uploaded, end, told = run("upload", "Pictures", "--healthcheck", "http://127.0.0.1:1/deaf", "-o", "ids")
    assert (len(uploaded), end) == (2, "code 0 []")
    assert "the healthcheck was not told" in told


def test_an_upload_loads_what_uploads_need(run):
    """Its client does nothing else, and gives the same."""
    whole = "amazon_photos.aio.client"
    assert importlib.util.find_spec(whole)
    *uploaded, end, _ = run("upload", "Pictures", "-o", "ids", "--loaded", whole)
    assert (len(uploaded), end) == (2, "code 0 []")
    assert run("upload", "Pictures", "--dry-run", "--loaded", whole)[-2] == "code 0 []"
    assert run("upload", "Pictures", "--album", "A", "--loaded", whole)[-2] == "code 0 []"


CERTIFICATES = """
import os, sys
from amazon_photos.cli.lean import load_aiohttp_alone
before = dict(os.environ)
if sys.argv[1] == "alone":
    load_aiohttp_alone()
assert os.environ == before
import aiohttp.connector
from amazon_photos.net.connection import load_certificates
count = lambda context: context.cert_store_stats()["x509_ca"]
print(count(load_certificates(os.environ)), count(aiohttp.connector._SSL_CONTEXT_VERIFIED))
assert os.environ == before
"""


@pytest.mark.parametrize("named", [False, True], ids=["the system's", "named"])
def test_certificates_are_read_for_our_own_connections_alone(named):
    """A command trusts whom the library trusts; what aiohttp would read besides is left out, and trusts nobody."""
    known = ssl.get_default_verify_paths().cafile
    if known is None:
        pytest.skip("no file of certificates")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SSL_CERT")}
    environ |= {"SSL_CERT_FILE": known} if named else {}
    told = [
        subprocess.run([sys.executable, "-c", CERTIFICATES, how], env=environ, capture_output=True, text=True)
        for how in ("whole", "alone")
    ]
    whole, alone = (run.stdout.split() for run in told)
    assert int(whole[0]) > 0
    assert alone == [whole[0], "0"]


HEAPS = """
import ctypes, re, sys, threading
from amazon_photos.cli.lean import keep_one_heap
if len(sys.argv) > 1:
    keep_one_heap()
held = []
threads = [threading.Thread(target=lambda: held.append(bytearray(50_000))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, file)
libc.fflush(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has several heaps")
def test_threads_share_one_heap():
    """What one thread of a command gave back is there for the others."""
    heaps = [
        subprocess.run([sys.executable, "-c", HEAPS, *given], capture_output=True, text=True, check=True)
        for given in ((), ("one",))
    ]
    several, one = (run.stdout.count("<heap nr=") for run in heaps)
    assert several > 1
    assert one == 1
