"""A file under its final name whose bytes are not the node's: told as what it is, and replaced only when asked to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import transfers
from amazon_photos import AmazonPhotos
from odd_service import odd_service
from transfers import asked, content, files, md5, put, version_of

BIG = 3_000_000


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


@pytest.mark.parametrize("size", [3000, BIG])
async def test_what_is_wrong_is_told_apart_and_repaired_only_when_asked(ap, size):
    """Cut, zeros at the end, other content: a plain run says which; "repair" keeps the old one beside it (fault A1)."""
    right = content(0, size)
    wrong = {
        "cut": (right[: size // 2], f"a file of {size // 2} bytes has this name here, not of {size}"),
        "zeros": (right[: size // 2] + bytes(size - size // 2), f"its last {size - size // 2} bytes are zeros"),
        "edited": (b"my own edit" + right[11:], "of the same size and other content"),
    }
    ids = await put(ap, ["a.jpg"], size=size)
    for out, (data, why) in wrong.items():
        Path(out).mkdir()
        Path(out, "a.jpg").write_bytes(data)
        for on_exists, what in (("skip", "conflict"), ("error", "failed")):
            result = await ap.download(ids, out=out, on_exists=on_exists)
            assert list(result.outcome) == [what]
            assert why in result.reason[0]
            assert "repair" in result.reason[0]
            assert files(out) == {"a.jpg": md5(data)}
        result = await ap.download(ids, out=out, on_exists="repair", fsync=True)
        assert list(result.outcome) == ["downloaded"]
        assert result.reason[0] == "what had this name here is now a (old).jpg"
        assert files(out) == {"a.jpg": md5(right), "a (old).jpg": md5(data)}
        assert list((await ap.download(ids, out=out, on_exists="repair")).outcome) == ["exists"]
        assert len(files(out)) == 2


async def test_a_repair_fetches_only_what_is_wrong(ap, service):
    """Right files are not touched, missing ones come, wrong ones are replaced."""
    ids = await put(ap, ["a.jpg", "b.jpg", "c.jpg"])
    await ap.download(ids[:2])
    Path("media/b.jpg").write_bytes(b"wrong")
    before = version_of("media/a.jpg")
    service.requests.clear()
    result = await ap.download(ids, on_exists="repair")
    assert list(result.outcome) == ["exists", "downloaded", "downloaded"]
    assert len(asked(service)) == 2
    assert version_of("media/a.jpg") == before
    assert files("media")["b (old).jpg"] == md5(b"wrong")


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
async def test_what_is_no_file_is_not_repaired(ap, service, kind):
    """A folder, a link and a pipe stay: they are no damaged photo."""
    ids = await put(ap, ["a.jpg"])
    Path("media").mkdir()
    target = Path("media/a.jpg")
    {"folder": target.mkdir, "link": lambda: target.symlink_to("nowhere"), "pipe": lambda: os.mkfifo(target)}[kind]()
    service.requests.clear()
    result = await ap.download(ids, on_exists="repair")
    assert list(result.outcome) == ["conflict"]
    assert f"a {'symbolic ' if kind == 'link' else ''}{kind} has this name here" in result.reason[0]
    assert result.reason[0].endswith('"repair" replaces only regular files that can be compared')
    assert not asked(service)
    result = await ap.download(ids)
    assert result.reason[0].endswith('has this name here; on_exists="rename" keeps both')


async def test_what_cannot_be_compared_is_not_repaired(service, tmp_path, monkeypatch):
    """Where Amazon tells no MD5 the file here may be the right one, and no row advises what cannot be (fault A1)."""

    async def without_md5(asked, forward):
        reply = await forward()
        if reply.body.startswith(b"{") and reply.json.get("contentProperties"):
            del reply.json["contentProperties"]["md5"]
        return reply

    with odd_service(service, without_md5) as strange:
        async with transfers.connector(strange, tmp_path, monkeypatch)() as ap:
            ids = await put(ap, ["a.jpg"])
            Path("media").mkdir()
            Path("media/a.jpg").write_bytes(bytes(2000))
            for way, advice in (("skip", "keeps both"), ("error", "keeps both"), ("repair", "that can be compared")):
                reason = (await ap.download(ids, on_exists=way)).reason[0]
                assert 'Amazon tells no MD5 to compare it by; on_exists="rename" keeps both' in reason
                assert reason.endswith(advice)
    assert files("media") == {"a.jpg": md5(bytes(2000))}


async def test_an_edit_during_a_repair_is_kept(ap, service):
    """What is saved while the right bytes are on their way is looked at again, and kept under a name of its own."""
    (node_id,) = await put(ap, ["a.jpg"], size=BIG)
    Path("media").mkdir()
    Path("media/a.jpg").write_bytes(b"wrong")

    def save(event):
        if type(event).__name__ == "BytesTransferred" and Path("media/a.jpg").read_bytes() == b"wrong":
            Path("media/edit").write_bytes(b"my own edit")
            Path("media/edit").replace("media/a.jpg")

    result = await ap.download(node_id, on_exists="repair", on_event=save)
    assert list(result.outcome) == ["downloaded"]
    assert files("media") == {"a.jpg": md5(content(0, BIG)), "a (old).jpg": md5(b"my own edit")}


KILLED = """
import os, signal, sys
from amazon_photos import AmazonPhotos, Settings

step, ids = int(sys.argv[1]), sys.argv[2:]
steps = 0

def after(real):
    def call(*args, **options):
        global steps
        result = real(*args, **options)
        if "media" in str(args[0]):
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return result
    return call

for name in ("mkdir", "open", "link", "rename", "replace", "unlink", "utime"):
    setattr(os, name, after(getattr(os, name)))
with AmazonPhotos(settings=Settings.load(catalog="child.parquet"), progress=False) as ap:
    ap.download(ids, out="media", on_exists="repair")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_repair_that_is_killed_at_any_step_loses_nothing(service, tmp_path):
    """After each system call in turn: the old content is there, the name is whole, and a rerun ends right."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").write_bytes(content(0))
    environ = {**os.environ, **service.environ, "AMAZON_PHOTOS_CACHE_DIR": str(tmp_path / "cache")}
    with AmazonPhotos(service.cookies, endpoint=service.url, db_path=tmp_path / "look.parquet", progress=False) as ap:
        ids = list(ap.upload(tmp_path / "in").id)
        media, old, right = tmp_path / "media", md5(b"my own edit"), md5(content(0))
        for step in range(1, 20):
            media.mkdir()
            (media / "a.jpg").write_bytes(b"my own edit")
            command = [sys.executable, "-c", KILLED, str(step), *ids]
            code = subprocess.run(command, env=environ, cwd=tmp_path, check=False).returncode
            there = files(media)
            assert there["a.jpg"] in (old, right)
            assert old in there.values()
            assert set(ap.download(ids, out=media, on_exists="repair").outcome) <= {"downloaded", "exists"}
            assert files(media) == {"a.jpg": right, "a (old).jpg": old}
            for path in media.iterdir():
                path.unlink()
            media.rmdir()
            if code != -signal.SIGKILL:
                break
        assert code == 0
        assert step > 3
