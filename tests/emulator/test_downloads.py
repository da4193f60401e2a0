import io
import re
import sys
import zipfile
from urllib.parse import urlsplit

import pytest
from aiohttp.multipart import content_disposition_filename, parse_content_disposition
from PIL import Image

from emulator import made_media

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def file(call):
    """The id of a file of 10,240 bytes."""
    return call.uploaded("a.bin", CONTENT)


def ranged(call, file, span, **headers):
    return call.ask("GET", f"/cdproxy/nodes/{file}", headers={"Range": span, **headers})


def follow(call, answer):
    parts = urlsplit(answer.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}" == call.service.url
    return call.get(f"{parts.path}?{parts.query}")


def picture(width, height):
    out = io.BytesIO()
    Image.new("RGB", (width, height), (10, 100, 200)).save(out, "PNG")
    return out.getvalue()


def test_the_original_bytes(call, file):
    """GET {content proxy}/{id} gives exactly what was uploaded, its length, and the MD5 as ETag."""
    answer = call.get(f"/cdproxy/nodes/{file}")
    assert (answer.status, answer.body) == (200, CONTENT)
    md5 = call.get(f"/drive/v1/nodes/{file}").json["contentProperties"]["md5"]
    assert answer.headers["ETag"] == f'"{md5}"'
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_head(call, file):
    """HEAD says the same and sends nothing."""
    answer = call.ask("HEAD", f"/cdproxy/nodes/{file}")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", str(len(CONTENT)))


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=10000-", 10000, 10240),
        ("bytes=-40", 10200, 10240),
        ("bytes=10239-99999", 10239, 10240),
        ("bytes=-99999", 0, 10240),
        (f"bytes=5-{'9' * 30}", 5, 10240),
        (f"bytes=-{'9' * 5000}", 0, 10240),
    ],
)
def test_ranges(call, file, span, start, end):
    """Range gives 206, the part, and where it is."""
    answer = ranged(call, file, span)
    assert (answer.status, answer.body) == (206, CONTENT[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/10240"


@pytest.mark.parametrize("span", ["bytes=10240-", "bytes=99999-100000", "bytes=-0", f"bytes={'9' * 30}-"])
def test_past_the_end(call, file, span):
    """A range of nothing is a 416 that says how long the file is."""
    answer = ranged(call, file, span)
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */10240")


@pytest.mark.parametrize("span", ["bytes=5-2", "lines=1-2", "bytes=x-", "bytes=0-1,5-6"])
def test_ranges_that_nobody_understands(call, file, span):
    """They are ignored: 200 with everything."""
    assert ranged(call, file, span).status == 200


def test_if_range(call, file):
    """A part is given only of the content that was meant: else all of it comes."""
    etag = call.get(f"/cdproxy/nodes/{file}").headers["ETag"]
    assert ranged(call, file, "bytes=1-", **{"If-Range": etag}).status == 206
    assert ranged(call, file, "bytes=1-", **{"If-Range": '"another"'}).status == 200


def test_ranges_of_a_large_file(call):
    """Megabytes come from the disk in blocks, from anywhere in the file."""
    content = CONTENT * 400
    file = call.uploaded("large.bin", content)
    assert ranged(call, file, "bytes=1000001-3999999").body == content[1000001:4000000]


def test_content_redirection(call, file):
    """302 to an address that needs no cookies and has the file's name; with and without querySuffix (live)."""
    path = f"/drive/v1/nodes/{file}/contentRedirection"
    for query in ({"querySuffix": "?download=true"}, {"download": "true", "ownerId": call.owner}):
        call.signed_in = True
        assert_given(call, call.get(path, **query))


def assert_given(call, answer):
    assert answer.status == 302
    assert urlsplit(answer.headers["Location"]).path.startswith("/v2/download/presigned/")
    call.signed_in = False
    content = follow(call, answer)
    assert (content.status, content.body) == (200, CONTENT)
    assert content.headers["Content-Disposition"].startswith('attachment; filename="a.bin"')


@pytest.mark.parametrize("name", ["a b.jpg", "naïve 🏝.jpg", 'quo"te.jpg', "semi;colon.jpg", "back\\slash.jpg"])
def test_names_in_content_disposition(call, name):
    """filename* carries any name."""
    file = call.uploaded(name)
    answer = follow(call, call.get(f"/drive/v1/nodes/{file}/contentRedirection", querySuffix="?download=true"))
    _, parameters = parse_content_disposition(answer.headers["Content-Disposition"])
    assert content_disposition_filename(parameters) == name


def test_links_end(call, file):
    """A link is over after a while, by the service's clock, and cannot be made up."""
    answer = call.get(f"/drive/v1/nodes/{file}/contentRedirection")
    call.service.set(clock_offset=3600)
    assert follow(call, answer).status == 403
    assert call.get("/cdproxy/templink/nonsense.nonsense").status == 403


def test_temp_link(call, file):
    """tempLink=true adds an address to a node, and to each of a page; one's own needs cookies (live, 2026)."""
    path = urlsplit(call.get(f"/drive/v1/nodes/{file}", tempLink="true").json["tempLink"]).path
    assert path == f"/cdproxy/nodes/{file}"
    assert call.get(path).body == CONTENT
    call.signed_in = False
    assert call.get(path).status == 401
    call.signed_in = True
    listed = {node["kind"]: node for node in call.nodes(tempLink="true").json["data"]}
    assert "tempLink" in listed["FILE"]
    assert "tempLink" not in listed["FOLDER"]
    assert "tempLink" not in call.get(f"/drive/v1/nodes/{file}").json


def test_folders_have_no_content(call):
    """Asking for a folder's bytes is a 400, for an unknown node's a 404."""
    assert call.get(f"/cdproxy/nodes/{call.root}").status == 400
    assert call.get("/cdproxy/nodes/nothing").status == 404


def test_an_empty_file(call):
    """It comes whole, and no range of it exists."""
    file = call.uploaded("empty", b"")
    answer = call.get(f"/cdproxy/nodes/{file}")
    assert (answer.status, answer.body) == (200, b"")
    assert ranged(call, file, "bytes=0-").status == 416


def test_view_box(call):
    """viewBox on an image shrinks and recompresses; it never equals the original."""
    original = picture(400, 200)
    file = call.uploaded("a.png", original)
    answer = call.get(f"/cdproxy/nodes/{file}", viewBox=100)
    assert answer.body != original
    assert Image.open(io.BytesIO(answer.body)).size == (100, 50)


@pytest.mark.parametrize(("box", "size"), [("100", (100, 50)), ("100,20", (40, 20)), ("1000,1000", (400, 200))])
def test_thumbnails(call, box, size):
    """A JPEG inside viewBox=W[,H], never larger than the picture."""
    file = call.uploaded("a.png", picture(400, 200))
    answer = call.get(f"/v1/thumbnail/{file}", ownerId=call.owner, viewBox=box)
    assert answer.headers["Content-Type"] == "image/jpeg"
    shown = Image.open(io.BytesIO(answer.body))
    assert (shown.format, shown.size) == ("JPEG", size)


@pytest.mark.parametrize("box", ["0", "x", "10,", "-5"])
def test_view_boxes_that_cannot_be(call, box):
    """A 400."""
    file = call.uploaded("a.png", picture(4, 2))
    assert call.get(f"/v1/thumbnail/{file}", viewBox=box).status == 400


def test_invented_files_have_bytes(call):
    """A seeded library keeps none, and gives those that size and MD5 promise."""
    call.service.reset(files=20)
    node = call.nodes(filters="contentProperties.contentType:image*", limit=1).json["data"][0]
    answer = call.get(f"/cdproxy/nodes/{node['id']}")
    assert len(answer.body) == node["contentProperties"]["size"]
    assert answer.headers["ETag"] == f'"{node["contentProperties"]["md5"]}"'
    assert call.get(f"/v1/thumbnail/{node['id']}", viewBox=8).status == 200


def test_a_batch_link(call):
    """/batchLink takes owner:id and gives 201 with the address of a zip (live); files of one name are kept apart."""
    ids = [call.uploaded("a.txt", b"1"), call.uploaded("a.txt", b"2", parent=call.folder("x").json["id"])]
    answer = call.batch(*ids)
    assert (answer.status, set(answer.json)) == (201, {"links", "status", "expires"})
    assert (set(answer.json["links"]), answer.json["status"]) == ({"content"}, "AVAILABLE")
    path = urlsplit(answer.json["links"]["content"]).path
    assert re.fullmatch(r"/cdproxy/batchLink/[^/]+/content", path)
    content = call.get(path).body
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"a.txt": b"1", "a(1).txt": b"2"}


def test_what_a_batch_link_is_not_given(call, file):
    """An unknown node and another's are a 404, more than 1,200 and bare ids (guess) a 400."""
    assert call.batch("nothing").status == 404
    assert call.batch(*[file] * 1201).status == 400
    for node_id, status in ((file, 400), (f"A2OTHER:{file}", 404)):
        assert call.ask("POST", "/drive/v1/batchLink", body={"nodeIds": [node_id]}).status == status


def test_thumbnails_without_pillow_say_what_to_install(call, monkeypatch):
    """A bare installation still keeps and gives files; a thumbnail is a 501 with the pip line, not a crash."""
    content = picture(4, 2)
    file = call.uploaded("a.png", content)
    monkeypatch.setitem(sys.modules, "PIL", None)
    answer = call.get(f"/v1/thumbnail/{file}", viewBox=8)
    assert answer.status == 501
    assert "pip install pillow" in answer.json["message"]
    assert call.get(f"/cdproxy/nodes/{file}").body == content


def test_signed_downloads(call, file):
    """download-photos/v2/download/signed/{id}: with cookies 200 and the bytes, no redirection (live)."""
    path = f"/v2/download/signed/{file}"
    answer = call.get(path, ownerId=call.owner)
    assert (answer.status, answer.body) == (200, CONTENT)
    assert call.get(path, ownerId="A2OTHER").status == 404
    call.signed_in = False
    assert call.get(path).status == 401


def test_presigned_downloads(call, file):
    """v2/download/presigned/{token}?download=true[&ownerId=] needs no cookies (live)."""
    owner = call.owner
    answer = call.get(f"/drive/v1/nodes/{file}/contentRedirection", download="true", ownerId=owner)
    target = urlsplit(answer.headers["Location"])
    assert target.query == f"download=true&ownerId={owner}"
    call.signed_in = False
    for query in ({"download": "true"}, {"download": "true", "ownerId": owner}, {}):
        assert call.get(target.path, **query).body == CONTENT
    assert call.get(target.path, ownerId="A2OTHER").status == 404


@pytest.mark.parametrize("asked", [{"querySuffix": "?viewBox=100,100"}, {"viewBox": "100,100"}])
def test_smaller_pictures_by_redirection(call, asked):
    """contentRedirection with ?viewBox=W,H leads to a smaller picture (live)."""
    file = call.uploaded("a.png", picture(400, 200))
    answer = follow(call, call.get(f"/drive/v1/nodes/{file}/contentRedirection", **asked))
    assert Image.open(io.BytesIO(answer.body)).size == (100, 50)


@pytest.mark.parametrize(
    "asked", [{"querySuffix": "?videoTranscodeView=true&y=720"}, {"videoTranscodeView": "true", "y": "720"}]
)
def test_transcoded_videos(call, asked):
    """?videoTranscodeView=true&y=720 streams a video (live); here its own bytes. Of a picture it is a 400 (guess)."""
    video = call.uploaded("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + CONTENT)
    answer = call.get(f"/drive/v1/nodes/{video}/contentRedirection", **asked)
    assert urlsplit(answer.headers["Location"]).query == "videoTranscodeView=true&y=720"
    assert follow(call, answer).body.endswith(CONTENT)
    photo = call.uploaded("a.png", picture(4, 2))
    assert call.get(f"/drive/v1/nodes/{photo}/contentRedirection", **asked).status == 400


def test_thumbnails_are_of_the_owners(call):
    """Another ownerId is a 404 (guess: which status); a HEIC comes as JPEG (live)."""
    heic = call.uploaded("a.heic", made_media.picture("HEIF", size=(40, 20)))
    assert call.get(f"/v1/thumbnail/{heic}", ownerId="A2OTHER", viewBox=10).status == 404
    answer = call.get(f"/v1/thumbnail/{heic}", ownerId=call.owner, viewBox=10)
    shown = Image.open(io.BytesIO(answer.body))
    assert (answer.headers["Content-Type"], shown.format, shown.size) == ("image/jpeg", "JPEG", (10, 5))


def test_where_a_node_was_taken(call):
    """/nodes/{id}/types/locations tells the location (code)."""
    taken = call.uploaded("a.jpg", made_media.picture("JPEG", exif=made_media.camera_exif()))
    assert call.get(f"/drive/v1/nodes/{taken}/types/locations").json == {"location": "49.28,-123.12"}
    assert call.get(f"/drive/v1/nodes/{call.uploaded('a.txt')}/types/locations").json == {}
    assert call.get("/drive/v1/nodes/nothing/types/locations").status == 404
