"""A library in an emulator in which every request of the files can be made, filled over plain HTTP."""

from __future__ import annotations

import hashlib
import http.client
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from amazon_photos.emulator import Options

WWW = "www.amazon.com"
CONTENT = "content-na.drive.amazonaws.com"
MISSING = "no-such-node-AAAAAAAAA"
V2 = {"resourceVersion": "V2", "ContentType": "JSON"}


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """JSON as values, other text as text, the rest as bytes."""
        try:
            return json.loads(self.content)
        except ValueError:
            pass
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            return self.content


class Library:
    """What the placeholders are names of, in ``values``; ``files`` invented ones are there besides."""

    def __init__(self, service: Any, *, files: int = 0) -> None:
        service.set(**Options().as_dict())
        service.faults([])
        service.reset(files)
        self.service = service
        cookies = service.cookies
        self.values: dict[str, Any] = {
            "cookies": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "session_id": cookies["session-id"],
            "missing": MISSING,
        }
        self._fill_folders()
        self._fill_files()
        self._fill_contents()
        if files:
            self._find_videos()

    def ask(
        self,
        method: str,
        path: str,
        *,
        host: str = WWW,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
    ) -> Answer:
        """Ask the emulator, by the name of one of Amazon's hosts; no redirection is followed."""
        connection = http.client.HTTPConnection(urlsplit(self.service.url).netloc, timeout=30)
        try:
            signed = {"Cookie": self.values["cookies"], "x-amzn-sessionid": self.values["session_id"]}
            sent = signed if headers is None else {name: text for name, text in headers.items() if text is not None}
            data = json.dumps(body) if isinstance(body, dict) else body
            target = quote(path) + (f"?{urlencode(query)}" if query else "")
            connection.request(method, target, body=data, headers={"Host": host, **sent})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def _steer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"x-emulator-token": self.service.token, "Content-Type": "application/json"}
        return self.ask("POST", path, host="127.0.0.1", headers=headers, body=body).body

    def _list(self, filters: str, **more: str) -> list[dict[str, Any]]:
        return self.ask("GET", "/drive/v1/nodes", query={"filters": filters, "limit": "200", **V2, **more}).body["data"]

    def _create(self, name: str, kind: str, *parents: str) -> str:
        body = {"kind": kind, "name": name, **({"parents": list(parents)} if parents else {}), **V2}
        return self.ask("POST", "/drive/v1/nodes", body=body).body["id"]

    def _upload(self, name: str, content: bytes, parent: str) -> str:
        query = {"name": name, "kind": "FILE", "parentNodeId": parent}
        return self.ask("POST", "/cdproxy/nodes", host=CONTENT, query=query, body=content).body["id"]

    def _fill_folders(self) -> None:
        (root,) = self._list("isRoot:true")
        found = self._list(f"kind:(FOLDER*) AND parents:{root['id']} AND name:Pictures")
        self.values |= {
            "root": root["id"],
            "owner": root["ownerId"],
            "pictures": found[0]["id"] if found else self._create("Instead", "FOLDER", root["id"]),
            "folder": self._create("Golden", "FOLDER", root["id"]),
        }

    def _fill_files(self) -> None:
        values, photo = self.values, _photo()
        values["photo"] = self._upload("20210704_143524.jpg", photo, values["folder"])
        values["album"] = self._create("Holidays", "VISUAL_COLLECTION")
        added = {"op": "add", "value": [values["photo"]], **V2}
        self.ask("PATCH", f"/drive/v1/nodes/{values['album']}/children", body=added)
        for number in range(2):
            self._upload(f"{number}.jpg", _plain(number), values["pictures"])
        listed = self._list(f"kind:(FILE*) AND parents:{values['pictures']}", sort="['createdDate DESC']")
        values["one"], values["other"] = (node["id"] for node in listed)
        values["trashed"] = self._upload("trashed.jpg", _plain(2), values["pictures"])
        put = {"recurse": "true", "op": "add", "filters": "", "conflictResolution": "RENAME", **V2}
        self.ask("PATCH", "/drive/v1/trash", body={**put, "value": [values["trashed"]]})
        share = self._steer("/_emulator/shares", {"name": "Holidays", "nodeIds": [values["photo"]]})
        group, _, secret = share["groupShareToken"].partition(".")
        values |= {"share": share["shareId"], "shared": share["nodeId"], "group": group, "secret": secret}

    def _fill_contents(self) -> None:
        photo, new = _photo(), _plain(3)
        self.values |= {"photo_bytes": photo, "photo_start": photo[:4]} | _sums("photo", photo)
        self.values |= {"new_bytes": new} | _sums("new", new)
        told = {"name": "golden-form.jpg", "kind": "FILE", "parents": [self.values["folder"]]}
        self.values["form"] = _form(told, "golden-form.jpg", new)

    def _find_videos(self) -> None:
        videos = self._list("kind:(FILE*) AND contentProperties.contentType:(video*)")
        live_videos = self._list("kind:(ASSET*)")
        self.values |= {
            "video": videos[0]["id"],
            "live": live_videos[0]["parents"][0],
            "live_video": live_videos[0]["id"],
        }


def _sums(name: str, content: bytes) -> dict[str, str]:
    return {f"{name}_size": str(len(content)), f"{name}_md5": hashlib.md5(content).hexdigest()}


def _plain(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (40 * number, 90, 120)).save(out, "JPEG")
    return out.getvalue()


def _photo() -> bytes:
    """A picture whose EXIF says what node-image.json shows, as far as EXIF has it."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010F], exif[0x0110], exif[0x0131], exif[0x0132] = (
        "Canon",
        "Canon EOS 7D",
        "Made up 1.0",
        "2021:07:04 14:35:24",
    )
    exif[0x0112], exif[0x0128] = 1, 2
    exif[0x011A] = exif[0x011B] = IFDRational(72, 1)
    exif[0x8769] = {
        0x829A: IFDRational(1, 320),
        0x8822: 3,  # exposure program: aperture priority
        0x8827: 200,
        0x9003: "2021:07:04 14:35:24",
        0x9004: "2021:07:04 14:35:24",
        0x9202: IFDRational(6, 1),
        0x9207: 5,  # metering mode: multi-segment
        0x9209: 16,  # flash: off, did not fire
        0x920A: IFDRational(42, 1),
        0x9290: "089",
        0x9291: "089",
        0x9292: "089",
        0xA001: 1,  # color space: sRGB
        0xA402: 0,  # exposure mode: auto
        0xA403: 0,
        0xA40A: 0,
    }
    exif[0x8825] = {1: "N", 2: (49.0, 16.0, 48.0), 3: "W", 4: (123.0, 7.0, 12.0)}
    Image.new("RGB", (64, 48), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def _form(told: dict[str, Any], name: str, content: bytes) -> bytes:
    parts = (
        ('name="metadata"', "application/json", json.dumps(told).encode()),
        (f'name="content"; filename="{name}"', "image/jpeg", content),
    )
    lines = [
        f"--golden\r\nContent-Disposition: form-data; {says}\r\nContent-Type: {kind}\r\n\r\n".encode() + data + b"\r\n"
        for says, kind, data in parts
    ]
    return b"".join(lines) + b"--golden--\r\n"
