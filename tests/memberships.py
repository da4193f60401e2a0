"""What tests of relations share: what was asked of the service, and which members there are."""

from pathlib import Path

PAGE = 4
PART = Path("ap.relations.parquet.part")
"""The folder of the journal."""


def names(folder="."):
    return sorted(path.name for path in Path(folder).iterdir())


def members(catalog):
    """What belongs to what, without times; each once."""
    rows = catalog.relations()
    assert not rows.duplicated(["relation", "key", "id"]).any()
    return set(rows[["relation", "key", "id"]].itertuples(index=False, name=None))


def ids_of(ap, relation, key):
    rows = ap.catalog.relations(relation)
    return list(rows[rows.key == key].id)


def largest(ap, relation):
    """The key with the most nodes."""
    keys = ap.catalog.relation_keys()
    return keys[keys.relation == relation].sort_values("count").iloc[-1]


def node_of(ap, relation, key):
    return ids_of(ap, relation, key)[0]


def pages_asked(service):
    """Requests for pages of members since the requests were cleared."""
    return [request for request in service.requests if request.path.endswith(("/search", "/children"))]


def listed(service):
    """The same, as what each lists: ``people:(…)``, ``family``, an album's id …."""
    return [
        request.query.get("filters", request.query["searchContext"])
        if request.path.endswith("/search")
        else request.path.split("/")[-2]
        for request in pages_asked(service)
    ]


def aggregated(service):
    return [request.query["category"] for request in service.requests if request.path.endswith("/search/aggregation")]
