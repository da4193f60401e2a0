import pytest

LISTS = ["/drive/v1/nodes", "/drive/v1/trash", "/drive/v1/nodes/{root}/children"]


def make(call, number):
    """So many files."""
    return [call.uploaded(f"f{at:03}.txt") for at in range(number)]


def all_pages(call, path, **query):
    """Every node, following tokens; and how many pages it took."""
    answer = call.get(path, **query).json
    found, pages = answer["data"], 1
    while "nextToken" in answer:
        answer = call.get(path, **query, startToken=answer["nextToken"]).json
        found, pages = found + answer["data"], pages + 1
    return [node["id"] for node in found], pages


def test_a_page_counts_all_of_them(call):
    """`count` is over all pages, whatever the limit."""
    make(call, 5)
    answer = call.nodes(limit=2, filters="kind:FILE").json
    assert (answer["count"], len(answer["data"])) == (5, 2)


def test_pages_by_token(call):
    """Following nextToken lists every node once; the last page has no token."""
    ids = make(call, 7)
    listed, pages = all_pages(call, "/drive/v1/nodes", limit=3, filters="kind:FILE")
    assert (listed, pages) == (ids, 3)


def test_pages_by_offset(call):
    """Without tokens, as in December 2023, offsets list the same."""
    ids = make(call, 5)
    call.service.set(paging="offset")
    pages = [call.nodes(limit=2, offset=offset, filters="kind:FILE").json for offset in (0, 2, 4)]
    assert [node["id"] for page in pages for node in page["data"]] == ids
    assert not any("nextToken" in page for page in pages)


def test_a_listing_stands_still(call):
    """What is created or purged while a listing by token runs neither doubles nor shifts anything."""
    ids = make(call, 6)
    first = call.nodes(limit=2, sort="['name ASC']", filters="kind:FILE").json
    call.uploaded("a-new-one.txt")
    call.purge(ids[4])
    query = {"limit": 4, "sort": "['name ASC']", "filters": "kind:FILE", "startToken": first["nextToken"]}
    rest = [node["id"] for node in call.nodes(**query).json["data"]]
    assert rest == [ids[2], ids[3], ids[5]]


def test_tokens_live_ten_minutes(call):
    """Then they are answered "Next token is expired"."""
    make(call, 3)
    token = call.nodes(limit=1).json["nextToken"]
    call.service.set(clock_offset=599)
    assert call.nodes(limit=1, startToken=token).status == 200
    call.service.set(clock_offset=601)
    answer = call.nodes(limit=1, startToken=token)
    assert (answer.status, answer.json["message"]) == (400, "Next token is expired")


def test_tokens_belong_to_their_listing(call):
    """A token of another path, or of nobody, is a 400."""
    make(call, 3)
    token = call.nodes(limit=1).json["nextToken"]
    assert call.search(startToken=token).status == 400
    assert call.nodes(startToken="nonsense").status == 400


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x"])
def test_limits_of_a_page(call, limit):
    """A page has 1 to 200 nodes."""
    assert call.nodes(limit=limit).status == 400
    assert call.search(limit=limit).status == 400


def test_the_largest_page(call):
    """200 are given when 200 are asked for, and when nothing is said."""
    call.service.reset(files=250)
    assert len(call.nodes(limit=200).json["data"]) == 200
    assert len(call.nodes().json["data"]) == 200


@pytest.mark.parametrize("path", LISTS)
def test_offsets_end_at_9999(call, path):
    """offset + limit above 9999 is a 400 on /nodes, /children and /trash …"""
    path = path.format(root=call.root)
    assert call.get(path, offset=9799, limit=200).status == 200
    answer = call.get(path, offset=9800, limit=200)
    assert (answer.status, answer.json["message"]) == (400, "Offset + limit cannot be greater than 9999")


def test_search_has_no_last_offset(call):
    """… but not on /search."""
    assert call.search(offset=29000, limit=200).status == 200


FIELDS = [
    ("name:a.txt", ["a.txt"]),
    ("name:A.txt", []),
    ('name:"a.txt"', ["a.txt"]),
    ("name:a*", ["a.txt", "ab.txt"]),
    (r"name:with\ space.txt", ["with space.txt"]),
    ('name:"with space.txt"', ["with space.txt"]),
    ("kind:FOLDER AND isRoot:true", [None]),
    ("kind:(FILE* OR FOLDER*) AND name:(a.txt OR ab.txt)", ["a.txt", "ab.txt"]),
    ("name:a.txt OR name:ab.txt", ["a.txt", "ab.txt"]),
    ("name:a.txt or name:ab.txt", ["a.txt", "ab.txt"]),
    ("contentProperties.extension:md", ["read.md"]),
    ("contentProperties.contentType:text*", ["a.txt", "ab.txt", "read.md", "with space.txt"]),
    ("contentProperties.md5:900150983cd24fb0d6963f7d28e17f72", ["ab.txt"]),
    ("isRoot:true)) trailing junk", [None]),
    ("name:a* contentProperties.md5:900150983cd24fb0d6963f7d28e17f72", ["ab.txt"]),
]


