"""One rule for names at every door: exactly so, else the only one that agrees, else an error that lists them.

The doors: ``upload(to=)``, ``create_folders``, ``find_path``, ``check(of=)`` and ``upload(album=)``.
"""

import unicodedata

import pytest

import pictures
from amazon_photos import errors
from transfers import deep_folder


@pytest.fixture
async def ap(async_ap):
    return async_ap


@pytest.fixture
async def make(ap):
    """Makes folders, or albums, of exactly these names, as another program may; their ids by name."""

    async def made(door, *names):
        from amazon_photos.wire import albums, folders

        root = (await ap.root).id
        calls = {
            name: albums.create_album(name) if door is into_album else folders.create_folder(name, root)
            for name in names
        }
        return {name: (await ap._send(call)).id for name, call in calls.items()}

    return made


async def into_folder(ap, name, picture):
    result = await ap.upload(picture, to=name)
    assert list(result.outcome) == ["uploaded"]
    return (await ap.node(result.id[0])).parents[0]


async def create(ap, name, _):
    row = (await ap.create_folders(name)).iloc[0]
    if row.outcome == "failed":
        raise errors.InvalidInput(row.reason)
    return row.id


async def find(ap, name, _):
    found = await ap.find_path(name)
    return None if found is None else found.id


async def compare(ap, name, picture):
    result = await ap.check(picture, of=name)
    assert list(result.outcome) == ["local_only"]
    return None


async def into_album(ap, name, picture):
    result = await ap.upload(picture, to="Elsewhere", album=name)
    albums = await ap.albums.list()
    holding = [i for i in albums.id if result.id[0] in set((await ap.children(i)).id)]
    assert len(holding) == 1
    return holding[0]


DOORS = [into_folder, create, find, compare, into_album]
AGREE = [
    ("Cafe\u0301", "Café"), ("Cafe", "CAFE"), ("Café", "Cafe\u0301"), ("Café", "CAFE\u0301"), ("Straße", "STRASSE"),
    ("STRASSE", "straße"), ("İzmir", "i\u0307zmir"), ("ΟΔΟΣ", "οδος"), ("οδος", "οδοσ"),
]  # fmt: skip
DIFFER = [("\u0131zmir", "izmir"), ("Cafe", "Café"), ("a", "a b")]
SEVERAL = [("Straße", "STRASSE", "strasse"), ("Cafe\u0301", "Café", "CAFÉ"), ("ΟΔΟΣ", "οδοσ", "Οδος")]


def numbered(cases):
    """The same names, each case apart from the others."""
    return [[f"{number} {name}" for name in names] for number, names in enumerate(cases)]


@pytest.mark.parametrize("door", DOORS)
async def test_the_only_one_that_agrees_is_meant(ap, make, tmp_path, door):
    """Whatever its case and form, the folder or album that is there is found, and no look-alike made (fault D2)."""
    made = await make(door, *(there for there, _ in numbered(AGREE)))
    for number, (there, wanted) in enumerate(numbered(AGREE)):
        (picture,) = pictures.write(tmp_path, f"{number}.jpg", start=number)
        found = await door(ap, wanted, picture)
        assert found == (None if door is compare else made[there]), (there, wanted)
    names = set((await ap.albums.list()).name) if door is into_album else set((await ap.folders()).name.dropna())
    assert names - {"", "Elsewhere", "Pictures", "Web"} == set(made)


@pytest.mark.parametrize("door", DOORS)
async def test_other_letters_are_another_name(ap, make, tmp_path, door):
    """What doesn't agree is not found: it is made where the door makes what is missing (fault D2)."""
    made = await make(door, *(there for there, _ in numbered(DIFFER)))
    for number, (_, wanted) in enumerate(numbered(DIFFER)):
        (picture,) = pictures.write(tmp_path, f"{number}.jpg", start=number)
        if door is compare:
            with pytest.raises(errors.InvalidInput, match="no folder"):
                await door(ap, wanted, picture)
        else:
            assert await door(ap, wanted, picture) not in made.values()


@pytest.mark.parametrize("door", DOORS)
async def test_what_is_called_exactly_so_is_meant(ap, make, tmp_path, door):
    """Two that agree are told apart by writing one exactly (fault D2)."""
    made = await make(door, *(name for first, second, _ in numbered(SEVERAL) for name in (first, second)))
    for number, (name, node_id) in enumerate(made.items()):
        (picture,) = pictures.write(tmp_path, f"{number}.jpg", start=number)
        assert await door(ap, name, picture) == (None if door is compare else node_id), name


