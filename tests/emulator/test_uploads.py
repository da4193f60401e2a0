import hashlib
import os
import re
import socket
import stat
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from amazon_photos.emulator import running


def test_an_upload(call):
    """POST /cdproxy/nodes with the raw bytes answers 201 with the node: size, MD5, type, extension, owner."""
    folder = call.folder("x").json["id"]
    answer = call.upload("Read Me.TXT", b"hello", parent=folder)
    assert answer.status == 201
    node = answer.json
    assert (node["name"], node["kind"], node["parents"]) == ("Read Me.TXT", "FILE", [folder])
    assert node["ownerId"] == call.service.library.owner
    content = node["contentProperties"]
    assert (content["size"], content["md5"]) == (5, hashlib.md5(b"hello").hexdigest())
    assert content["contentType"].startswith("text/plain")
    assert call.get("/cdproxy/nodes/" + node["id"]).body == b"hello"


def test_the_parameter_is_parent_node_id(call):
    """`parents` does nothing: the file lands in the root."""
    folder = call.folder("x").json["id"]
    assert call.upload("a.txt", b"a", parents=folder).json["parents"] == [call.root]


def test_the_fields_of_an_upload(call):
    """childAssetTypeInfo, protectedFolder, properties, a contentSignature that is not the MD5 (recorded in 2022)."""
    node = call.upload("a.txt", b"hello").json
    assert (node["childAssetTypeInfo"], node["protectedFolder"], node["properties"]) == ([], False, {})
    (signature,) = node["contentProperties"]["contentSignatures"]
    assert signature["contentSignatureType"] == "MD5"
    assert re.fullmatch("[0-9a-f]{32}", signature["contentSignature"])
    assert signature["contentSignature"] != node["contentProperties"]["md5"]


def test_an_upload_is_modified_after_it_is_created(call):
    """modifiedDate is always the later one (recorded in 2022), and never ahead of the service's clock."""
    node = call.upload("a.txt", b"hello").json
    assert node["createdDate"] < node["modifiedDate"] <= call.service.library.now


def test_a_parent_must_exist(call):
    """An unknown parent, or one that is no folder, is a 400."""
    file = call.uploaded("a.txt")
    for parent in ("nothing", file):
        answer = call.upload("b.txt", b"b", parent=parent)
        assert (answer.status, answer.json["message"]) == (400, "One of the parentId doesn't exists")


def test_a_name_is_needed(call):
    """Without one, or with one of 257 characters, the answer is 400."""
    assert call.upload("", b"a").status == 400
    assert call.upload("x" * 257, b"a").status == 400


@pytest.mark.parametrize("name", ["naïve 🏝.jpg", "a & b = c?.jpg", "../../etc/passwd", "CON", "x" * 256, "-dash"])
def test_names_are_kept_as_they_are(call, name):
    """Whatever people call their files."""
    assert call.upload(name, b"a").json["name"] == name


def test_a_taken_name(call):
    """Ignoring case: 409 NAME_ALREADY_EXISTS with the id of the one that has it."""
    first = call.uploaded("IMG.CR2", b"1")
    answer = call.upload("img.cr2", b"2")
    assert (answer.status, answer.json["code"]) == (409, "NAME_ALREADY_EXISTS")
    assert answer.json["info"] == {"nodeId": first}
    assert answer.json["id"] == first, "at the top, too (code: two clients read it there)"
    assert re.match(r"Node with the name img.cr2 already exists under parentId", answer.json["message"])


def test_known_content(call):
    """The same bytes anywhere in the account are a 409 MD5_DUPLICATE with the existing id; the trash is exempt."""
    first = call.uploaded("a.txt", b"same")
    folder = call.folder("x").json["id"]
    answer = call.upload("b.txt", b"same", parent=folder)
    assert (answer.status, answer.json["code"], answer.json["info"]) == (409, "MD5_DUPLICATE", {"nodeId": first})
    assert answer.json["id"] == first
    assert call.upload("b.txt", b"same", suppress="deduplication").status == 201
    call.trash(first, *[node["id"] for node in call.nodes(filters="kind:FILE").json["data"]])
    assert call.upload("c.txt", b"same").status == 201


