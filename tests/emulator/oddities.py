"""Requests as they should be, and odd things to put into them."""

from amazon_photos.emulator import Options
from emulator.signing_in import DEVICE_TYPE, SERIAL, VERIFIER, challenge, client_id

PAGE = {
    "openid.oa2.response_type": "code",
    "openid.oa2.code_challenge_method": "S256",
    "openid.oa2.code_challenge": challenge(),
    "openid.oa2.client_id": client_id(),
    "openid.oa2.scope": "device_auth_access",
    "openid.assoc_handle": "amzn_dp_project_dee_ios",
    "openid.return_to": "https://www.amazon.com/ap/maplanding",
    "openid.pape.max_auth_age": "0",
    "openid.ns": "http://specs.openid.net/auth/2.0",
    "openid.identity": "http://specs.openid.net/auth/2.0/identifier_select",
}
REGISTRATION = {
    "auth_data": {
        "client_id": client_id(),
        "authorization_code": "x",
        "code_verifier": VERIFIER,
        "code_algorithm": "SHA-256",
        "client_domain": "DeviceLegacy",
    },
    "registration_data": {"domain": "Device", "device_type": DEVICE_TYPE, "device_serial": SERIAL}
    | dict.fromkeys(("device_name", "app_name", "app_version", "device_model", "os_version", "software_version"), "x"),
    "requested_token_type": ["bearer", "website_cookies"],
    "cookies": {"domain": ".amazon.com", "website_cookies": []},
    "requested_extensions": ["device_info", "customer_info"],
}

