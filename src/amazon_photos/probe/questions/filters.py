"""The filter language of /nodes."""

from __future__ import annotations

from ..checks import MISSING, counts, every, get, has, holds, nodes, one_of, page, part, says
from ..question import Differs, Question, Seen
from .requests import PHOTOS, SAMPLE, list_nodes

_IMAGE = "contentProperties.contentType:image*"


def _is_image(node: object, seen: Seen) -> bool:
    kind = get(node, "contentProperties.contentType")
    return kind is MISSING or str(kind).startswith("image/")


def _names_begin(seen: Seen) -> None:
    every(lambda node, _: str(node["name"]).startswith("P"), "another beginning")(seen)


def _no_other_case(seen: Seen) -> None:
    if any(node.get("name") != "pictures" for node in seen.json["data"]):
        raise Differs("names in another case")


QUESTIONS = (
    Question(
        fact="filter-content-type",
        ask=list_nodes(PHOTOS),
        documented="image* finds every kind of image, and nothing else",
        check=every(_is_image, "something else"),
    ),
    Question(
        fact="filter-lower-case",
        ask=list_nodes(f"kind:FILE and {_IMAGE}", limit=1),
        documented="a lower-case and is AND",
        check=counts("count"),
    ),
    Question(
        fact="filter-space",
        ask=list_nodes(f"kind:FILE {_IMAGE}", limit=1),
        documented="a space is AND",
        check=counts("count"),
    ),
    Question(
        fact="filter-kind-prefix",
        ask=list_nodes("kind:(FILE* OR FOLDER*)"),
        documented="kind:(FILE* OR FOLDER*) finds files and folders",
        check=has(nodes, kind=one_of("FILE", "FOLDER")),
    ),
    Question(
        fact="filter-from",
        ask=list_nodes(f'{PHOTOS} AND createdDate:["{{created}}" TO *]'),
        documented="a square bracket includes its end of a range",
        check=holds("photo"),
    ),
    Question(
        fact="filter-above",
        ask=list_nodes(f'{PHOTOS} AND createdDate:{{"{{created}}" TO *}}'),
        documented="a curly bracket excludes its end of a range",
        check=holds("photo", present=False),
    ),
    Question(
        fact="filter-mixed-brackets",
        ask=list_nodes(f'{PHOTOS} AND createdDate:{{"{{created}}" TO *]'),
        documented="the brackets of a range may be mixed",
        check=holds("photo", present=False),
    ),
    Question(
        fact="filter-md5",
        ask=list_nodes("kind:FILE AND contentProperties.md5:{md5}"),
        documented="contentProperties.md5 finds a file by its content",
        check=holds("small"),
    ),
    Question(
        fact="filter-favorite",
        ask=list_nodes("kind:FILE AND settings.favorite:true", limit=SAMPLE),
        documented="settings.favorite:true finds favourites only",
        check=has(part("settings"), favorite=one_of(True)),
    ),
    Question(
        fact="filter-name-prefix",
        ask=list_nodes("kind:FOLDER AND name:P*", sort="['name ASC']"),
        documented="name:P* finds names that begin with P",
        check=_names_begin,
    ),
    Question(
        fact="filter-name-case",
        ask=list_nodes("kind:FOLDER AND name:pictures"),
        documented="a name is compared with its case",
        check=_no_other_case,
    ),
    Question(
        fact="filter-or",
        ask=list_nodes("kind:(FOLDER OR VISUAL_COLLECTION)"),
        documented="OR inside of brackets finds either",
        check=has(nodes, kind=one_of("FOLDER", "VISUAL_COLLECTION")),
    ),
    Question(
        fact="filter-invalid",
        ask=list_nodes("kind:(FILE"),
        documented="400 with logref, a message that begins with Invalid filter, and code",
        statuses=(400,),
        check=says("Invalid filter", "logref", "code"),
    ),
    Question(
        fact="filter-nine",
        ask=list_nodes(" AND ".join(["kind:FILE", _IMAGE, *(f"name:no{number}" for number in range(7))])),
        documented="more than 8 parameters are a 400",
        statuses=(400,),
    ),
    Question(
        fact="filter-eight",
        ask=list_nodes(" AND ".join(["kind:FILE", _IMAGE, *(f"name:no{number}" for number in range(6))])),
        documented="8 parameters are accepted",
        check=page,
    ),
)
