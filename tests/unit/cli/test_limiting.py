"""``--max-delete`` before anybody is asked: a share is of what Amazon counts."""

import pytest

from amazon_photos.catalog.schema import Header
from amazon_photos.catalog.store import Store
from amazon_photos.cli.runs.limiting import check_limit
from amazon_photos.errors import TooManyDeletions
from amazon_photos.plans.actions import Action
from amazon_photos.plans.step import Step
from libraries import table_of_nodes


@pytest.mark.parametrize(
    ("header", "most"),
    [
        (Header(owner="OWNER"), 3),  # half of six
        (Header(owner="OWNER", lists_movies=True), 5),
        (Header(owner="OWNER", count_offset=-2), 2),
        (Header(owner="OWNER", count_offset=2), 4),
    ],
    ids=["without movies", "movies are counted", "fewer than listed", "more than listed"],
)
def test_a_share_is_of_what_amazon_counts(tmp_path, header, most):
    """With the movies of live photos where it counts them, and with the difference that the last refresh found."""
    kinds = ["FILE"] * 6 + ["ASSET"] * 4
    nodes = [{"id": f"{place}", "kind": kind, "ownerId": "OWNER"} for place, kind in enumerate(kinds)]
    store = Store(tmp_path / "ap.parquet")
    with store.lock():
        store.write(table_of_nodes(*nodes), header)
    steps = [Step(action=Action.TRASH, id=f"{place}") for place in range(most + 1)]
    check_limit(store.path, steps[:most], "50%")
    with pytest.raises(TooManyDeletions):
        check_limit(store.path, steps, "50%")