HUGE = "9" * 5000
TEXTS = [
    "", "0", "-1", "1", "200", "true", "null", "é", "\x00", "\r\nSet-Cookie: x=y", "..", "a/b", "a" * 300, "-" * 22,
    HUGE, "-" + HUGE, "1e300", "NaN", "Infinity", "٣", "1_000", " 1 ", "9" * 18, "9" * 19, str(2**63), "0001-01-01",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2024-02-30", "2024-01-01T00:00:00Z", "1x1", "5,0",
    "99999,99999", "10", "10,20", "ROOT", "FILE", "ALBUM", "PHOTO", "PHOTO,ROOT", "ROOT:PHOTO", "FOLDER",
    "VISUAL_COLLECTION", "add", "remove",
    "RENAME", "V2", "deduplication", "?download=true", "kind:FILE", "name:*", "name:(a AND b OR c)", "a:b", "((((",
    "[", '{"2020-01-01" TO *}', 'createdDate:["0001-01-01T00:00:00+23:59" TO *]', "timeYear:(" + HUGE + ")", "type:(",
    "contentProperties.size:5", "people:(x)", "things:(a AND b)", "name:\\", "name:'", "['createdDate DESC']",
    "['name", "day", "time", "people", "family", "groups", "token", "a.b", "a|b|c|d", "é|1|2|3", "fA",
    "w7l8MXwyfDM", "MXwyfDN8w6k",
    "(" * 3000 + "a:b" + ")" * 3000, "things:(" + " OR ".join(["a"] * 500) + ")", "name:a AND " * 300 + "name:a",
    "[" + ",".join(["'name ASC'"] * 2500) + "]", "name:" + "(a OR " * 300 + "b" + ")" * 300, "name:" + "\\\\" * 9000,
]  # fmt: skip
VALUES = [
    None, True, 0, -1, 1.5, 1e300, -1e300, 5e-324, 10**18, 2**63, 2**64, -(2**63), 10**30, [], {}, [{}], [[]], [None],
    [""], [1], {"a": {}}, {"favorite": 5}, {"favorite": None}, ["a"] * 2000, ["PHOTO", {}], ["PHOTO"] * 30,
    "x" * 70_000,
    {"$": [[[[[[[[[[]]]]]]]]]]},
]  # fmt: skip
"""Besides texts, what a key of a JSON body may hold."""
BODIES = [
    b"", b"[" * 500, b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b"[" * 200 + b"]" * 200,
    b"[" + b"9" * 5000 + b"]", b'{"files": ' + b"9" * 5000 + b"}", b"1e999", b"-0", b'"\\ud800"',
    b'{"name": "\\ud800"}', b"\xff\xfe", b'{"nodeIds": [{}]}', b'{"nodeIds": [[]]}', b'{"nodeIds": [null]}',
    b'{"nodeIds": [""]}', b'{"value": [{}], "op": "add"}', b'{"a": 1, "a": 2}', b'{"files": 1e11}',
    b'{"files": 100000000000}', b'{"clock_offset": 1e300}', b'{"clock": "0001-01-01T00:00:00+23:59"}',
    b'{"clock": {}}', b'[{"fault": "500", "status": 1e300}]', b'[{"fault": {"a": 1}}]', b'[{"fault": 1.5}]',
    b'[{"fault": "500", "operation": 5}]', b'[{"fault": "500", "seed": ' + b"[" * 30 + b"]" * 30 + b"}]", b"{",
    b"nul", b"\x00",
]  # fmt: skip
HEADERS = ("Range", "If-Range", "x-amzn-file-md5", "x-amzn-sessionid", "Expect", "Content-Type", "Origin", "Accept")
HEADER_VALUES = (
    f"bytes={HUGE}-", f"bytes=-{HUGE}", "bytes=5-1", "bytes=0-0", "bytes=-", '"', "0" * 32, "100-continue", "x",
    "application/json", "multipart/form-data", "text/x; charset=nonsense", "\xff\xfe", "é",
)  # fmt: skip
KEYS = (
    "kind", "name", "parents", "settings", "favorite", "hidden", "description", "labels", "op", "value", "nodeIds",
    "nodes", "recurse", "conflictResolution", "createdBy", "sourceCluster", "newName", "clusterIds", "nodeId",
    "familyId", "nodesToAdd", "nodesToRemove", "resourceVersion", "files", "seed", "sizes", "relations", "keys",
    "clock", "clock_offset", "latency", "quota",
    "session_lifetime", "paging", "region", "prime", "rotate", "fault", "operation", "path", "method", "nth", "every",
    "first", "times", "probability", "retry_after", "seconds", "status",
)  # fmt: skip
_LISTING = {"filters": "kind:FILE", "sort": "['name ASC']", "limit": "1", "offset": "0", "startToken": ""}
_LINK = {"shareId": "", "groupShareToken": ""}
_VIEW = {"viewBox": "", "download": "true", "ownerId": "", "videoTranscodeView": "", "y": ""}
_FILE = {**_LINK, **_VIEW, "querySuffix": ""}
CONTENT = b"CONTENT"
VALID = {
    "GET /drive/v1/account/info": ({}, None),
    "GET /drive/v1/account/usage": ({}, None),
    "GET /drive/v1/account/quota": ({}, None),
    "GET /drive/v1/account/endpoint": ({}, None),
    "GET /drive/v1/nodes": ({**_LISTING, "tempLink": "", "resourceVersion": "", "asset": ""}, None),
    "GET /drive/v1/nodes/": (_LISTING, None),
    "GET /drive/v1/nodes/PHOTO/types/locations": ({}, None),
    "POST /drive/v1/nodes": (
        {"resourceVersion": ""},
        {"kind": "FOLDER", "name": "x", "parents": ["ROOT"], "conflictResolution": "RENAME", "createdBy": "x"},
    ),
    "GET /drive/v1/nodes/PHOTO": ({**_LINK, "tempLink": "true"}, None),
    "PATCH /drive/v1/nodes/PHOTO": (
        {},
        {
            "name": "x", "settings": {"favorite": True}, "description": "", "labels": ["x"], "parents": ["ROOT"],
            "resourceVersion": "V2",
        },
    ),
    "GET /drive/v1/nodes/ROOT/children": ({**_LISTING, **_LINK}, None),
    "PATCH /drive/v1/nodes/ALBUM/children": ({}, {"op": "add", "value": ["PHOTO"]}),
    "GET /drive/v1/search": ({**_LISTING, "filters": "", "searchContext": "all", "groupByForTime": ""}, None),
    "GET /drive/v1/search/aggregation": ({"category": "time", "groupByForTime": "day"}, None),
    "GET /drive/v1/search/groups/GROUP": ({**_LISTING, "filters": "", "groupShareToken": "TOKEN"}, None),
    "GET /drive/v1/trash": (_LISTING, None),
    "PUT /drive/v1/trash/ALBUM": ({}, None),
    "PATCH /drive/v1/trash": ({}, {"op": "add", "value": ["ALBUM"], "recurse": "true", "conflictResolution": ""}),
    "POST /drive/v1/bulk/nodes/purge": ({}, {"nodeIds": ["ALBUM"], "recurse": "false"}),
    "PUT /drive/v1/cluster/name": ({}, {"sourceCluster": "PERSON", "newName": "x", "context": "customer"}),
    "POST /drive/v1/cluster": ({}, {"clusterIds": ["PERSON"], "newName": "x", "context": "customer"}),
    "PUT /drive/v1/cluster/hero/PERSON": ({}, {"nodeId": "PHOTO"}),
    "POST /drive/v1/familyArchive": ({}, {"familyId": "x", "nodesToAdd": ["PHOTO"], "nodesToRemove": ["PHOTO"]}),
    "POST /drive/v1/familyArchive/": ({}, {"familyId": "x", "nodesToAdd": [], "nodesToRemove": ["PHOTO"]}),
    "POST /cdproxy/nodes": ({"name": "x", "kind": "FILE", "parentNodeId": "", "suppress": ""}, CONTENT),
    "POST /v2/upload": (
        {"name": "y", "fileSize": "6", "parentNodeId": "ROOT", "contentDate": "", "conflictResolution": "RENAME"},
        CONTENT,
    ),
    "GET /drive/v1/nodes/PHOTO/contentRedirection": (_FILE, None),
    "GET /cdproxy/templink/LINK": (_VIEW, None),
    "GET /v2/download/presigned/LINK": (_VIEW, None),
    "GET /v2/download/signed/PHOTO": (_VIEW, None),
    "OPTIONS /cdproxy/nodes": ({}, None),
    "OPTIONS /v2/upload": ({}, None),
    "GET /cdproxy/nodes/PHOTO": (_FILE, None),
    "GET /v1/thumbnail/PHOTO": (_FILE, None),
    "POST /drive/v1/batchLink": ({"shareId": "", "groupShareToken": ""}, {"nodeIds": ["OWNER:PHOTO"]}),
    "GET /cdproxy/batchLink/BATCH/content": ({}, None),
    "GET /drive/v1/shares/SHARE": ({"shareId": "SHARE"}, None),
    "GET /cdrs/drive/v2/photosGroups/shares/TOKEN": ({}, None),
    "GET /drive/v2/memories/v1/collections/this_day_filtered": (
        {"month": "1", "day": "1", "contentsSize": "1", "includeContents": "true"},
        None,
    ),
    "POST /ap/exchangetoken/refresh": ({}, b"source_token=x&source_token_type=refresh_token"),
    "GET /photos/auth/token": ({"_": "1"}, None),
    "GET /ap/register": (PAGE, None),
    "GET /ap/signin": (PAGE, None),
    "POST /ap/signin": ({}, b"ticket=x&email=ada%40example.com&password=x"),
    "POST /ap/mfa": ({}, b"ticket=x&otpCode=1"),
    "GET /ap/maplanding": ({"openid.oa2.authorization_code": "x"}, None),
    "POST /auth/register": ({}, REGISTRATION),
    "POST /auth/token": ({}, b"source_token=x&source_token_type=refresh_token&requested_token_type=access_token"),
    "POST /ap/exchangetoken/cookies": (
        {},
        b"source_token=x&source_token_type=refresh_token&requested_token_type=auth_cookies&domain=.amazon.com&app_name=a"
        b"&app_version=1",
    ),
    "POST /auth/deregister": ({}, {"deregister_all_existing_accounts": False}),
    "GET /_emulator/options": ({}, None),
    "PATCH /_emulator/options": ({}, Options().as_dict()),
    "PATCH /_emulator/options?clock": ({}, {"clock": "2024-01-01"}),
    "POST /_emulator/reset": ({}, {"files": 3, "seed": 4, "sizes": "real"}),
    "POST /_emulator/faults": (
        {},
        [
            {
                "operation": "account.*", "method": "GET", "path": "*", "nth": [1], "every": 1, "first": 9, "times": 9,
                "probability": 0.9, "seed": 1, "fault": ["500", "503"], "retry_after": 1, "seconds": 1, "status": 403,
            }
        ],
    ),
    "POST /_emulator/shares": ({}, {"name": "x", "nodeIds": ["ALBUM"]}),
    "DELETE /_emulator/shares/NONE": ({}, None),
    "GET /_emulator/requests": ({}, None),
    "DELETE /_emulator/requests": ({}, None),
}  # fmt: skip
"""Every operation with all that it reads, as it should be: query, and body. Capitals stand for what there is (PHOTO:
the id of a photo), ``CONTENT`` for bytes that nobody has sent yet."""
