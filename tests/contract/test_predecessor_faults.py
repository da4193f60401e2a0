"""What amazon_photos 0.0.97 gets wrong (docs/api.md, "The predecessor's faults"): each is a promise of ours."""

import hashlib
import json
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

import pictures
from amazon_photos import AmazonPhotos, errors


def md5(path):
    return hashlib.md5(Path(path).read_bytes(), usedforsecurity=False).hexdigest()


def test_fault_01_the_trash_beyond_200_holds_no_live_nodes(ap, service):
    """trashed() lists what is in the trash and nothing else, past the first page too."""
    service.reset(files=1000)
    files = ap.nodes("kind:FILE")
    some = list(files.id[:450])
    before = set(ap.trashed().id)
    ap.trash(some)
    found = ap.trashed()
    assert set(found.id) == before | set(some)
    assert set(found.status) == {"TRASH"}
    assert len(found) == len(set(found.id)) > 400


def test_fault_02_favourite_and_hide_work(ap, tmp_path):
    """favorite(), unfavorite(), hide() and unhide() change the node and give a row for each."""
    pictures.write(tmp_path / "in", "a.jpg")
    ids = ap.upload(tmp_path / "in").id
    for change, done, path in (
        (ap.favorite, "favorited", "favorite"),
        (ap.hide, "hidden", "hidden"),
    ):
        assert list(change(ids).outcome) == [done]
        assert getattr(ap.node(ids[0]).settings, path) is True
    assert list(ap.unfavorite(ids).outcome) == ["unfavorited"]
    assert list(ap.unhide(ids).outcome) == ["unhidden"]
    settings = ap.node(ids[0]).settings
    assert (settings.favorite, settings.hidden) == (False, False)


def test_fault_03_tls_is_verified(ap, service, tmp_path):
    """A host whose certificate nobody vouches for gets no request and no cookies."""
    from aiohttp import web

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    seen = []

    async def serve():
        async def answer(request):
            seen.append(dict(request.headers))
            return web.json_response({})

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        return runner, runner.addresses[0][1]

    runner, port = ap._loop_thread.wait(serve())
    try:
        with (
            AmazonPhotos(service.cookies, endpoint=f"https://localhost:{port}") as client,
            pytest.raises(errors.ConnectionFailed, match="certificate"),
        ):
            client.usage()
        assert not seen
    finally:
        ap._loop_thread.wait(runner.cleanup())


def test_fault_04_a_failed_download_is_told_and_leaves_no_file(ap, tmp_path):
    """download() has a row for every file; one that failed says why and leaves nothing behind."""
    pictures.write(tmp_path / "in", "a.jpg", "b.jpg")
    ids = list(ap.upload(tmp_path / "in").id)
    result = ap.download([*ids, "x" * 22], out=tmp_path / "out").set_index("id")
    assert list(result.outcome[ids]) == ["downloaded", "downloaded"]
    assert result.outcome["x" * 22] == "failed"
    assert result.reason["x" * 22]
    assert sorted(path.name for path in (tmp_path / "out").rglob("*") if path.is_file()) == ["a.jpg", "b.jpg"]


def test_fault_05_nodes_gives_more_than_200(ap, service):
    """nodes() gives every match, each once."""
    service.reset(files=1500)
    found = ap.nodes("kind:FILE")
    assert len(found) == len(set(found.id)) > 1000


@pytest.mark.parametrize("now", ["2024-01-31T23:59:30.000Z", "2024-02-29T12:00:00.000Z", "2023-12-31T23:59:59.000Z"])
def test_fault_06_refresh_knows_the_calendar_and_drops_what_is_gone(ap, service, tmp_path, now):
    """At the ends of months and years, refresh() finds what came and drops what was deleted for good."""
    from datetime import UTC, datetime

    offset = (datetime.fromisoformat(now) - datetime.now(UTC)).total_seconds()
    service.set(clock_offset=offset)
    pictures.write(tmp_path / "in", "a.jpg", "b.jpg")
    first, second = ap.upload(tmp_path / "in").id
    assert {first, second} <= set(ap.db.id)
    service.set(clock_offset=offset + 90_000)
    ap.delete(first)
    pictures.write(tmp_path / "more", "c.jpg", start=7)
    third = ap.upload(tmp_path / "more").id[0]
    ap.refresh()
    ids = set(ap.db.id)
    assert first not in ids
    assert {second, third} <= ids


def test_fault_07_aggregations_write_a_file(ap, service, tmp_path):
    """aggregations(category, out=…) writes a JSON file under that name."""
    service.reset(files=300)
    out = tmp_path / "new" / "location.json"
    frame = ap.aggregations("location", out=out)
    assert out.is_file()
    assert [entry["value"] for entry in json.loads(out.read_text("utf-8"))] == list(frame.value)
    assert len(frame) > 0


