"""Every command, right and wrong, as people and scripts see it: held to what is written in ``tests/transcripts``."""

import datetime
import os
from pathlib import Path

import pytest

import pictures
import terminals
import transcribing
from amazon_photos.cli.syntax.registry import SECTIONS

FOLDER = Path(__file__).parents[1] / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))


@pytest.fixture
def transcriber(service, tmp_path):
    """Somebody who is signed in, with a small library, and three pictures that it does not have."""
    service.reset(files=12)
    for name in ("user", "Pictures/2024"):
        (tmp_path / name).mkdir(parents=True)
    for number in range(3):
        (tmp_path / "Pictures" / "2024" / f"new_{number}.jpg").write_bytes(pictures.jpeg(number))
    (tmp_path / "cookies.txt").write_text("; ".join(f"{name}={value}" for name, value in service.cookies.items()))
    where = {"AMAZON_PHOTOS_CATALOG": str(tmp_path / "ap.parquet")}
    environ = terminals.clean_environ(tmp_path, **service.environ, **where)
    words = {"TMP": str(tmp_path), "URL": service.url}
    return transcribing.Transcriber(environ, words, f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_as_written(file, transcriber):
    """Case by case, the same output, the same words beside it, the same code."""
    head, cases = transcribing.read_cases(file.read_text("utf-8"))
    if os.environ.get("TRANSCRIPTS") == "write":
        told = [transcriber.run(case) for case in cases]
        file.write_text("\n".join(["\n".join(head) + "\n", *told]), "utf-8")
        return
    written = file.read_text("utf-8").split("\n\n")[1:]
    for case, expected in zip(cases, written, strict=True):
        assert transcriber.run(case).rstrip("\n") == expected.rstrip("\n")


_ELSEWHERE = {
    "completion": {False},  # a long script, which shells read: test_completion
    "demo": {False},  # a minute of it: test_demo
    "doctor": {False},  # it tells of this machine: test_doctor
    "emulator": {False},  # it goes on: tests/emulator
    "probe": {False},  # a request a second: test_probe_command
    "logout": {True, False},
}
"""What stands in a transcript of commands of which the rest is tested by themselves."""


def test_every_command_is_in_one():
    """Once where it goes well, and once where it does not."""
    seen = {}
    for file in FILES:
        for text in file.read_text("utf-8").split("\n\n"):
            lines = text.strip().splitlines()
            if lines and lines[0].startswith(("$ ", "% ")):
                for part in lines[0][2:].split(" | "):
                    seen.setdefault(part.split()[1] if len(part.split()) > 1 else "", set()).add(lines[-1] == "= 0")
    missing = {
        name: seen.get(name)
        for section in SECTIONS.values()
        for name in section
        if not seen.get(name, set()) >= _ELSEWHERE.get(name, {True, False})
    }
    assert not missing
