"""Facts that can be made otherwise than on record, one by one.

Whoever compares a service with the record (a probe) is tried out on an emulator that has one of them. Each name is
asked for at one place of the emulator.
"""

from __future__ import annotations

from collections.abc import Mapping

DEVIATIONS: Mapping[str, str] = {
    "search-context-optional": "/search without searchContext is answered",
    "usage-leaves-kinds-out": "/account/usage has no entry for a kind without files",
    "missing-node-400": "an unknown node is a 400",
    "protected-folder-missing": "nodes have no protectedFolder",
    "content-type-renamed": "contentProperties.contentType is called mimeType",
    "redirection-200": "contentRedirection gives the bytes instead of an address",
    "offsets-uncapped": "offsets of /nodes, /children and /trash may go past 9999",
    "count-missing": "pages have no count",
    "page-limit-100": "a limit above 100 is a 400",
    "signed-out-403": "who is signed out gets a 403",
    "unknown-path-json": "an unknown path is a 404 in JSON",
    "temp-link-open": "the tempLink of one's own node needs no cookies",
    "aggregation-says-match": "/search/aggregation says match where it said value",
    "access-token-refused": "x-amz-access-token signs nobody in",
    "mac-dms-required": "a device that asks for no mac_dms is not registered",
    "sign-in-echoes-state": "openid.oa2.state comes back from the sign-in page",
    "cookies-unquoted": "the values of exchanged cookies are not in quotes",
    "album-by-date": "an album lists its items by capture date",
    "album-names-unique": "an album cannot have the name of another: 409",
    "album-takes-what-it-can": "an album passes over those of a batch that it refuses, and answers 200",
    "assets-always-listed": "/nodes lists assets without being asked for their kind",
    "assets-are-duplicates": "an upload of what an asset holds is a duplicate of it",
    "assets-embedded": "with asset=ALL the assets of a node stand in it, whole",
    "assets-not-listed": "/nodes lists no assets, whatever kind is asked for; /children does",
    "merge-new-id": "people who are merged get an id that none of them had",
    "merged-person-gone": "the id of a person who was merged into another is unknown",
    "trash-leaves-albums": "what goes to the trash leaves its albums for good",
    "trash-lists-assets": "/trash lists the assets that went there with their photos",
    "trash-says-error-map": "the trash tells what failed as a purge does, in an errorMap",
    "trailing-slash-404": "/nodes/ is no operation",
}
"""Name -> what is otherwise then."""
