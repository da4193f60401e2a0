"""A certificate for this machine's own address, made in the run: everybody verifies it, by ``SSL_CERT_FILE``."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import programs
from .figure import NotRun

_NEW = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=bench"
_FOR = ("subjectAltName=IP:127.0.0.1", "keyUsage=critical,digitalSignature,keyCertSign")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Signed by itself, so it is what a client has to trust."""

    file: Path
    key: Path

    @property
    def trust(self) -> dict[str, str]:
        """The environment of a process that trusts it, and nobody else."""
        return {"SSL_CERT_FILE": str(self.file)}


def make(folder: Path) -> Certificate:
    """Made by openssl; it holds for two days."""
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    extensions = [word for extension in _FOR for word in ("-addext", extension)]
    command = [programs.find("openssl") or "openssl", *_NEW.split(), *extensions]
    run = subprocess.run(
        [*command, "-keyout", str(made.key), "-out", str(made.file)], capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise NotRun(f"openssl makes no certificate: {(run.stderr.strip().splitlines() or ['no word'])[-1]}")
    return made
