"""Mistakes that are easily made: each is told in one line, in the words of whoever made it."""

import operator
import traceback

import pandas as pd
import polars as pl
import pytest

from amazon_photos import AmazonPhotos, Catalog, errors

FRAME = pd.DataFrame({"id": ["x" * 22] * 3, "md5": ["0" * 32] * 3})
WRONG = {
    "filter": lambda ap, value: ap.query(value),
    "offline filter": lambda ap, value: ap.find(value),
    "sort": lambda ap, value: ap.find(sort=[value]),
    "limit": lambda ap, value: ap.nodes(limit=value),
    "path": lambda ap, value: ap.find_path(value),
    "folder": lambda ap, value: ap.children(value),
    "album": lambda ap, value: ap.albums.add(value, []),
    "ids": lambda ap, value: ap.trash([value]),
    "node": lambda ap, value: ap.open(value),
    "node id": lambda ap, value: ap.node(value),
    "text": lambda ap, value: ap.albums.create(value),
    "choice": lambda ap, value: ap.query(asset=value),
    "switch": lambda ap, value: ap.query(temp_link=value),
    "category": lambda ap, value: ap.aggregations(value),
    "column": lambda ap, value: ap.columns(value),
    "layout": lambda ap, value: ap.download("x" * 22, layout=value),
    "on_exists": lambda ap, value: ap.download("x" * 22, on_exists=value),
    "sidecars": lambda ap, value: ap.download("x" * 22, sidecars=value),
    "to": lambda ap, value: ap.upload(".", to=value),
    "conflict": lambda ap, value: ap.upload(".", conflict=value),
    "only": lambda ap, value: ap.upload(".", only=[value]),
    "on_event": lambda ap, value: ap.download("x" * 22, on_event=value),
}

SWITCHES = {
    "save": lambda ap, value: ap.photos(save=value),
    "strict": lambda ap, value: ap.nodes(strict=value),
    "dry_run": lambda ap, value: ap.upload(".", dry_run=value),
    "dates": lambda ap, value: ap.upload(".", dates=value),
    "junk": lambda ap, value: ap.plan_upload(".", junk=value),
    "follow_symlinks": lambda ap, value: ap.upload(".", follow_symlinks=value),
    "fsync": lambda ap, value: ap.download([], fsync=value),
    "favorite_rating": lambda ap, value: ap.download([], sidecars="xmp", favorite_rating=value),
    "full": lambda ap, value: ap.refresh(full=value),
    "descending": lambda ap, value: ap.find(descending=value),
    "show_id": lambda ap, value: ap.print_tree(show_id=value),
    "color": lambda ap, value: ap.print_tree(color=value),
    "junk of check": lambda ap, value: ap.check(".", junk=value),
    "junk of backed_up": lambda ap, value: ap.backed_up(".", junk=value),
}


@pytest.fixture
def library(service, ap):
    service.reset(files=20)
    ap.refresh()
    return ap


@pytest.mark.parametrize("name", WRONG)
def test_a_frame_in_the_wrong_place_is_named_not_printed(library, name):
    """A message has no rows of a library in it, and one line."""
    for value in (FRAME[["md5"]], FRAME.md5, FRAME[["md5"]].iloc[0], pl.from_pandas(FRAME[["md5"]])):
        with pytest.raises((errors.InvalidInput, errors.FilterError)) as caught:
            WRONG[name](library, value)
        assert "000" not in str(caught.value)
        assert len(str(caught.value).splitlines()) <= 2  # the second is a hint


@pytest.mark.parametrize(
    "mistake",
    [
        lambda ap: ap.photos("typ:(PHOTOS)"),
        lambda ap: ap.photos("type:(PHOTO)"),
        lambda ap: ap.find("takn:2023"),
        lambda ap: ap.find("latitude:abc"),
        lambda ap: ap.find("taken:2023-13"),
        lambda ap: ap.find(sort="nme"),
        lambda ap: ap.photos(sort="nme"),
        lambda ap: ap.nodes(sort="['nme DESC']"),
        lambda ap: ap.find(columns=["nme"]),
        lambda ap: ap.children("nowhere"),
        lambda ap: ap.photos(limt=3),
    ],
)
def test_a_mistake_is_told_once(library, mistake):
    """A traceback ends with the one message, and shows none of how it was found out."""
    with pytest.raises(errors.AmazonPhotosError) as caught:
        mistake(library)
    assert "exception occurred" not in "".join(traceback.format_exception(caught.value))
    assert "direct cause" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_is_true_or_false(service, ap, name):
    """ "no" is not taken for yes; nothing is sent, saved or uploaded for it."""
    service.requests.clear()
    for value in ("no", None if name not in ("save", "color") else 2):
        with pytest.raises(errors.InvalidInput, match=f"{name.split()[0]} must be True or False, not"):
            SWITCHES[name](ap, value)
    assert not service.requests


def test_a_long_value_is_cut(library):
    """Of a list of a million the beginning is enough."""
    with pytest.raises(errors.InvalidInput) as caught:
        library.find(dict.fromkeys(range(100_000)))
    assert len(str(caught.value)) < 400


def test_an_operation_without_arguments_says_so(library):
    """And does not end in the middle of a sentence."""
    with pytest.raises(errors.WrongCall, match=r"'sort'; it takes no arguments$"):
        library.usage(sort="name")


@pytest.mark.parametrize("wrong", [5, None])
def test_columns_that_are_no_list(library, wrong):
    """None means all of them; a number is an error that says what is due."""
    for catalog in (library.catalog, Catalog.open("ap.parquet")):
        if wrong is None:
            assert len(next(iter(catalog.rows(columns=wrong)))) > 50
        else:
            with pytest.raises(errors.InvalidInput, match=r"columns is a list of names.* not 5"):
                catalog.rows(columns=wrong)


def test_a_catalogue_refuses_types_that_there_are_not(library):
    """As a client does, when it is opened."""
    with pytest.raises(errors.InvalidInput, match="dtype_backend must be one of 'pyarrow', 'numpy_nullable'"):
        Catalog.open("ap.parquet", dtype_backend="arrow")


def test_a_client_takes_the_types_of_the_catalogue_it_is_given(library, service):
    """Unless it is told others; and the catalogue of a client will do, too."""
    arrow = Catalog.open("ap.parquet", dtype_backend="pyarrow")
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=arrow) as other:
        assert other.find(limit=1).name.dtype == "string[pyarrow]" == arrow.find(limit=1).name.dtype
        assert isinstance(other.find(limit=1).name.dtype, pd.ArrowDtype)
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=arrow, dtype_backend="numpy_nullable") as other:
        assert not isinstance(other.find(limit=1).name.dtype, pd.ArrowDtype)
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=library.catalog) as other:
        assert other.catalog.path == library.catalog.path


def test_what_a_client_lists_can_be_given_back_to_it(library, tmp_path):
    """A search, an iterator over one, and a filter of it: they ask the client while it reads them."""
    search = library.search_nodes("kind:FILE", limit=3)
    for nodes in (
        search,
        iter(search),
        (node.id for node in search),
        filter(None, search),
        map(operator.attrgetter("id"), search),
    ):
        assert len(library.download(nodes, out=tmp_path)) == 3
    assert set(library.favorite(node_ids=search).outcome) == {"favorited"}


def test_no_sort_is_no_order(library):
    """None and "" mean the same in every listing."""
    for ask in (library.nodes, library.query, library.trashed, library.find, library.catalog.find):
        assert list(ask(sort=None).id) == list(ask(sort="").id) == list(ask(sort=[]).id)
    assert list(library.children("~", sort=None).id) == list(library.children("~").id)