def test_fault_08_trash_restore_and_delete_are_batched_and_told(ap, service):
    """Any number of nodes goes through, in batches Amazon takes, and a bad id fails alone."""
    service.reset(files=400)
    ids = [*ap.nodes("kind:FILE").id[:130], "no-such-node-000000000"]
    for act, done in ((ap.trash, "trashed"), (ap.restore, "restored"), (ap.delete, "deleted")):
        result = act(ids)
        assert list(result.id) == ids
        assert list(result.outcome) == [done] * 130 + ["failed"]
        assert result.reason.iloc[-1]
    assert not set(ids) & set(ap.nodes("kind:FILE").id)


def test_fault_09_creating_folders_ends(ap):
    """Folders that are there already, in another case too, are taken as they are; each is made once."""
    assert list(ap.create_folders("A/B/C", "a/b/D", "A").outcome) == ["created", "created", "exists"]
    assert list(ap.create_folders("A/B/C").outcome) == ["exists"]
    assert ap.tree.find("A/B/D") is not None
    assert len(ap.folders()) == len(set(ap.folders().id))
    with pytest.raises(errors.InvalidInput):
        ap.create_folders("")


def test_fault_10_the_first_page_comes_once(ap, service):
    """A query asks for each page once and has each node once."""
    service.reset(files=900)
    service.requests.clear()
    found = ap.query(save=False)
    searches = [seen.query.get("offset", "0") for seen in service.requests if seen.path == "/drive/v1/search"]
    assert len(searches) == len(set(searches)) == -(-len(found) // 200)
    assert len(found) == len(set(found.id)) > 600


def test_fault_11_a_single_file_is_uploaded(ap, tmp_path):
    """upload() takes one file."""
    (path,) = pictures.write(tmp_path, "one.jpg")
    result = ap.upload(path)
    assert list(result.outcome) == ["uploaded"]
    assert list(result.md5) == [md5(path)]
    assert ap.node(result.id[0]).name == "one.jpg"


def test_fault_12_importing_changes_nothing(tmp_path):
    """Importing the client writes no file and sets up no logging."""
    code = "import logging, amazon_photos; from amazon_photos import AmazonPhotos; print(logging.getLogger().handlers)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout == "[]\n"
    assert not list(tmp_path.iterdir())


def test_fault_13_a_dead_session_is_one_request_and_one_error(service):
    """401 is not retried; the error says how to get fresh cookies and holds none."""
    dead = {**service.cookies, "at-main": "Atza|dead-and-secret"}
    service.requests.clear()
    with AmazonPhotos(dead, endpoint=service.url) as client, pytest.raises(errors.SessionExpired) as caught:
        client.usage()
    assert len(service.requests) == 1
    assert "at-" in str(caught.value)
    assert "dead-and-secret" not in str(caught.value)


def test_fault_14_constructing_asks_nothing(service, tmp_path, monkeypatch):
    """A new client has sent no request and touched no file."""
    monkeypatch.chdir(tmp_path)
    service.requests.clear()
    with AmazonPhotos(service.cookies, endpoint=service.url) as client:
        assert "Atza" not in repr(client)
    assert len(service.requests) == 0
    assert not list(tmp_path.iterdir())


def test_fault_15_the_tree_needs_no_loop_of_the_caller(ap, capsys):
    """The folders are read and printed by blocking code on every Python we support."""
    ap.create_folders("Pictures/iPhone", "Pictures/Web/foo", "Documents")
    capsys.readouterr()
    ap.print_tree()
    assert capsys.readouterr().out.splitlines() == [
        "~",
        "├── Documents",
        "└── Pictures",
        "    ├── iPhone",
        "    └── Web",
        "        └── foo",
    ]


def test_fault_16_junk_stays_home(ap, tmp_path):
    """NAS and desktop junk is not uploaded, and its folders are not made."""
    junk = ["@eaDir/a.jpg", "#recycle/b.jpg", "@tmp/c.jpg", "#snapshot/d.jpg", ".DS_Store", "Thumbs.db", "._e.jpg"]
    junk += ["desktop.ini", ".hidden/f.jpg"]
    pictures.write(tmp_path / "in", *junk, "real.jpg")
    result = ap.upload(tmp_path / "in")
    assert list(result.name[result.outcome == "uploaded"]) == ["real.jpg"]
    assert list(ap.nodes("kind:FILE").name) == ["real.jpg"]
    assert list(ap.nodes("kind:FOLDER AND name:in").name) == ["in"]
    assert set(ap.folders().name.dropna()) - {""} == {"in", "Pictures", "Web"}
