"""How the operations are called: by name after the first argument, one order, one sort grammar."""

import inspect
import re
import warnings

import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, F, Node, errors

LISTINGS = ("nodes", "search_nodes", "query", "search", "trashed", "children", "find")
BY_POSITION = {
    "nodes": (lambda ap: ap.nodes("kind:FILE", ["name ASC"], 3, 1), r"nodes\(filters, sort=…, limit=…, offset=…\)"),
    "query": (lambda ap: ap.query("type:(PHOTOS)", 0, 2), r"query\(filters, offset=…, limit=…\)"),
    "trashed": (lambda ap: ap.trashed("kind:FILE", 0, 2), r"trashed\(filters, offset=…, limit=…\)"),
    "aggregations": (lambda ap: ap.aggregations("type", None), r"aggregations\(category, out=…\)"),
    "download": (lambda ap: ap.download([], "there"), r"download\(node_ids, out=…\)"),
}
BY_NAME = {
    "nodes": lambda ap: ap.nodes("kind:FILE", sort=["name ASC"], limit=3, offset=1),
    "query": lambda ap: ap.query("type:(PHOTOS)", offset=0, limit=2),
    "trashed": lambda ap: ap.trashed("kind:FILE", offset=0, limit=2),
    "aggregations": lambda ap: ap.aggregations("type", out=None),
    "download": lambda ap: ap.download([], out="there"),
}


@pytest.fixture
def seeded(service, ap):
    service.reset(files=200)
    service.requests.clear()
    return ap


@pytest.mark.parametrize("name", BY_POSITION)
def test_the_predecessors_positions_go_on_working(seeded, name, tmp_path, monkeypatch):
    """They give the same, and a warning at the caller's own line that shows the keyword form."""
    monkeypatch.chdir(tmp_path)
    call, form = BY_POSITION[name]
    with pytest.warns(DeprecationWarning, match=form) as caught:
        by_position = call(seeded)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        assert by_position.equals(BY_NAME[name](seeded))


async def test_positions_warn_at_the_callers_line_in_the_async_client(service):
    """The constructor too takes them in the predecessor's order."""
    with pytest.warns(DeprecationWarning, match=r"AmazonPhotos\(cookies, catalog=…\)") as caught:
        client = AsyncAmazonPhotos(service.cookies, "other.parquet", endpoint=service.url)
    async with client:
        assert client.settings.catalog == "other.parquet"
        with pytest.warns(DeprecationWarning, match="nodes") as more:
            await client.nodes(None, "name", 1)
    assert {one.filename for one in (*caught, *more)} == {__file__}


@pytest.mark.parametrize("face", [AmazonPhotos, AsyncAmazonPhotos])
def test_what_the_predecessor_never_took_by_position_is_refused(service, face):
    """A second positional argument of ours, and one given twice, are wrong calls that name the method."""
    client = face(service.cookies, endpoint=service.url)
    for call in (
        lambda: client.upload("a", "b"),
        lambda: client.children("a", "b"),
        lambda: client.nodes(None, "name", sort="name"),
        lambda: client.nodes(None, "name", 1, 2, 3),
    ):
        with pytest.raises(TypeError, match=rf"^{face.__name__}\.\w+\(\) takes from 1 to 2|takes 2 positional"):
            call()
    assert not service.requests


def test_a_wrong_position_says_what_is_given_by_name(ap):
    """So that the line can be put right without looking it up."""
    with pytest.raises(errors.WrongCall, match=r"but 3 were given; these are given by name: to, plan, dry_run"):
        ap.upload("a", "b")


def test_the_predecessors_names_of_arguments_go_on_working(service, tmp_path):
    """db_path and tmp are catalog and save_responses; both at once are one too many."""
    with AmazonPhotos(service.cookies, db_path="x.parquet", tmp=tmp_path / "kept", endpoint=service.url) as ap:
        assert ap.settings.catalog == "x.parquet"
        ap.quota()
    assert list((tmp_path / "kept").rglob("*.json"))
    with pytest.raises(errors.InvalidInput, match="catalog and db_path are two names"):
        AmazonPhotos(service.cookies, db_path="x", catalog="x")


