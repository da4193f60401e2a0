"""People: the clusters of faces that the search index finds. Source of all calls here: code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import response as read
from .call import Call
from .common import API_VERSION, check_id


def _call(operation: str, method: str, path: str, body: dict[str, Any], *, idempotent: bool) -> Call[dict[str, Any]]:
    return Call(
        operation=operation,
        method=method,
        path=path,
        json={**body, **API_VERSION},
        decode=read.mapping(operation),
        idempotent=idempotent,
    )


def rename_cluster(cluster: str, name: str) -> Call[dict[str, Any]]:
    """Name a person."""
    body = {"sourceCluster": cluster, "newName": name, "context": "customer"}
    return _call("rename_cluster", "PUT", "/cluster/name", body, idempotent=True)


def combine_clusters(clusters: Sequence[str], name: str) -> Call[dict[str, Any]]:
    """Make several clusters one person."""
    body = {"clusterIds": list(clusters), "newName": name, "context": "customer"}
    return _call("combine_clusters", "POST", "/cluster", body, idempotent=False)


def update_cluster_thumbnail(cluster: str, node: str) -> Call[dict[str, Any]]:
    """Choose a person's picture."""
    body = {"clusterId": cluster, "nodeId": check_id(node)}
    return _call("update_cluster_thumbnail", "PUT", f"/cluster/hero/{check_id(cluster)}", body, idempotent=True)
