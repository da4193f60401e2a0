"""Folders and albums are things that people list and download: all of it, deep (fault H3)."""

import pytest

from amazon_photos import errors
from transfers import asked, files, put


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


@pytest.fixture
async def library(ap):
    """Pictures/2023 with a picture, and one more in its folder August; Other with one; an album of two of them."""
    await ap.create_folders("Pictures/2023/August", "Other")
    index = {path: (await ap.find_path(path)).id for path in ("Pictures/2023", "Pictures/2023/August", "Other")}
    ids = {}
    for number, (path, name) in enumerate(zip(index, ("a.jpg", "b.jpg", "c.jpg"), strict=True)):
        (ids[name],) = await put(ap, [name], start=number, folder=index[path])
    await ap.albums.create("Best of", node_ids=[ids["b.jpg"], ids["c.jpg"]])
    return ids


@pytest.mark.parametrize("parent", ["Pictures/2023", "pictures/2023/", "~/Pictures/2023"])
async def test_a_folder_is_listed_by_its_path(ap, library, parent):
    """In whatever case; what is in it, not what is in its folders."""
    assert set((await ap.children(parent)).name) == {"a.jpg", "August"}
    assert set((await ap.children(await ap.find_path("Pictures/2023"))).name) == {"a.jpg", "August"}


async def test_an_album_is_listed_by_its_name_its_id_and_its_node(ap, library):
    """As a folder is."""
    album = (await ap.albums.list()).id[0]
    for parent in ("Best of", "best OF", album, await ap.node(album)):
        assert set((await ap.children(parent)).name) == {"b.jpg", "c.jpg"}


async def test_folders_and_albums_are_given_as_rows(ap, library):
    """As the listings give them: a row, a frame of one, a record; several rows are refused by their number."""
    folders, albums = await ap.folders(), await ap.albums.list()
    album, row = albums.iloc[0], next(folders[folders.name == "2023"].itertuples())
    for parent in (album, albums.head(1), albums.to_dict("records")[0], next(albums.itertuples())):
        assert set((await ap.children(parent)).name) == {"b.jpg", "c.jpg"}
    assert set((await ap.children(row)).name) == {"a.jpg", "August"}
    assert list((await ap.albums.add(album, library["a.jpg"])).outcome) == ["added"]
    assert list((await ap.albums.rename(albums.head(1), "Better")).outcome) == ["renamed"]
    with pytest.raises(errors.InvalidInput, match=f"these are {len(folders)}: give one row"):
        await ap.children(folders)


async def test_what_nothing_is_called_is_said(ap, library):
    """A path that leads nowhere, None of a folder that was not found, and a name that several have."""
    with pytest.raises(errors.InvalidInput, match="no folder and no album 'Picturez'"):
        await ap.children("Picturez")
    with pytest.raises(errors.InvalidInput, match="due here"):
        await ap.children(await ap.find_path("Nowhere"))
    with pytest.raises(errors.NotFound):
        await ap.children("x" * 22)
    await ap.albums.create("Best of")
    with pytest.raises(errors.InvalidInput, match="several albums"):
        await ap.children("Best of")


async def forms_of_a_folder(ap):
    folder = await ap.find_path("Pictures/2023")
    nodes = await ap.nodes("kind:FOLDER")
    return ["Pictures/2023", folder, folder.id, [folder], ["Pictures/2023"], nodes[nodes.id == folder.id]]


@pytest.mark.parametrize("form", range(6))
async def test_a_folder_is_downloaded_with_all_it_holds(ap, library, form):
    """By its path, as a Folder, an id, and a row of a frame."""
    result = await ap.download((await forms_of_a_folder(ap))[form], out="out", layout="tree")
    assert list(result.outcome) == ["downloaded"] * 2
    assert set(files("out")) == {"Pictures/2023/a.jpg", "Pictures/2023/August/b.jpg"}


async def test_an_album_is_downloaded_with_all_it_holds(ap, library):
    """By a row of ap.albums.list(), its name and its node."""
    albums = await ap.albums.list()
    for form in (albums[:1], "Best of", await ap.node(albums.id[0])):
        result = await ap.download(form, out="out")
        assert set(result.name) == {"b.jpg", "c.jpg"}
        assert set(result.outcome) <= {"downloaded", "exists"}


async def test_each_file_comes_once(ap, library, service):
    """Whatever it is named by; what holds nothing and what nothing is called have a row of their own."""
    await ap.create_folders("Empty")
    wanted = [library["c.jpg"], "Best of", "Pictures", "Pictures/2023", "Empty", "no such thing"]
    result = await ap.download(wanted, out="out")
    assert sorted(result.id.map({node: name for name, node in library.items()}).dropna()) == ["a.jpg", "b.jpg", "c.jpg"]
    assert len(asked(service)) == 3
    assert list(result[result.outcome != "downloaded"].outcome) == ["skipped", "failed"]


async def test_what_came_a_moment_ago_comes_along(ap, connect, library):
    """A folder is all that is in it now, whatever the catalogue holds."""
    await ap.refresh()
    async with connect(1) as other:
        await put(other, ["new.jpg"], start=9, folder=(await other.node(library["b.jpg"])).parents[0])
    assert set((await ap.download("Pictures/2023/August", out="out")).name) == {"b.jpg", "new.jpg"}