def test_empty_files(call):
    """With a Content-Length they are taken and are no duplicates of each other; chunked they are refused (2015)."""
    assert call.upload("a.txt", b"").json["contentProperties"]["size"] == 0
    assert call.upload("b.txt", b"").status == 201
    chunked = call.ask("POST", "/cdproxy/nodes?name=c.txt&kind=FILE", body=iter([]))
    assert (chunked.status, chunked.json["message"]) == (400, "Bytes not received for request.")
    assert call.names(call.nodes(filters="kind:FILE")) == ["a.txt", "b.txt"]


def test_chunked_content(call):
    """Other content may come chunked."""
    answer = call.ask("POST", "/cdproxy/nodes?name=a.txt", body=iter([b"ab", b"c"]))
    assert answer.json["contentProperties"]["size"] == 3


def test_a_large_file(call):
    """Some megabytes arrive whole, through blocks of any size."""
    content = bytes(range(256)) * 20_000
    node = call.upload("a.bin", content).json
    assert node["contentProperties"]["md5"] == hashlib.md5(content).hexdigest()
    assert call.get("/cdproxy/nodes/" + node["id"]).body == content


@pytest.mark.parametrize("sent", [0, 10, 300_000])
def test_a_body_that_breaks_off_leaves_nothing(call, sent, caplog):
    """Fewer bytes than Content-Length said, then the connection closes: no node, no file, no noise."""
    parts = urlsplit(call.service.url)
    headers = "".join(f"{name}: {value}\r\n" for name, value in call.headers().items())
    head = f"POST /cdproxy/nodes?name=a.bin HTTP/1.1\r\nHost: {parts.netloc}\r\n{headers}Content-Length: 600000\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(head.encode() + b"x" * sent)
    incoming = call.service.library.data / "incoming"
    wait_until(lambda: call.service.requests and not list(incoming.iterdir()))
    assert call.service.requests[-1].status == 0
    assert not caplog.records
    assert call.names(call.nodes(filters="kind:FILE")) == []
    assert not [path for path in (incoming.parent / "content").rglob("*") if path.is_file()]


def test_a_quota(call):
    """What doesn't fit is a 403 InsufficientStorage and leaves nothing."""
    call.service.set(quota=10)
    assert call.upload("a.txt", b"12345678").status == 201
    answer = call.upload("b.txt", b"abc")
    assert (answer.status, answer.json["errorCode"]) == (403, "InsufficientStorage")
    assert call.get("/drive/v1/account/quota").json["available"] == 2


def test_a_file_is_pending_first(call):
    """While it is processed it has no content properties; then it is AVAILABLE, and counts as modified."""
    call.service.set(processing=30)
    node_id = call.uploaded("a.txt")
    before = call.get("/drive/v1/nodes/" + node_id).json
    assert before["status"] == "PENDING"
    assert "contentProperties" not in before
    assert call.names(call.nodes(filters="kind:FILE")) == ["a.txt"]
    call.service.set(clock_offset=31)
    after = call.get("/drive/v1/nodes/" + node_id).json
    assert (after["status"], after["contentProperties"]["size"]) == ("AVAILABLE", 5)
    assert after["modifiedDate"] > before["modifiedDate"]


def test_an_upload_outlives_its_session(call):
    """A session that ends while the bytes come is noticed at the end: 401, and nothing is kept."""
    call.service.set(session_lifetime=100)

    def body():
        yield b"first half"
        time.sleep(0.1)
        call.service.set(clock_offset=200)
        yield b"second half"

    answer = call.ask("POST", "/cdproxy/nodes?name=a.txt", body=body())
    assert (answer.status, answer.json["message"]) == (401, "Token has expired")
    call.service.set(session_lifetime=None)
    assert call.names(call.nodes(filters="kind:FILE")) == []


def test_the_newer_upload(call):
    """POST /v2/upload answers 200 with the node, and keeps contentDate of a file without EXIF."""
    answer = call.upload_v2("a.txt", b"hello", contentDate="2001-02-03T04:05:06+01:00")
    assert answer.status == 200
    assert answer.json["contentProperties"]["contentDate"] == "2001-02-03T03:05:06.000Z"


