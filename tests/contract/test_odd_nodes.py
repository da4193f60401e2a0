"""Nodes that no service should send: each keeps its row, and nothing else suffers."""

import asyncio
import json
import logging
import threading

import pandas as pd
import pytest
from aiohttp import web

from amazon_photos import AmazonPhotos, errors

COOKIES = {"session-id": "1", "ubid-main": "2", "at-main": "Atza|3"}
ROOT = {"id": "r00t_AAAAAAAAAAAAAAAAA", "kind": "FOLDER", "status": "AVAILABLE", "isRoot": True, "ownerId": "A2EXAMPLE"}
BACKENDS = [None, "numpy_nullable", "pyarrow"]


def photo(number, **parts):
    content = {"size": 5, "md5": f"{number:032x}", "extension": "jpg", "contentDate": "2020-01-01T00:00:00.000Z"}
    return {
        "id": f"photo-{number:016}",
        "name": f"IMG_{number}.jpg",
        "kind": "FILE",
        "status": "AVAILABLE",
        "version": 1,
        "ownerId": "A2EXAMPLE",
        "parents": [ROOT["id"]],
        "createdDate": "2020-01-01T00:00:00.000Z",
        "modifiedDate": "2020-01-01T00:00:00.000Z",
        **parts,
        "contentProperties": {**content, **parts.get("contentProperties", {})},
    }


class OddService:
    """A server of ours that lists whatever it is told to, in pages by offset, and asks no filter but two."""

    def __init__(self) -> None:
        self.nodes: list = []
        self.asked: list[tuple[str, str, int]] = []
        self.url = ""

    async def __call__(self, request: web.Request) -> web.Response:
        filters = request.query.get("filters", "")
        if "isRoot" in filters:
            found: list = [ROOT]
        elif "modifiedDate" in filters or request.path.endswith("/trash"):
            found = []
        else:
            found = self.nodes
        start, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", 200))
        self.asked.append((request.path.rpartition("/")[2], filters, limit))
        page = [node if isinstance(node, str) else json.dumps(node) for node in found[start : start + limit]]
        text = f'{{"count":{len(found)},"data":[{",".join(page)}]}}'
        return web.Response(body=text.encode(), content_type="application/json")


