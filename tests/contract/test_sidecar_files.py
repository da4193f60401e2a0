"""The files that sidecars are: their names beside those of the download, several writers, and what goes wrong."""

import asyncio
import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amazon_photos import errors
from transfers import content, files, put


def sidecars():
    return sorted(name for name in files("media") if name.endswith(".xmp"))


@pytest.mark.parametrize("sidecars", [None, "xmp", "json"])
def test_sidecars_change_no_name(service, ap, sidecars):
    """A layout goes by the dates of the frame that was given, also where sidecars tell more of them."""
    service.reset(files=3)
    frame = ap.nodes("kind:FILE")[["id", "name", "size", "md5", "contentDate"]].iloc[:1]
    frame["contentDate"] = "1999-06-01T12:00:00Z"
    (path,) = ap.download(frame, layout="{year}/{name}", sidecars=sidecars).path
    assert Path(path).parent.name == "1999"
    assert datetime.fromtimestamp(Path(path).stat().st_mtime, UTC).year == 1999


async def test_two_photos_of_one_name_have_two(connect, service):
    """Each beside its own file, told apart as the files are."""
    async with connect() as ap:
        (folder,) = (await ap.create_folders("Other")).id
        ids = [*await put(ap, ["a.jpg"]), *await put(ap, ["A.JPG"], start=1, folder=folder)]
        result = await ap.download(ids, sidecars="json")
    assert len(set(result.path)) == 2
    for path, node_id in zip(result.path, ids, strict=True):
        assert json.loads(Path(f"{path}.json").read_text("utf-8"))["id"] == node_id


async def test_a_name_too_long_for_an_ending_is_cut(connect):
    """It stays a name that every file system takes, with a tag of the node's, and the row tells it."""
    async with connect() as ap:
        ids = await put(ap, ["x" * 249 + "1.jpg", "x" * 249 + "2.jpg", "y" * 247 + ".jpg"])
        result = await ap.download(ids, sidecars="xmp")
        again = await ap.download(ids, sidecars="xmp")
    assert list(result.outcome) == ["downloaded"] * 3
    for reasons in (result.reason, again.reason):
        named = [reason.removeprefix("its sidecar is ") for reason in reasons[:2]]
        assert [*sorted(named), "y" * 247 + ".jpg.xmp"] == sidecars()
    assert result.reason.isna()[2]
    assert all(len(name.encode()) <= 255 for name in sidecars())


async def test_a_file_of_the_library_keeps_its_name(connect):
    """Somebody uploaded sidecars: they come down as they are, in whatever order, and none is written over them."""
    async with connect() as ap:
        ids = [*await put(ap, ["a.jpg"]), *await put(ap, ["A.jpg.XMP"], start=1), *await put(ap, ["b.jpg"], start=2)]
        result = await ap.download(ids, sidecars="xmp")
    assert list(result.outcome) == ["downloaded"] * 3
    assert result.reason[0] == "no sidecar: a.jpg.xmp is itself a file of this download"
    assert Path("media", "A.jpg.XMP").read_bytes() == content(1)
    assert sidecars() == ["A.jpg.XMP.xmp", "b.jpg.xmp"]


async def test_two_runs_write_them_together(connect):
    """Each finds what the other wrote to be its own, and has nothing to tell."""
    async with connect(0) as one, connect(1) as other:
        ids = await put(one, [f"{n}.jpg" for n in range(60)])
        results = await asyncio.gather(*(ap.download(ids, sidecars="json") for ap in (one, other, one)))
    for result in results:
        assert set(result.outcome) <= {"downloaded", "exists"}
        assert result.reason.isna().all(), result.reason.dropna().iloc[0]
    assert set(files("media")) == {f"{n}.jpg{ending}" for n in range(60) for ending in ("", ".json")}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
async def test_a_sidecar_that_cannot_be_written_is_told(connect, monkeypatch, number):
    """The photo is here and says so; its row says what is not, and the next run makes up for it."""
    real = os.link

    def link(source, target, **options):
        if str(target).endswith(".xmp"):
            raise OSError(number, os.strerror(number))
        real(source, target, **options)

    async with connect() as ap:
        ids = await put(ap, ["a.jpg", "b.jpg"])
        with monkeypatch.context() as broken:
            broken.setattr(os, "link", link)
            if number == errno.EACCES:  # a file system without links: then it is renamed
                broken.setattr(Path, "rename", lambda self, target: link(self, target))
            result = await ap.download(ids, sidecars="xmp")
        assert list(result.outcome) == ["downloaded"] * 2
        assert result.reason.str.startswith("no sidecar: ").all()
        assert result.reason.str.contains(os.strerror(number)).all()
        assert set(files("media")) == {"a.jpg", "b.jpg"}
        assert (await ap.download(ids, sidecars="xmp")).reason.isna().all()
    assert sidecars() == ["a.jpg.xmp", "b.jpg.xmp"]


def test_a_failed_photo_has_none(ap):
    """Nor has what is no file."""
    result = ap.download(["x" * 22], sidecars="xmp")
    assert list(result.outcome) == ["failed"]
    assert sidecars() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sidecars": "XML"}, """sidecars must be "json", "xmp" or None, not 'XML'; did you mean 'xmp'"""),
        ({"sidecars": True}, 'sidecars must be "json", "xmp" or None, not True'),
        ({"sidecars": ["xmp"]}, "sidecars must be"),
        ({"sidecars": "json", "favorite_rating": True}, 'favorite_rating=True .* needs sidecars="xmp"'),
        ({"favorite_rating": True}, 'favorite_rating=True .* needs sidecars="xmp"'),
    ],
)
def test_other_values_are_refused(service, ap, arguments, message):
    """Before anything is sent or made."""
    with pytest.raises(errors.InvalidInput, match=message):
        ap.download("x" * 22, **arguments)
    assert not service.requests
    assert not Path("media").exists()