@pytest.mark.parametrize(("filters", "names"), FIELDS)
def test_filters_of_nodes(call, filters, names):
    """The node dialect: equality with case, prefixes, quotes and backslashes, groups, either case of the words."""
    call.uploaded("a.txt", b"first")
    call.uploaded("ab.txt", b"abc")
    call.uploaded("with space.txt", b"third")
    call.uploaded("read.md", b"fourth")
    answer = call.nodes(filters=filters, sort="['name ASC']")
    assert call.names(answer) == names


RANGES = [
    ('{"2020-01-02T00:00:00.000Z" TO *}', [3]),
    ('["2020-01-02T00:00:00.000Z" TO *]', [2, 3]),
    ('{"2020-01-02T00:00:00.000Z" TO *]', [3]),
    ('{* TO "2020-01-02T00:00:00.000Z"}', [1]),
    ('{* TO "2020-01-02T00:00:00.000Z"]', [1, 2]),
    ('["2020-01-01T12:00:00.000Z" TO "2020-01-03T00:00:00.000Z"]', [2, 3]),
    ('{"2020-01-01T00:00:00.000Z" TO "2020-01-03T00:00:00.000Z"}', [2]),
]


@pytest.mark.parametrize(("span", "days"), RANGES)
def test_ranges(call, span, days):
    """Ranges of dates, with brackets that mix."""
    for day in (1, 2, 3):
        content = b"day %d" % day
        assert call.upload_v2(f"{day}", content, contentDate=f"2020-01-0{day}T00:00:00.000Z").status == 200
    answer = call.nodes(filters=f"contentProperties.contentDate:{span}", sort="['name ASC']")
    assert call.names(answer) == [str(day) for day in days]


def test_parents_and_labels(call):
    """A list is asked for one of its items; several terms must all hold."""
    below = call.folder("below").json["id"]
    node_id = call.uploaded("a.txt", parent=below)
    call.uploaded("b.txt")
    call.ask("PATCH", f"/drive/v1/nodes/{node_id}", body={"labels": ["x", "y"]})
    assert call.names(call.nodes(filters=f"parents:{below}")) == ["a.txt"]
    assert call.names(call.nodes(filters=f"parentIds:{below}")) == ["a.txt"]
    assert call.names(call.nodes(filters="labels:(x AND y)")) == ["a.txt"]
    assert call.names(call.nodes(filters="labels:(x AND z)")) == []


@pytest.mark.parametrize(
    "filters", ["typ:(PHOTOS)", "name:(a.txt", "kind:", "name:a b", "isRoot:perhaps", "createdDate:yesterday"]
)
def test_filters_that_cannot_be_read(call, filters):
    """400 with logref, an empty code, and a message that begins with "Invalid filter: "."""
    answer = call.nodes(filters=filters)
    assert answer.status == 400
    assert (set(answer.json), answer.json["code"]) == ({"logref", "message", "code"}, "")
    assert answer.json["message"].startswith("Invalid filter: ")


def test_eight_parameters(call):
    """A filter has at most eight."""
    terms = [f"name:n{number}" for number in range(9)]
    assert call.nodes(filters=" OR ".join(terms[:8])).status == 200
    assert call.nodes(filters=" OR ".join(terms)).status == 400


@pytest.mark.parametrize(
    ("sort", "names"),
    [("['name ASC']", ["a", "b", "c"]), ('["name DESC"]', ["c", "b", "a"]), ("['name']", ["c", "b", "a"])],
)
def test_sorting(call, sort, names):
    """Either quote; a direction left out means DESC."""
    for name in ("b", "c", "a"):
        call.uploaded(name)
    assert call.names(call.nodes(filters="kind:FILE", sort=sort)) == names


def test_sorting_by_size(call):
    """Size sorts but doesn't filter."""
    for name, size in (("b", 2), ("c", 3), ("a", 1)):
        call.uploaded(name, name.encode() * size)
    listed = call.nodes(filters="kind:FILE", sort="['contentProperties.size ASC']")
    assert call.names(listed) == ["a", "b", "c"]
    assert call.nodes(filters="contentProperties.size:3").status == 400
    assert call.nodes(sort="['contentProperties.md5']").status == 400


def test_what_is_listed_without_a_status(call):
    """Without a word on status, what is in the trash is left out; with one, it is what was asked for."""
    call.uploaded("a.txt")
    call.trash(call.uploaded("b.txt"))
    assert call.names(call.nodes(filters="kind:FILE")) == ["a.txt"]
    assert call.names(call.nodes(filters="kind:FILE AND status:TRASH")) == ["b.txt"]
    assert call.names(call.nodes(filters="kind:FILE AND status:(AVAILABLE OR TRASH)")) == ["a.txt", "b.txt"]