@pytest.fixture
def odd():
    """Such a server, in a thread of its own."""
    service, loop = OddService(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> web.ServerRunner:
        runner = web.ServerRunner(web.Server(service))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        service.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
        return runner

    runner = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    yield service
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def client(odd, tmp_path, monkeypatch):
    """Makes clients of it, in an empty current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    made = []

    def make(**options) -> AmazonPhotos:
        made.append(AmazonPhotos(COOKIES, endpoint=odd.url, progress=False, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


NAMELESS = [
    photo(1, id=None),
    photo(2, id=""),
    {key: value for key, value in photo(3).items() if key != "id"},
    photo(4, id=["x"]),
    [1],
    "null",
    '"text"',
    "7",
]


@pytest.mark.parametrize("nameless", NAMELESS, ids=lambda node: json.dumps(node)[:20])
@pytest.mark.parametrize(
    "read",
    [
        lambda ap: ap.nodes(),
        lambda ap: ap.query(save=False),
        lambda ap: ap.children(ROOT["id"]),
        lambda ap: ap.folders(),
    ],
    ids=["nodes", "query", "children", "folders"],
)
def test_a_node_without_an_id_is_a_row_and_ends_no_listing(odd, client, nameless, read):
    """What has no id, or is no node at all, stands between the others with whatever it came with (fault B3)."""
    odd.nodes = [photo(number) for number in range(10, 30)]
    odd.nodes.insert(5, nameless)
    found = read(client())
    assert len(found) == 21
    assert [int(i) for i in found.index[found.id.isna()]] == [5]
    came = json.loads(nameless) if isinstance(nameless, str) else nameless
    named = isinstance(came, dict)
    assert found.name[5] == came["name"] if named else pd.isna(found.name[5])
    left = {"id": came["id"]} if named and came.get("id") is not None else None if named else came
    assert (None if pd.isna(found.extra[5]) else json.loads(found.extra[5])) == left


def test_nodes_without_an_id_count_each(odd, client):
    """Equal ones on a page and on several pages: the numbers agree, nothing is read again, and typed nodes come too
    (fault B3)."""
    odd.nodes = ["null", "null", *(photo(number) for number in range(10, 300)), "null", photo(7, id=None)]
    ap = client()
    found = ap.nodes()
    assert len(found) == 293  # an equal one on another page may be the same
    assert found.id.notna().sum() == 290
    assert len(odd.asked) == 2
    assert sum(node.id == "" for node in ap.search().nodes()) == found.id.isna().sum()


def test_a_page_without_ids_that_comes_for_ever_is_an_error(odd, client):
    """Nodes that cannot be told apart make no endless listing, and none that passes for whole (fault B3)."""
    odd.nodes = [photo(number) for number in range(10, 300)]
    first = odd.nodes[:200]
    first[3] = photo(3, id=None)

    class Repeating(list):
        def __getitem__(self, places):
            return first if isinstance(places, slice) else super().__getitem__(places)

    odd.nodes = Repeating(odd.nodes)
    with pytest.raises(errors.UnexpectedReply, match="290 nodes announced, 200 given"):
        client().nodes()


def test_the_catalogue_leaves_out_what_has_no_id(odd, client, caplog):
    """One warning says how many; the library is read once, and the next refresh reads nothing anew (fault B3)."""
    odd.nodes = [photo(1, id=None), photo(2, id=""), *(photo(number) for number in range(10, 30))]
    ap = client()
    with caplog.at_level(logging.WARNING, "amazon_photos"):
        assert len(ap.db) == 20
    assert [record.getMessage() for record in caplog.records] == [
        "2 nodes came without an id: the catalogue leaves them out"
    ]
    everything = ("nodes", "status:(AVAILABLE* OR PENDING*)", 200)
    assert odd.asked.count(everything) == 1
    ap.refresh()
    assert odd.asked.count(everything) == 1
    assert len(caplog.records) == 1
    ap.query()
    assert "2 nodes came without an id" in caplog.records[1].getMessage()
    assert len(ap.db) == 20


def test_one_that_is_left_out_is_told_as_one(odd, client, caplog):
    """In its own number (fault B3)."""
    odd.nodes = [photo(1, id=None), *(photo(number) for number in range(10, 30))]
    with caplog.at_level(logging.WARNING, "amazon_photos"):
        assert len(client().db) == 20
    assert [record.getMessage() for record in caplog.records] == [
        "1 node came without an id: the catalogue leaves it out"
    ]


@pytest.mark.parametrize("size", [2**62, -1, 2**63 - 1, "many", 1.5, True])
def test_a_size_that_no_file_has_is_missing(odd, client, size):
    """It stays in ``extra``; the typed node has none (fault B3)."""
    odd.nodes = [photo(1), photo(2, contentProperties={"size": size}), photo(3)]
    ap = client()
    found = ap.nodes()
    assert found["size"].isna().tolist() == [False, True, False]
    assert json.loads(found.extra[1]) == {"contentProperties": {"size": size}}
    assert [node.size for node in ap.search().nodes()] == [5, None, 5]


def test_a_size_as_text_is_read(odd, client):
    """A number in quotes is that number, in a frame (fault B3)."""
    odd.nodes = [photo(1), photo(2, contentProperties={"size": "77"})]
    found = client().nodes()
    assert found["size"].tolist() == [5, 77]
    assert found.extra.isna().all()


@pytest.mark.parametrize(
    "md5", ["x/../../../victim", "/etc/passwd", "a" * 31, "g" * 32, "0" * 31 + "\0", "0" * 33, "é" * 16]
)
def test_an_md5_that_is_none_is_missing(odd, client, md5):
    """Nothing can make a path of it: it stands in ``extra`` only, and the typed node has none (fault A2)."""
    odd.nodes = [photo(1), photo(2, contentProperties={"md5": md5}), photo(3)]
    ap = client()
    found = ap.nodes()
    assert found.md5.isna().tolist() == [False, True, False]
    assert json.loads(found.extra[1]) == {"contentProperties": {"md5": md5}}
    assert [node.md5 is None for node in ap.search().nodes()] == [False, True, False]
    assert ap.db.md5.isna().sum() == 1


def test_an_md5_in_upper_case_is_that_md5(odd, client):
    """Amazon writes lower case; what does not is read all the same (fault A2)."""
    odd.nodes = [photo(1), photo(2, contentProperties={"md5": "6DF23DC03F9B54CC38A0FC1483DF6E21"})]
    ap = client()
    found = ap.nodes()
    assert found.md5[1] == "6df23dc03f9b54cc38a0fc1483df6e21"
    assert found.extra.isna().all()
    assert [node.md5 for node in ap.search().nodes()][1] == "6df23dc03f9b54cc38a0fc1483df6e21"


@pytest.mark.parametrize("node_id", ["/../victim", "../../etc/passwd", "a\0b", "a" * 300, "a b", "é"])
def test_an_id_that_is_a_path_is_a_row_that_goes_nowhere(odd, client, tmp_path, node_id):
    """It can be seen and told apart; every operation that would make an address of it fails for it alone (fault A2)."""
    odd.nodes = [photo(1), photo(2, id=node_id), photo(3)]
    ap = client()
    found = ap.nodes()
    assert found.id.tolist() == [odd.nodes[0]["id"], node_id, odd.nodes[2]["id"]]
    odd.asked.clear()
    for operation in (ap.favorite, ap.unfavorite, ap.hide, ap.trash, ap.restore, ap.delete):
        results = operation(found[1:2])
        assert results.outcome.tolist() == ["failed"]
        assert "not a node id" in results.reason[0]
    assert odd.asked == [("nodes", "isRoot:true", 200)]  # whose history it is
    odd.asked.clear()
    for operation in (ap.node, ap.children):
        with pytest.raises(errors.InvalidInput, match="not a node id"):
            operation(node_id)
    assert bool(odd.asked) == (node_id in ("a b", "é"))  # these two can be the name of a folder, which is looked for
    assert not (tmp_path.parent / "victim").exists()


TIMES = [
    "createdDate",
    "modifiedDate",
    "contentProperties.contentDate",
    "contentProperties.image.dateTime",
    "contentProperties.image.dateTimeOriginal",
    "contentProperties.image.dateTimeDigitized",
    "contentProperties.video.creationDate",
]
HIDDEN = [
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "0000-01-01T00:00:00.000Z",
    "0000-00-00T00:00:00.000Z",
    "0001:01:01 00:00:00",
    "9999:12:31 23:59:59",
    "10000-01-01T00:00:00.000Z",
    "+10000-01-01T00:00:00.000Z",
    "-0001-01-01T00:00:00.000Z",
]


def dated(number, path, text):
    node = photo(number)
    *above, last = path.split(".")
    part = node
    for key in above:
        part = part.setdefault(key, {})
    part[last] = text
    return node


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("text", HIDDEN)
def test_a_frame_can_always_be_printed(odd, client, text, backend):
    """A date that neither pandas nor Python can show is missing in its column and stays in ``extra``, whatever field it
    is in (fault B1)."""
    odd.nodes = [photo(1), *(dated(number, path, text) for number, path in enumerate(TIMES, 2))]
    ap = client(dtype_backend=backend)
    for frame in (ap.nodes(), ap.db):
        assert len(frame) == 1 + len(TIMES)
        with pd.option_context("display.max_columns", None, "display.max_rows", None):
            shown = (repr(frame), frame.to_string(), frame.to_html(), frame.to_csv(), repr(frame.describe()))
        assert all(shown)
        assert frame.to_json(date_format="iso")
        assert frame.to_dict("records")
        by_id = frame.set_index("id")
        for number, path in enumerate(TIMES, 2):
            kept = json.loads(by_id.extra[f"photo-{number:016}"])
            for key in path.split("."):
                kept = kept[key]
            assert kept == text
            column = path.rpartition("contentProperties.")[2]
            assert by_id[column].isna()[f"photo-{number:016}"]
    typed = list(ap.search().nodes())
    assert all(map(repr, typed))
    assert [node.id for node in typed if node.created_date is None] == [f"photo-{2 + TIMES.index('createdDate'):016}"]
    assert all(node.created_date.timestamp() > 0 for node in typed if node.created_date is not None)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_first_and_the_last_date_stay(odd, client, backend):
    """Years 1 and 9999 are dates: what can be shown is (fault B1)."""
    texts = ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]
    odd.nodes = [dated(number, path, text) for number, path in enumerate(TIMES) for text in texts[number % 2 :][:1]]
    ap = client(dtype_backend=backend)
    frame = ap.nodes()
    assert frame.extra.isna().all()
    assert "9999-12-31" in frame.to_csv()
    assert repr(frame)
    assert set(frame.createdDate.dt.year) == {1, 2020}
    assert set(frame.modifiedDate.dt.year) == {9999, 2020}


@pytest.mark.parametrize("backend", BACKENDS)
def test_odd_nodes_change_no_type(odd, client, backend):
    """The types of a frame are those of one without such nodes, and its rows can be told apart."""
    odd.nodes = [photo(1)]
    usual = client(dtype_backend=backend).nodes().dtypes
    odd.nodes += [
        "null", "7", photo(2, id=None), photo(3, name=7, parents="p", labels=[None, 5], isRoot="yes"),
        photo(4, parents=None, contentProperties={"size": 1.5, "image": [1], "video": {"duration": "long"}}),
        photo(5, parents=[], contentProperties={"size": -1, "contentDate": "9999-12-31T23:59:59-23:59"}),
    ]  # fmt: skip
    ap = client(dtype_backend=backend, db_path="odd.parquet")
    for frame in (ap.nodes(), ap.nodes(limit=3), ap.db, ap.find("name:IMG*"), ap.search().frame()):
        assert frame.dtypes.equals(usual)
        assert not frame.duplicated().any()
    assert ap.trash(["x", "/.."]).dtypes.equals(ap.trash([]).dtypes)


def test_a_node_with_odd_parts_can_be_asked_for(odd, client):
    """The typed node leaves out what is odd about it, and keeps the rest (faults A2, B1 and B3)."""
    ap = client()
    odd.nodes = [
        photo(
            1, name=7, parents=None, settings={"favorite": "yes", "hidden": True}, createdDate="0000-01-01T00:00:00Z"
        ),
        photo(2, contentProperties={"size": -1, "contentDate": "9999-12-31T23:59:59-23:59", "extension": "png"}),
        {**photo(3), "contentProperties": [1]},
    ]
    one, two, three = ap.search().nodes()
    assert (one.name, one.parents, one.created_date) == ("7", [], None)  # a number is a text where one is due
    assert one.settings.hidden is True
    assert one.settings.favorite is None
    assert one.md5 == f"{1:032x}"
    assert (two.size, two.content_properties.content_date, two.content_properties.extension) == (None, None, "png")
    assert (three.name, three.content_properties, three.md5) == ("IMG_3.jpg", None, None)


def test_folders_without_an_id_are_in_no_tree(odd, client):
    """The tree is made of what can be told apart (fault B3)."""
    folder = {"kind": "FOLDER", "status": "AVAILABLE", "parents": [ROOT["id"]]}
    odd.nodes = [
        {**folder, "id": "f" * 22, "name": "Pictures"},
        {**folder, "id": None, "name": "One"},
        {**folder, "id": "", "name": "Two"},
        {**folder, "id": "/../victim", "name": "Three"},
        "null",
    ]
    assert [child.name for child in client().tree.children] == ["Pictures"]


def test_no_name_reaches_the_terminal_as_a_command(odd, client, capsys):
    """print_tree, a search and typed nodes show what a name holds, and do not do it (fault D7)."""
    name = "\x1b[2J\x1b]0;mine\x07\u202egpj\n\t"
    odd.nodes = [{"id": "f" * 22, "kind": "FOLDER", "name": name, "parents": [ROOT["id"]]}]
    ap = client()
    ap.print_tree(color=False)
    assert capsys.readouterr().out.splitlines() == ["~", "└── \\x1b[2J\\x1b]0;mine\\x07\\u202egpj\\n\\t"]
    for shown in (repr(ap.tree.children[0]), repr(ap.search()), *map(repr, ap.search().nodes())):
        assert shown.isprintable()
