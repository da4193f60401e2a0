"""The examples run as they are: notebooks in a kernel, the photo frame in a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import nbclient
import nbformat
import pytest

from amazon_photos import emulator

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run_from_the_top(path, tmp_path, monkeypatch):
    """Each cell runs, what is drawn is drawn, and nothing is printed into the file but what a cell gives."""
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    book = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    kinds = [kind for output in outputs for kind in output.get("data", ())]
    assert kinds.count("image/png") >= 2
    assert not [output for output in outputs if output.output_type == "stream"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path):
    """What stands in the repository is what a person wrote: no outputs, no counts of runs."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert not [cell for cell in cells if cell.outputs or cell.execution_count]


def test_the_photo_frame_shows_photos(tmp_path):
    """Its page, and pictures that a browser can show."""
    with emulator.running(files=20) as service:
        environ = {**os.environ, **service.environ, "AMAZON_PHOTOS_CACHE_DIR": str(tmp_path), "PORT": "0"}
        command = [sys.executable, str(EXAMPLES / "photo_frame.py")]
        with subprocess.Popen(command, env=environ, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as frame:
            try:
                url = re.match(r"http://\S+", frame.stdout.readline())[0]
                with urlopen(url, timeout=30) as page:
                    assert "<img src=/photo>" in page.read().decode()
                with urlopen(f"{url}/photo?1", timeout=30) as picture:
                    assert picture.headers["Content-Type"] == "image/jpeg"
                    assert picture.read(2) == b"\xff\xd8"
            finally:
                frame.kill()
