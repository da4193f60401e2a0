"""nginx on this machine, serving a folder where the service serves content: a peer that we did not write."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from . import programs
from .certificates import Certificate
from .figure import NotRun

_CONFIGURATION = """
{user}
worker_processes auto;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {upstream}
    server {{
        listen 127.0.0.1:{port}{tls};
        {location}
    }}
}}
"""
_CONTENT = "location /cdproxy/nodes/ {{ alias {content}/; autoindex on; }}"  # the list is for rclone
_TLS = """ ssl;
        ssl_certificate {certificate.file};
        ssl_certificate_key {certificate.key};
        ssl_protocols TLSv1.2 TLSv1.3"""
_UPSTREAM = "upstream sink {{ server {netloc}; keepalive 64; keepalive_requests 1000000; }}"
_PASSED_ON = """location / {
            proxy_pass http://sink;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_request_buffering off;
            client_max_body_size 0;
        }"""


@contextmanager
def serving(content: Path, folder: Path, certificate: Certificate | None = None) -> Iterator[str]:
    """Serves the files of ``content`` under ``/cdproxy/nodes/``; gives the address."""
    with _running(folder, certificate, location=_CONTENT.format(content=content)) as url:
        yield url


@contextmanager
def passing_on(url: str, folder: Path, certificate: Certificate) -> Iterator[str]:
    """Speaks TLS for the server at ``url``, and hands on bodies as they come; gives the address."""
    upstream = _UPSTREAM.format(netloc=urlsplit(url).netloc)
    with _running(folder, certificate, location=_PASSED_ON, upstream=upstream) as address:
        yield address


@contextmanager
def _running(folder: Path, certificate: Certificate | None, *, location: str, upstream: str = "") -> Iterator[str]:
    port = free_port()
    user = "user root;" if os.name == "posix" and os.geteuid() == 0 else ""
    tls = _TLS.format(certificate=certificate) if certificate else ""
    path = folder / "nginx.conf"
    path.write_text(
        _CONFIGURATION.format(user=user, folder=folder, port=port, tls=tls, location=location, upstream=upstream)
    )
    command = [programs.find("nginx") or "nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
        finally:
            process.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], patience: float = 10.0) -> None:
    """Until somebody listens there."""
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise NotRun(f"{Path(str(process.args[0])).name} does not start")  # type: ignore[index]
