"""A category means the same wherever one can be named (fault C3)."""

import os
from datetime import UTC, datetime

import pytest

from amazon_photos import F
from transfers import fill


@pytest.mark.parametrize(("name", "category"), [("DSC1.HIF", "img"), ("a.heic", "img"), ("00001.MTS", "vid")])
def test_one_table_for_all(ap, tmp_path, name, category):
    """Upload, capture date, column, filter, layout: what only= takes up is of that category everywhere."""
    folder = fill(tmp_path / "P", "a.jpg", "b.psd")
    (folder / "a.jpg").write_bytes(b"no EXIF in it")
    (folder / "a.jpg").rename(folder / name)
    os.utime(folder / name, (1_500_000_000, 1_500_000_000))

    sent = ap.upload(folder, only=category)
    nodes = ap.nodes("kind:FILE")
    ap.refresh()
    down = ap.download(nodes, out=tmp_path / "down", layout="{category}/{name}")

    assert dict(zip(sent["name"], sent.outcome, strict=True))[name] == "uploaded"
    assert list(nodes.category) == [category]
    assert nodes.contentDate[0] == datetime.fromtimestamp(1_500_000_000, UTC)
    assert list((ap.find(F.category == category))["name"]) == [name]
    assert (tmp_path / "down" / category / name).exists(), down.path[0]
