"""The mark: what we wrote and nobody changed is ours, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.transfer.sidecars.json_sidecar import render_json
from amazon_photos.transfer.sidecars.mark import has_mark, make_mark, read_mark
from amazon_photos.transfer.sidecars.node_knowledge import NodeKnowledge
from amazon_photos.transfer.sidecars.xmp import render_xmp

EACH = pytest.mark.parametrize("render", [render_xmp, render_json])


@EACH
def test_what_we_wrote_is_ours(render):
    """And says whether albums and people were known."""
    assert read_mark(render(NodeKnowledge({"description": "a"}))) == (False,)
    assert read_mark(render(NodeKnowledge({"description": "a"}, ()))) == (True,)


@EACH
@given(where=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_any_edit_makes_it_theirs(render, where, byte):
    """Whatever byte is another one, is gone or was added."""
    data = render(NodeKnowledge({"description": "a"}))
    where %= len(data)
    edited = data[:where] + bytes([byte]) + data[where + 1 :]
    assert (read_mark(edited) is None) == (edited != data)
    assert read_mark(data[:where] + data[where + 1 :]) is None
    assert read_mark(data[:where] + bytes([byte]) + data[where:]) is None


@EACH
def test_a_mark_in_a_name_is_no_mark(render):
    """Nobody's description makes a file of theirs ours, or ours another's."""
    text = make_mark(relations=True)
    data = render(NodeKnowledge({"description": text}))
    assert read_mark(data) == (False,)
    assert read_mark(b"<!-- " + data) is None
    assert not has_mark(b"<x:xmpmeta x:xmptk='XMP Core'>" + b" " * 600 + text.encode())