def test_the_newer_upload_checks(call):
    """The MD5 header, the size and the date must be right; else 400, and nothing is kept."""
    assert call.upload_v2("a.txt", b"hello", md5=hashlib.md5(b"other").hexdigest()).status == 400
    assert call.upload_v2("a.txt", b"hello", md5="nonsense").status == 400
    assert call.upload_v2("a.txt", b"hello", size=4).status == 400
    assert call.upload_v2("a.txt", b"hello", contentDate="yesterday").status == 400
    assert call.names(call.nodes(filters="kind:FILE")) == []
    assert not list((call.service.library.data / "incoming").iterdir())


def test_duplicates_of_the_newer_upload(call):
    """409 DuplicatesConflictError, with the ids in errorDetails.conflictNodeIds."""
    first = call.uploaded("a.txt", b"same")
    answer = call.upload_v2("b.txt", b"same", conflictResolution="RENAME")
    assert answer.status == 409
    assert set(answer.json) == {"message", "errorCode", "timeStamp", "requestId", "errorDetails"}
    assert answer.json["errorCode"] == "DuplicatesConflictError"
    assert answer.json["errorDetails"] == {"conflictNodeIds": [first]}


def test_renaming_at_the_newer_upload(call):
    """conflictResolution=RENAME finds a free name; without it a taken one is a 409."""
    call.uploaded("a.txt", b"1")
    assert call.upload_v2("A.txt", b"2").status == 409
    assert call.upload_v2("A.txt", b"2", conflictResolution="RENAME").json["name"] == "A(1).txt"


def wait_until(holds, *, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_what_is_answered_is_on_the_disk(kept, monkeypatch):
    """The file is synced before it gets its name, the folder after it, and both before the node is in the database."""
    done = []
    sync, replace = os.fsync, os.replace

    def fsync(handle):
        sync(handle)
        found = os.fstat(handle)
        done.append("folder" if stat.S_ISDIR(found.st_mode) else f"file of {found.st_size}")

    def renamed(source, target, **more):
        replace(source, target, **more)
        done.append(f"name {Path(target).name}")

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", renamed)
    assert kept.upload("a.txt", b"x" * 1000).status == 201
    made = ["folder"]  # content/xx, by the first content that belongs there
    assert done == ["file of 1000", *made, f"name {hashlib.md5(b'x' * 1000).hexdigest()}", "folder"]


def test_a_commit_is_on_the_disk(kept):
    """The database writes its log through to the disk with every commit."""
    assert pragmas(kept.service) == ["wal", 2]


def test_nothing_waits_for_the_disk_in_a_temporary_folder(call, monkeypatch):
    """What is removed at the end outlives no power cut: no upload and no commit is synced."""
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    assert call.upload("a.txt", b"x" * 1000).status == 201
    assert synced == []
    assert pragmas(call.service) == ["wal", 0]


def pragmas(service):
    names = ("journal_mode", "synchronous")
    return service.library.write(lambda db: [db.execute(f"PRAGMA {name}").fetchone()[0] for name in names])


def test_files_of_the_users_stay_in_the_data_folder(tmp_path):
    """A data folder that holds somebody's own files loses none of them; cut uploads are removed (fault A7)."""
    for name in ("incoming/holiday.jpg", "content/notes.txt", "content/ab/picture.png", "incoming/" + "0" * 32):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / "incoming" / ("f" * 32)).mkdir()
    for _ in range(2):
        with running(tmp_path, files=3):
            pass
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert {"incoming/holiday.jpg", "content/notes.txt", "content/ab/picture.png"} <= left
    assert "incoming/" + "0" * 32 not in left


def test_with_prime_photos_are_free(call):
    """They need no room and are not billed; videos and documents do and are."""
    call.service.set(quota=10, prime=True)
    assert call.upload("a.jpg", b"p" * 100).status == 201
    assert call.upload("b.txt", b"12345678").status == 201
    for name in ("c.mp4", "d.pdf", "e.txt"):
        assert call.upload(name, b"v" * 5).status == 403, name
    assert call.upload("f.jpg", b"q" * 100).status == 201
    assert call.get("/drive/v1/account/quota").json["available"] == 2
    usage = call.get("/drive/v1/account/usage").json
    assert usage["photo"] == {"total": {"bytes": 200, "count": 2}, "billable": {"bytes": 0, "count": 0}}
    assert usage["doc"]["billable"] == usage["doc"]["total"] == {"bytes": 8, "count": 1}
