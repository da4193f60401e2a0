"""Small catalogues."""

import pytest

from libraries import table_of_nodes


def table_of(*nodes):
    """A table of nodes; each is given as ``id`` or as a dict in Amazon's spelling."""
    nodes = [{"id": node} if isinstance(node, str) else node for node in nodes]
    full = [{"kind": "FILE", "status": "AVAILABLE", "version": 1, "ownerId": "OWNER", **node} for node in nodes]
    return table_of_nodes(*full)


@pytest.fixture(scope="session")
def nodes():
    """``nodes("a", {"id": "b", "version": 2})``: a table of them."""
    return table_of


def dated(node_id, year, **more):
    """A node with a capture date."""
    return {"id": node_id, "contentProperties": {"contentDate": f"{year}-02-03T04:05:06.000Z"}, **more}


@pytest.fixture(scope="session")
def at():
    """``at("a", 2019)``: a node with a capture date."""
    return dated
