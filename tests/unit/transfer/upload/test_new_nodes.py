"""New nodes, held until ap.parquet takes them."""

import json

import msgspec
import pytest

from amazon_photos.transfer.upload.new_nodes import NewNodes, PendingMerge


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


def test_what_was_taken_is_not_taken_again():
    """New nodes and trashed ones go into one merge each; what comes meanwhile waits for the next."""
    pending = PendingMerge()
    pending.nodes.add(msgspec.Raw(b'"new"'))
    pending.trashed.add(msgspec.Raw(b'"old"'))
    taken = pending.take()
    pending.trashed.add(msgspec.Raw(b'"later"'))
    assert [[bytes(node) for node in nodes] for nodes in (taken.nodes, taken.trashed)] == [[b'"new"'], [b'"old"']]
    assert (len(taken), len(pending)) == (2, 1)
    assert [bytes(node) for node in pending.take().trashed] == [b'"later"']
    assert not pending.take()