@pytest.mark.parametrize("name", LISTINGS)
def test_listings_have_one_order(name):
    """The filter (or the parent), then by name: sort, limit, offset."""
    parameters = list(inspect.signature(getattr(AmazonPhotos, name)).parameters.values())[1:]
    named = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.name != "filters"]
    assert parameters[0].name == ("parent" if name == "children" else "filters")
    assert parameters[1].kind is inspect.Parameter.KEYWORD_ONLY
    assert named[:3] == ["sort", "limit", "offset"]


SORTS = ("size", "-size", "size desc", ["size"], ["-size", "name"], "-size, name", "contentProperties.size DESC")


@pytest.mark.parametrize("sort", SORTS, ids=str)
def test_a_sort_means_the_same_everywhere(seeded, sort):
    """Online in either index, in the trash, in a folder, and in the catalogue."""
    files = seeded.find("type:(PHOTOS)")
    first = sort[0] if isinstance(sort, list) else sort
    rising = "-" not in first and "desc" not in first.lower()
    wanted = files["size"].sort_values(ascending=rising).to_list()
    assert seeded.find("type:(PHOTOS)", sort=sort)["size"].to_list() == wanted
    assert seeded.query("type:(PHOTOS)", sort=sort, save=False)["size"].to_list() == wanted
    photos = (F.kind == "FILE") & F.type("PHOTOS")
    assert seeded.nodes(photos, sort=sort)["size"].to_list() == wanted
    seeded.trash(files.id[:9])
    thrown = seeded.trashed("kind:FILE", sort=sort)["size"]
    assert len(thrown) >= 9
    assert thrown.to_list() == thrown.sort_values(ascending=rising).to_list()


def test_amazons_own_text_is_read_everywhere(seeded):
    """Without a direction it is descending there; lists of ours are ascending."""
    newest = seeded.nodes("kind:FILE").createdDate.max()
    assert seeded.nodes("kind:FILE", sort="['createdDate']", limit=1).createdDate[0] == newest
    assert seeded.find("kind:FILE", sort="['createdDate']", limit=1).createdDate[0] == newest
    assert seeded.find("kind:FILE", sort='["createdDate DESC"]', limit=1).createdDate[0] == newest
    assert seeded.find("kind:FILE", sort=["createdDate"], limit=1).createdDate[0] != newest


def test_what_amazon_cannot_sort_by_is_said_before_anything_is_sent(seeded, service):
    """In its own text, with what it can, and who can."""
    for ask in (seeded.nodes, seeded.query, seeded.trashed, seeded.search, seeded.search_nodes):
        with pytest.raises(errors.FilterError, match=r"(?s)cannot sort by 'image.width'.*size.*find\(\)"):
            ask(sort="['image.width DESC']")
        with pytest.raises(errors.FilterError, match="cannot sort by '-size desc'"):
            ask(sort="-size desc")
    with pytest.raises(errors.FilterError, match=r"Amazon cannot sort by 'image\.width'") as caught:
        seeded.nodes(sort="['image.width DESC']")
    assert {"name", "createdDate", "contentProperties.size"} <= set(re.findall(r"[\w.]+", caught.value.hint))
    assert not {"id", "md5", "image.width"} & set(re.findall(r"[\w.]+", caught.value.hint))
    assert not service.requests


def test_search_nodes_is_the_lazy_twin_of_nodes(seeded, service):
    """Nothing is sent until it is read; then it gives the same."""
    found = seeded.search_nodes(F.kind == "FILE", sort="name", limit=5, offset=1)
    assert not service.requests
    assert list(found.frame().id) == list(seeded.nodes("kind:FILE", sort="name", limit=5, offset=1).id)
    with pytest.raises(TypeError, match=r"^AmazonPhotos\.search_nodes\(\) got an unexpected"):
        seeded.search_nodes(limt=1)


async def test_a_search_is_iterated(seeded, service):
    """``for`` and ``async for`` give its nodes, and as often as it is asked."""
    found = seeded.search("type:(PHOTOS)", limit=3)
    ids = [node.id for node in found]
    assert len(ids) == 3
    assert ids == [node.id for node in found]
    async with AsyncAmazonPhotos(service.cookies, endpoint=service.url) as client:
        nodes = [node async for node in client.search("type:(PHOTOS)", limit=3)]
    assert ids == [node.id for node in nodes]
    assert isinstance(nodes[0], Node)
