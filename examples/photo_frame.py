"""A photo frame: another picture every minute, in any browser. ``python examples/photo_frame.py``.

It shows your favourites, and any photo when you have none. It is signed in as any client is: by `amazon-photos login`,
or by cookies in the environment (README). Pictures are fetched in the size of a screen and kept nowhere. Who reaches
``HOST`` and ``PORT`` sees them: HOST=0.0.0.0 opens it to your network.
"""

from __future__ import annotations

import os
import random
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from amazon_photos import AmazonPhotos, AmazonPhotosError

PAGE = b"""<!doctype html><meta charset=utf-8><title>Photo frame</title>
<style>body { margin: 0; background: #000 } img { width: 100vw; height: 100vh; object-fit: contain }</style>
<img src=/photo><script>setInterval(() => document.images[0].src = "/photo?" + Date.now(), 60000)</script>"""


class Frame(BaseHTTPRequestHandler):
    """The page, and one of the pictures each time it asks."""

    photos: AmazonPhotos
    ids: list[str]

    def do_GET(self) -> None:
        if not self.path.startswith("/photo"):
            return self.answer(200, "text/html", PAGE)
        try:
            picture = self.photos.thumbnails.get(random.choice(self.ids), width=1920, height=1080)
        except AmazonPhotosError as error:
            return self.answer(502, "text/plain", str(error).encode())
        return self.answer(200, "image/jpeg", picture)

    def answer(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    with AmazonPhotos() as Frame.photos:
        found = Frame.photos.photos("type:(PHOTOS) AND favorite:(true)", save=False, columns=["id"])
        found = found if len(found) else Frame.photos.photos(limit=1000, save=False, columns=["id"])
        Frame.ids = list(found.id) or sys.exit("there are no photos in this library")
        place = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080"))
        with ThreadingHTTPServer(place, Frame) as server:
            print("http://{}:{}".format(*server.server_address), flush=True)
            server.serve_forever()
