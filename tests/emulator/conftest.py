"""One emulator for each module of tests, emptied before each test, and a plain HTTP caller."""

import contextlib
import hashlib
import http.client
import io
import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

import pytest

from amazon_photos.emulator import Options, running


class Answer:
    """What came back."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<Answer {self.status} {self.body[:300]!r}>"


class Caller:
    """Asks as a browser would: cookies, session header, no redirects followed. A header of None is left out."""

    def __init__(self, service):
        self.service = service
        self.signed_in = True

    def headers(self):
        if not self.signed_in:
            return {}
        cookies = self.service.cookies
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return {"Cookie": cookie, "x-amzn-sessionid": cookies["session-id"]}

    def steering(self):
        """What the control routes want."""
        return {"x-emulator-token": self.service.token, "Content-Type": "application/json"}

    def connection(self):
        return http.client.HTTPConnection(urlsplit(self.service.url).netloc, timeout=30)

    def ask(self, method, path, *, body=None, headers=None, **query):
        with contextlib.closing(self.connection()) as connection:
            return self.ask_over(connection, method, path, body=body, headers=headers, **query)

    def ask_over(self, connection, method, path, *, body=None, headers=None, **query):
        """``ask``, over a connection that stays open."""
        separator = "&" if "?" in path else "?"
        target = path + (separator + urlencode(query) if query else "")
        if isinstance(body, dict | list):
            body = json.dumps(body)
        own = self.headers() | (self.steering() if path.startswith("/_emulator/") else {})
        given = {name: value for name, value in {**own, **(headers or {})}.items() if value is not None}
        connection.request(method, target, body=body, headers=given)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def get(self, path, **query):
        return self.ask("GET", path, **query)

    def nodes(self, **query):
        return self.get("/drive/v1/nodes", resourceVersion="V2", **query)

    def search(self, filters="", *, searchContext="customer", **query):  # noqa: N803 - the service's name
        query = {"filters": filters, "searchContext": searchContext, **query}
        return self.get("/drive/v1/search", **{name: value for name, value in query.items() if value is not None})

    def batch(self, *node_ids, **query):
        """Asks for a zip, as the owner does."""
        body = {"nodeIds": [f"{self.owner}:{node_id}" for node_id in node_ids]}
        return self.ask("POST", "/drive/v1/batchLink", body=body, **query)

    def zip_of(self, *node_ids):
        """The path of a zip."""
        answer = self.batch(*node_ids)
        assert answer.status == 201, answer
        return urlsplit(answer.json["links"]["content"]).path

    def names(self, answer):
        assert answer.status == 200, answer
        return [node.get("name") for node in answer.json["data"]]

    @property
    def root(self):
        return self.nodes(filters="isRoot:true").json["data"][0]["id"]

    @property
    def owner(self):
        return self.nodes(filters="isRoot:true").json["data"][0]["ownerId"]

    def folder(self, name, *, parent=None):
        body = {"kind": "FOLDER", "name": name, "parents": [parent or self.root], "resourceVersion": "V2"}
        return self.ask("POST", "/drive/v1/nodes", body=body)

    def album(self, name):
        body = {"kind": "VISUAL_COLLECTION", "name": name, "resourceVersion": "V2", "ContentType": "JSON"}
        return self.ask("POST", "/drive/v1/nodes", body=body)

    def upload(self, name, content=b"", *, parent=None, headers=None, **query):
        query = {"name": name, "kind": "FILE", **({"parentNodeId": parent} if parent else {}), **query}
        return self.ask("POST", "/cdproxy/nodes", body=content, headers=headers, **query)

    def upload_v2(self, name, content, *, parent=None, md5=None, size=None, **query):
        query = {
            "name": name,
            "fileSize": len(content) if size is None else size,
            "parentNodeId": parent or self.root,
            **query,
        }
        headers = {"x-amzn-file-md5": md5 or hashlib.md5(content).hexdigest()}
        return self.ask("POST", "/v2/upload", body=content, headers=headers, **query)

    def uploaded(self, name, content=None, **options):
        """The id of a file with content of its own."""
        answer = self.upload(name, name.encode() if content is None else content, **options)
        assert answer.status == 201, answer
        return answer.json["id"]

    def trash(self, *node_ids, op="add", **more):
        body = {"recurse": "true", "op": op, "filters": "", "value": list(node_ids), **more}
        return self.ask("PATCH", "/drive/v1/trash", body=body)

    def purge(self, *node_ids, recurse="false"):
        return self.ask("POST", "/drive/v1/bulk/nodes/purge", body={"recurse": recurse, "nodeIds": list(node_ids)})


@pytest.fixture
def start(tmp_path_factory):
    """Starts the program; gives its process, address, cookies and token once it has introduced itself."""
    started = []
    environ = os.environ | {"TMPDIR": str(tmp_path_factory.mktemp("killed"))}  # what is killed leaves its folder

    def begin(*arguments, ulimit=None):
        command = [sys.executable, "-m", "amazon_photos.emulator", "--port", "0", *map(str, arguments)]
        if ulimit:
            command = ["sh", "-c", f'ulimit {ulimit}; exec "$@"', "sh", *command]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)
        started.append(process)
        for line in process.stdout:
            if found := re.search(r'AmazonPhotos\(cookies=({.*}), endpoint="(.*)"\)', line):
                told = SimpleNamespace(process=process, url=found[2], cookies=json.loads(found[1]))
            if found := re.search(r"x-emulator-token: ([\w-]+)'", line):
                told.token = found[1]
                return told
        raise AssertionError(process.communicate()[1])

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def server():
    """An emulator that the module's tests share."""
    with running() as service:
        yield service


@pytest.fixture
def call(server):
    """A caller of the module's emulator, which is empty and as it was at the start."""
    server.set(**Options().as_dict())
    server.reset()
    return Caller(server)


@pytest.fixture
def caller_of():
    """Makes a caller for an emulator of the test's own."""
    return Caller


@pytest.fixture
def kept(tmp_path):
    """A caller of an emulator of the test's own whose data folder stays, so that everything waits for the disk."""
    with running(tmp_path / "kept") as service:
        yield Caller(service)


@pytest.fixture
def describe(tmp_path):
    """What the service reads from a file of this content."""
    from amazon_photos.emulator.media import media

    def described(content, name="photo.jpg"):
        path = tmp_path / "content"
        path.write_bytes(content)
        return media.describe(path, name=name)

    return described


@pytest.fixture
def shown(tmp_path):
    """The thumbnail of a file of this content."""
    from PIL import Image

    from amazon_photos.emulator.media import thumbnails

    def thumbnail(content, **box):
        path = tmp_path / "content"
        path.write_bytes(content)
        return Image.open(io.BytesIO(thumbnails.thumbnail(path, **box)))

    return thumbnail
