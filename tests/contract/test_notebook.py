"""A notebook, executed as ``nbclient`` and ``jupyter execute`` do it: what the cells show, and what the file keeps."""

import os

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

CELLS = {
    "connect": """
import os, pathlib
from amazon_photos import AmazonPhotos, Settings
ap = AmazonPhotos({cookies!r}, settings=Settings(endpoint={url!r}, bwlimit="1M"))
for name in ("up/a.jpg", "up/b.jpg"):
    pathlib.Path(name).parent.mkdir(exist_ok=True)
    pathlib.Path(name).write_bytes(os.urandom(1_000_000))
""",
    "upload": "up = ap.upload('up')",
    "plan": "ap.plan_upload('up')",
    "search": "ap.search('type:(PHOTOS)')",
    "close": "ap.close()",
}


class Watched(nbclient.NotebookClient):
    """Executes a notebook, and keeps all that was displayed meanwhile."""

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("display_data", "update_display_data"):
            self.displayed.append(msg["content"]["data"])
        return super().process_message(msg, cell, cell_index)


@pytest.fixture(scope="module")
def executed(module_service, tmp_path_factory):
    """The outputs of each cell, as the file has them; and all that was displayed."""
    module_service.reset(files=40)
    values = {"cookies": dict(module_service.cookies), "url": module_service.url}
    cells = [nbformat.v4.new_code_cell(CELLS["connect"].format(**values))]
    cells += [nbformat.v4.new_code_cell(cell) for name, cell in CELLS.items() if name != "connect"]
    folder = str(tmp_path_factory.mktemp("notebook"))
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = Watched(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}})
    client.displayed = []
    client.execute(env=os.environ | {"AMAZON_PHOTOS_CACHE_DIR": folder})
    outputs = dict(zip(CELLS, [cell.outputs for cell in notebook.cells], strict=True))
    return outputs, client.displayed


def test_a_bar_leaves_one_line(executed):
    """The upload's cell holds a line of plain text for each thing that took long: no bar, no widget, no stderr."""
    outputs, _ = executed
    *before, line = [output.data for output in outputs["upload"]]
    assert all(set(data) == {"text/plain"} for data in (*before, line))
    assert all(data["text/plain"].startswith("refresh: ") for data in before)
    assert line["text/plain"].startswith("upload: 2 files (2 uploaded), 2.0 MB in 0:0")


def test_the_bar_told_files_bytes_rate_and_time_left(executed):
    """While it lasted, it was HTML whose parts can go to the next line, so that none is cut off."""
    _, displayed = executed
    bars = [data["text/html"] for data in displayed if "/2 files<" in data.get("text/html", "")]
    assert bars
    assert all("flex-wrap:wrap" in bar for bar in bars)
    assert all(part in bars[-1] for part in ("/2.0 MB<", "/s<", " left<"))


def test_nothing_is_left_of_what_was_quick(executed):
    """No other cell has anything but its result."""
    outputs, _ = executed
    for name in ("connect", "plan", "search", "close"):
        assert [output for output in outputs[name] if output.output_type != "execute_result"] == [], name