@pytest.mark.parametrize("door", DOORS)
async def test_several_are_listed_and_nothing_is_sent(ap, make, service, tmp_path, door):
    """Where two agree and none is written exactly, the error lists both with their ids, before anything is sent
    (fault D2)."""
    made = await make(door, *(name for first, second, _ in numbered(SEVERAL) for name in (first, second)))
    (picture,) = pictures.write(tmp_path, "a.jpg")
    for *there, wanted in numbered(SEVERAL):
        service.requests.clear()
        with pytest.raises(errors.InvalidInput, match="can mean several") as caught:
            await door(ap, wanted, picture)
        assert all(repr(name) in str(caught.value) and made[name] in str(caught.value) for name in there)
        assert {seen.method for seen in service.requests} <= {"GET"}


async def test_paths_mean_what_their_names_mean(ap):
    """find_path() finds what create_folders() made and makes nothing new, below folders that only agree (fault D2)."""
    first = await ap.create_folders("Straße/Über/2024", "STRASSE/u\u0308ber", "strasse/ÜBER/2024/x")
    assert list(first.outcome) == ["created", "exists", "created"]
    assert (await ap.find_path("STRASSE/U\u0308BER/2024/X")).id == first.id[2]
    assert len((await ap.folders()).name.dropna().loc[lambda names: names != ""]) == 4 + len({"Pictures", "Web"})
    assert (await ap.tree).find("strasse").id == (await ap.find_path("Straße")).id


async def test_local_folders_of_one_meaning_become_one(ap, tmp_path):
    """Two local folders that differ in form only go into one, in the plan as in the run; a second run agrees
    (fault D2)."""
    for number, form in enumerate(("NFC", "NFD")):
        pictures.write(
            tmp_path / "in" / unicodedata.normalize(form, "Café"), f"{number}.jpg", "same.jpg", start=9 * number
        )
    plan = await ap.plan_upload(f"{tmp_path}/in/.")
    assert sorted(plan.action) == ["conflict", "upload", "upload", "upload"]
    result = await ap.upload(f"{tmp_path}/in/.")
    assert sorted(result.outcome) == ["conflict", "uploaded", "uploaded", "uploaded"]
    assert set((await ap.folders()).name.dropna()) - {"", "Pictures", "Web"} == {plan.folder[0]}
    again = await ap.upload(f"{tmp_path}/in/.")
    assert sorted(again.outcome) == ["conflict", "exists", "exists", "exists"]


async def test_a_local_folder_that_can_mean_several_fails_alone(ap, make, tmp_path):
    """In a plan and in a run, such a folder's files fail with the list, and the others go up (fault D2)."""
    made = await make(into_folder, "Straße", "STRASSE")
    pictures.write(tmp_path / "in", "strasse/a.jpg", "Straße/b.jpg", "STRASSE/new/c.jpg", "Straße/new/d.jpg", "e.jpg")
    plan = await ap.plan_upload(f"{tmp_path}/in/.")
    result = await ap.upload(f"{tmp_path}/in/.")
    failed = result[result.outcome == "failed"]
    assert list(failed.name) == list(plan[plan.action == "failed"].name) == ["a.jpg"]
    assert all(node_id in failed.reason.iloc[0] for node_id in made.values())
    assert sorted(result.outcome) == ["failed", "uploaded", "uploaded", "uploaded", "uploaded"]
    nodes = (await ap.nodes("kind:FILE")).set_index("name")
    assert nodes.parents["b.jpg"][0] == made["Straße"]
    assert nodes.parents["c.jpg"][0] != nodes.parents["d.jpg"][0]


async def test_a_thousand_folders_inside_each_other(ap, tmp_path, capsys):
    """Folders 1,000 deep are planned, found, compared and printed (fault B4)."""
    from amazon_photos.wire import folders

    here, path = (await ap.root).id, "/".join(["d"] * 1_000)
    for _ in range(1_000):
        here = (await ap._send(folders.create_folder("d", here))).id
    assert (await ap.find_path(path.upper())).id == here
    assert list((await ap.create_folders(path)).id) == [here]
    capsys.readouterr()
    await ap.print_tree()
    assert len(capsys.readouterr().out.splitlines()) == 1_001 + len({"Pictures", "Web"})
    with deep_folder(tmp_path, 1_000):
        assert list((await ap.plan_upload(f"{tmp_path}/d")).folder) == [path]
        assert list((await ap.upload(f"{tmp_path}/d")).outcome) == ["uploaded"]
        assert list((await ap.check(f"{tmp_path}/d", of=path)).outcome) == ["same"]
        assert list((await ap.backed_up(f"{tmp_path}/d")).backed_up) == [True]
