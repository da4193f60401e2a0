"""New nodes, held until ap.parquet takes them."""

import json

import msgspec
import pytest

from amazon_photos.transfer.upload.new_nodes import NewNodes


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
def test_they_come_out_as_they_came(count):
    """In their order, byte for byte, as often as they are asked for, however they are written."""
    came = [json.dumps({"id": f"{number}", "name": "é\n\x00"}, indent=number % 3).encode() for number in range(count)]
    nodes = NewNodes()
    for node in came:
        nodes.add(msgspec.Raw(node))
    assert len(nodes) == count
    for _ in range(2):
        assert [bytes(node) for node in nodes] == came
