"""The only words in which a reply may be spoken of.

A value is told by its kind ("text", "a date"), never by itself. A field's name and Amazon's messages are told word by
word, and a word is only told if it stands in documents of ours: names of people, places and files do not. So what is
new is told where it is made of words that Amazon uses (``photoCount``), and else as a name that nobody knows.
"""

from __future__ import annotations

import re
from typing import Any

_NAMES = """
 accessRuleIds aggregations albumCount apertureValue assetProperties assets assetType audioCodec available billable
 bitrate bytes category childAssetTypeInfo clusterId clusterName code collectionProperties collections colorSpace
 conflictNodeIds content contentAggregations contentDate contentProperties contentSignature contentSignatures
 contentSignatureType contentType contentUrl count countryAtSignup coverPhoto covers createdBy createdDate creationDate
 cropBox customerExists data dateTime dateTimeDigitized dateTimeOriginal description doc downloadServiceUrl duration
 errorCode errorDetails errorMap errors eTagResponse eventCount expires exposureMode exposureProgram exposureTime
 extension fallbackPath favorite flash focalLength groupId groupPermissions height hidden id image info isDefault
 isFolder isoSpeedRatings isRoot isShared keywords kind labels lastCalculated lastModified links location logref make
 match md5 memberCount message metadataUrl meteringMode model modifiedDate name nextToken nodeId nodeInfo nodes
 nodeToSearchScoreMap orientation other ownerId parentMap parents photo photoCount privacyPreferences properties
 protectedFolder query quota region requestId resolutionUnit restricted retailUrl rotate searchData settings shareURL
 sharpness size software startToken status statusCode subKinds subSecTime tempLink termsOfUse thumbnailServiceUrl
 timeStamp total transforms type uploadServiceUrl url value version video videoCodec videoCount videoFrameRate
 whiteBalance width xAccntParentMap xAccntParents xResolution yResolution
"""
_MORE = """
 a access accepted account after all already an and another archive are at auth be been before bad by call cannot
 capped caption child children client contains context customer date default deleted detected dimension does doesn't
 duplicate empty enabled end equal error errors exceeded exceeds exist exists expected expired expression face facet
 failed failure family feature field fieldname fields file files filter filters folder folders for format forbidden
 found from get greater group groups has have hash host if in index info internal invalid is item items it key last
 later length less level limit list lists local long malformed maximum media member memory method mime min minimum
 missing must node not null number of offset on one only operation operator or order original out page param parameter
 parameters parent parentid parsing path people permission please position present preview processing product provided
 purged range rank rate request required resource response restore result results root satisfy constraint score search
 searchcontext server service session share shared should sort source start state supported syntax tag than that the
 there this thumbnail time to token too trash true false try unable unauthorized under unexpected unknown unsupported
 update
 updated upload used user valid validation values was when with within without wrong you your zone
"""
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+|[^A-Za-z\d]+")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
_HEX = re.compile(r"[0-9a-f]{32}\Z")
_NUMBERS = frozenset({"1", "8", "50", "200", "9999"})
"""What documented messages say; any other number may be a count of somebody's."""
_SHOWN = 160
_MISSING: Any = object()


def _split(name: str) -> list[str]:
    return [part.lower() for part in _PART.findall(name)]


_WORDS = frozenset(part for name in _NAMES.split() for part in _split(name)) | frozenset(_MORE.split())


def tell_name(name: object) -> str:
    """Tell a field's name, if all its words are documented ones."""
    text = str(name)
    parts = _split(text)
    known = text in _NAMES.split() or (parts and "".join(parts) == text.lower() and _WORDS.issuperset(parts))
    return text if known else "a name we don't know"


def tell_message(text: object) -> str:
    """Tell a message of Amazon's: word by word, with "…" for each word that is not documented."""
    if not isinstance(text, str):
        return tell_kind(text)
    told = "".join(_tell_word(word) for word in _WORD.findall(text[:_SHOWN]))
    return '"' + re.sub(r"…[…\s.\-_:/@#'|]*…", "…", told) + '"'


def _tell_word(word: str) -> str:
    if word.isdecimal():
        return word if word in _NUMBERS else "…"
    if not word[0].isalpha() or not word.isascii():
        return "".join(c for c in word if c in " .,:;'()+-_") if word.isascii() else "…"
    return word if (_WORDS.issuperset(_split(word)) and _split(word)) or word.lower() in _WORDS else "…"


def tell_kind(value: object = _MISSING) -> str:
    """Tell of which kind a value is, and nothing more."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int():
            return "a whole number"
        case float():
            return "a number"
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "an object" if value else "an empty object"
        case str():
            return _tell_text(value)
    return "missing"


def _tell_text(text: str) -> str:
    if found := _DATE.match(text):
        fraction = f"{len(found[1]) - 1} digits of a second" if found[1] else "no fraction of a second"
        return f"a date with {fraction}, {'UTC' if found[2] == 'Z' else 'with an offset'}"
    if _HEX.match(text):
        return "text of 32 hexadecimal digits"
    if text.isdecimal():
        return "digits as text"
    return "text" if text else "empty text"


def tell_status(status: int) -> str:
    """Tell a status of HTTP."""
    return f"status {status}"
