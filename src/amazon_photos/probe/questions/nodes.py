"""What a node holds. Most of it is seen on one page of the newest photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...model.checks import is_node_id
from ...model.documented import PATHS
from ..checks import (
    ABSENT,
    BOOL,
    DATE,
    ID,
    LIST,
    MD5,
    NULL,
    NUMBER,
    OBJECT,
    TEXT,
    WHOLE,
    WHOLE_SECOND,
    Kind,
    among,
    both,
    every,
    has,
    nodes,
    one_of,
    only,
    optional,
    page,
    part,
    where,
    whole,
)
from ..question import Ask, Check, Differs, Learned, NothingToSee, Question, Seen
from .requests import PHOTOS, SAMPLE, VIDEOS, drive, list_nodes

_PHOTOS = list_nodes(PHOTOS)
_VIDEOS = list_nodes(VIDEOS)
_NODE = frozenset(
    (
        *("id", "name", "kind", "version", "ownerId", "createdBy", "createdDate", "modifiedDate", "status", "isRoot"),
        *("isShared", "restricted", "parents", "parentMap", "xAccntParents", "xAccntParentMap", "labels", "keywords"),
        *("transforms", "subKinds", "accessRuleIds", "groupPermissions", "eTagResponse", "assets", "description"),
        *("childAssetTypeInfo", "settings", "contentProperties", "protectedFolder", "properties", "tempLink"),
        *("collectionProperties", "assetProperties"),
    )
)
_CONTENT = frozenset(
    (*("version", "size", "md5", "contentType", "extension", "contentDate", "contentSignatures", "image", "video"),)
)
_ABOVE_IMAGE = "contentProperties.image."
_IMAGE = frozenset(path.removeprefix(_ABOVE_IMAGE) for path in PATHS if path.startswith(_ABOVE_IMAGE))
_content, _image, _video = (part(f"contentProperties{each}") for each in ("", ".image", ".video"))
_WORDS = Kind("words", lambda value: isinstance(value, str) and not value.isdecimal())
_STATUS = one_of("AVAILABLE", "PENDING")
_FLAG = optional(BOOL)
_LINK = Kind("an address below /cdproxy/nodes/", lambda value: "/cdproxy/nodes/" in str(value))
_NOBODY = "A" * 22


def _image_texts(seen: Seen) -> None:
    has(_image, width=WHOLE, height=WHOLE)(seen)
    for image in _image(seen):
        for name in _IMAGE.intersection(image) - {"width", "height"}:
            has(_image, **{name: optional(TEXT)})(seen)


def _is_no_md5(seen: Seen) -> None:
    for content in where("contentSignatures", _content)(seen):
        signatures = content["contentSignatures"]
        has(among(signatures), contentSignatureType=one_of("MD5"), contentSignature=MD5)(seen)
        if content["md5"] in [each["contentSignature"] for each in signatures]:
            raise Differs("the file's md5")


def _never_both(seen: Seen) -> None:
    if any(content.get("image") and content.get("video") for content in _content(seen)):
        raise Differs("both")


def _learn_first(name: str) -> Callable[[Seen], Learned]:
    def learn(seen: Seen) -> Learned:
        first = seen.json["data"][0].get("id")
        return {name: first} if is_node_id(first) else {}

    return learn


def _photos(fact: str, documented: str, check: Check) -> Question:
    return Question(fact=fact, ask=_PHOTOS, documented=documented, check=check)


def _same_node(seen: Seen) -> None:
    if seen.json["id"] != seen.known["photo"]:
        raise Differs("another node")


def _is_unknown_operation(seen: Seen) -> None:
    if b"UnknownOperationException" not in seen.reply.body:
        raise Differs("another body")


def _lists_movies(seen: Seen) -> None:
    if "live" not in seen.known:
        raise NothingToSee("there is no live photo among the newest photos")
    if not seen.json["data"]:
        raise Differs("none")
    has(nodes, kind=one_of("ASSET"))(seen)
    every(lambda node, _: bool(node.get("parents")), "parents")(seen)


QUESTIONS = (
    _photos("node-id", "an id is 22 characters of A-Z a-z 0-9 _ -", has(nodes, id=ID)),
    _photos("node-fields", "no other fields than the documented ones", only(_NODE)),
    _photos("node-owner", "with resourceVersion=V2, a node has its ownerId", has(nodes, ownerId=TEXT)),
    _photos("node-status", "AVAILABLE or PENDING, if no status was asked for", has(nodes, status=_STATUS)),
    _photos("node-parents", "parents is a list, parentMap an object", has(nodes, parents=LIST, parentMap=OBJECT)),
    _photos("node-dates", "UTC with milliseconds", has(nodes, createdDate=DATE, modifiedDate=DATE)),
    _photos("node-settings", "favorite and hidden: true or false", has(part("settings"), favorite=_FLAG, hidden=_FLAG)),
    _photos("node-child-assets", "childAssetTypeInfo is a list", has(nodes, childAssetTypeInfo=LIST)),
    _photos("node-protected-folder", "protectedFolder is false", has(nodes, protectedFolder=one_of(False))),
    _photos("node-properties", "properties is an object", has(nodes, properties=OBJECT)),
    _photos("content-fields", "no other fields than the documented ones", only(_CONTENT, _content)),
    _photos(
        "content-facts",
        "size, md5, contentType and extension",
        has(_content, size=WHOLE, md5=MD5, contentType=TEXT, extension=TEXT),
    ),
    _photos("content-signatures", "an MD5 that is not the file's", _is_no_md5),
    _photos("content-date", "UTC with milliseconds", has(where("contentDate", _content), contentDate=DATE)),
    _photos(
        "image-dates",
        "dateTimeOriginal has no fraction of a second",
        has(where("dateTimeOriginal", _image), dateTimeOriginal=WHOLE_SECOND),
    ),
    _photos("image-fields", "no other fields than the documented ones", only(_IMAGE, _image)),
    _photos("image-texts", "all but width and height is text", _image_texts),
    _photos(
        "image-words",
        "flash and resolutionUnit are words, as exiftool has them",
        has(_image, flash=optional(_WORDS), resolutionUnit=optional(_WORDS)),
    ),
    _photos("image-or-video", "a node has an image or a video block, never both", _never_both),
    Question(
        fact="video-block",
        ask=_VIDEOS,
        documented="width, height and duration of a video are numbers",
        check=has(_video, width=WHOLE, height=WHOLE, duration=optional(NUMBER)),
        learn=_learn_first("video"),
    ),
    Question(fact="node-one", ask=drive("/nodes/{photo}"), documented="/nodes/{id} gives that node", check=_same_node),
    Question(
        fact="node-temp-link",
        ask=drive("/nodes/{photo}", tempLink="true"),
        documented="tempLink=true adds an address below /cdproxy/nodes/",
        check=has(tempLink=_LINK),
    ),
    Question(
        fact="node-not-found",
        ask=drive(f"/nodes/{_NOBODY}"),
        documented="404 with the code NODE_NOT_FOUND",
        statuses=(404,),
        check=has(code=one_of("NODE_NOT_FOUND")),
    ),
    Question(
        fact="node-without-v2",
        ask=Ask(path="/nodes/{photo}", params={"asset": "ALL", "tempLink": "false"}),
        documented="without resourceVersion=V2, a node has no ownerId",
        check=has(ownerId=ABSENT),
    ),
    Question(
        fact="live-photo-video",
        ask=drive("/nodes/{live}/children"),
        documented="a live photo's movie is its child: kind ASSET, assetType LIVE_VIDEO",
        check=both(has(nodes, kind=one_of("ASSET")), has(part("assetProperties"), assetType=one_of("LIVE_VIDEO"))),
    ),
    Question(
        fact="guess-movies-by-kind",
        ask=list_nodes("kind:(ASSET*)", limit=SAMPLE),
        documented="kind:(ASSET*) lists the movies of live photos, which name their photos as parents",
        check=_lists_movies,
    ),
    Question(
        fact="album-node",
        ask=list_nodes("kind:VISUAL_COLLECTION", limit=SAMPLE),
        documented="contentProperties of an album is null, and its parents are none",
        check=both(has(nodes, contentProperties=NULL), every(lambda node, _: not node.get("parents"), "parents")),
        learn=_learn_first("album"),
    ),
    Question(
        fact="album-covers",
        ask=list_nodes("kind:VISUAL_COLLECTION", limit=SAMPLE),
        documented="collectionProperties.covers is a list",
        check=has(part("collectionProperties"), covers=optional(LIST)),
    ),
    Question(
        fact="album-children",
        ask=drive("/nodes/{album}/children", limit=1),
        documented="an album's contents are a page",
        check=page,
    ),
    Question(
        fact="node-locations",
        ask=replace(drive("/nodes/{photo}/types/locations"), may_refuse=True),
        documented="an object",
        check=has(whole),
    ),
    Question(
        fact="unknown-call",
        ask=drive("/nosuchcall"),
        documented="404 with XML: UnknownOperationException",
        statuses=(404,),
        check=_is_unknown_operation,
    ),
)
