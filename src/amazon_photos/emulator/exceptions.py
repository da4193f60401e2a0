"""Why the library says no. What each becomes on the wire stands in ``routes/error_responses.py``.

::

    ServiceRefusal
    ├── MalformedRequest       the request cannot be meant
    ├── NoSuchNode             no node of that id
    ├── NoSuchShare            the public link was revoked or never was
    ├── NoSuchCluster          no person of that id
    ├── NameTaken              a node of that name is in the folder
    ├── ContentKnown           the account holds these bytes already
    ├── QuotaExceeded          the quota is used up
    ├── RootUntouchable        the root can be neither renamed, trashed nor purged
    ├── FolderNotEmpty         purge without recurse
    ├── AccountElsewhere       the account belongs to another marketplace
    ├── OperationBlocked       the service does not let clients do it
    └── TokenExpired           a nextToken older than ten minutes
"""

from __future__ import annotations

from collections.abc import Sequence


class ServiceRefusal(Exception):
    """The library says no; nothing was changed."""


class MalformedRequest(ServiceRefusal):
    """``str()`` is what the service would say."""


class NoSuchNode(ServiceRefusal):
    def __init__(self, node_id: str) -> None:
        self.node_id = node_id
        super().__init__(f"Node does not exist: {node_id}")


class NoSuchShare(ServiceRefusal):
    def __init__(self) -> None:
        super().__init__("Share does not exist or was revoked")


class NoSuchCluster(ServiceRefusal):
    def __init__(self, cluster_id: str) -> None:
        super().__init__(f"Cluster does not exist: {cluster_id}")


class NameTaken(ServiceRefusal):
    def __init__(self, *, name: str, parent_id: str, existing_id: str) -> None:
        self.existing_id = existing_id
        super().__init__(
            f"Node with the name {name.lower()} already exists under parentId {parent_id} "
            f"conflicting NodeId: {existing_id}"
        )


class ContentKnown(ServiceRefusal):
    existing_ids: tuple[str, ...]

    def __init__(self, existing_ids: Sequence[str]) -> None:
        self.existing_ids = tuple(existing_ids)
        super().__init__(f"Node with the same MD5 already exists conflicting NodeId: {self.existing_ids[0]}")


class QuotaExceeded(ServiceRefusal):
    def __init__(self) -> None:
        super().__init__("Insufficient storage")


class RootUntouchable(ServiceRefusal):
    def __init__(self) -> None:
        super().__init__("Root folder cannot be modified")


class FolderNotEmpty(ServiceRefusal):
    def __init__(self, node_id: str) -> None:
        super().__init__(f"Folder is not empty: {node_id}")


class AccountElsewhere(ServiceRefusal):
    def __init__(self) -> None:
        super().__init__("Account Not Found")


class OperationBlocked(ServiceRefusal):
    def __init__(self, what: str) -> None:
        super().__init__(f"Operation is blocked: {what}")


class TokenExpired(ServiceRefusal):
    def __init__(self) -> None:
        super().__init__("Next token is expired")
