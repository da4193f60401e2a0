"""Which rows are live photos, and which are their movies."""

import pyarrow as pa
import pytest

from amazon_photos.frames.live_photos import mark_assets, mark_children, mark_movies, mark_stills
from libraries import table_of_nodes

STILL = {"id": "a", "kind": "FILE", "childAssetTypeInfo": [{"assetType": "LIVE_VIDEO"}]}
MOVIE = {"id": "m", "kind": "ASSET", "parents": ["a"], "assetProperties": {"assetType": "LIVE_VIDEO"}}


@pytest.mark.parametrize(
    ("told", "is_still"),
    [
        ({}, True),
        ({"childAssetTypeInfo": [{"assetType": "THUMBNAIL"}, {"assetType": "LIVE_VIDEO", "new": 1}]}, True),
        ({"childAssetTypeInfo": [{"assetType": "LIVE_VIDEO"}, {"assetType": 3}]}, True),
        ({"childAssetTypeInfo": []}, False),
        ({"childAssetTypeInfo": [{"assetType": "THUMBNAIL"}]}, False),
        ({"childAssetTypeInfo": "LIVE_VIDEO"}, False),
        ({"childAssetTypeInfo": None, "note": '"childAssetTypeInfo":[{"assetType":"LIVE_VIDEO"}]'}, False),
        ({"kind": "ASSET"}, False),
    ],
)
def test_a_still_names_a_live_video(told, is_still):
    """In the list of its children's types, however it is written; not in what people wrote."""
    assert mark_stills(table_of_nodes(STILL | told)).to_pylist() == [is_still]


@pytest.mark.parametrize(
    ("told", "is_movie"),
    [
        ({}, True),
        ({"assetProperties": None}, True),
        ({"assetProperties": {}}, True),
        ({"assetProperties": {"assetType": "THUMBNAIL"}}, False),
        ({"kind": "FILE"}, False),
        ({"kind": None}, False),
    ],
)
def test_a_movie_does_not_say_to_be_something_else(told, is_movie):
    """Assets of other types are none."""
    table = table_of_nodes(MOVIE | told)
    assert mark_movies(table).to_pylist() == [is_movie]


def test_children_are_found_by_any_parent():
    """Also where there are several, or none."""
    table = pa.table({"parents": pa.array([["x", "a"], [], None, ["b"], [None, "y"]], pa.list_(pa.string()))})
    assert mark_children(table, pa.array(["a", "b"])).to_pylist() == [True, False, False, True, False]
    assert mark_children(table, pa.array([], pa.string())).to_pylist() == [False] * 5


def test_of_no_nodes_there_are_none():
    """Nothing is marked in an empty table."""
    table = table_of_nodes()
    assert [len(mark(table)) for mark in (mark_stills, mark_assets, mark_movies)] == [0, 0, 0]
