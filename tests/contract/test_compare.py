"""This machine's files against the library's."""

import errno
import os
import sys

import pytest

import pictures
from amazon_photos import errors


@pytest.fixture
async def ap(async_ap):
    return async_ap


def signs(result):
    return dict(zip(result.path.str.replace(r".*/(card|in)/", "", regex=True), result.outcome, strict=True))


async def test_check_tells_same_only_here_only_there_and_differing(ap, tmp_path):
    """The same content under whatever name, only here, only there, other content has the name."""
    pictures.write(tmp_path / "in", "same.jpg", "moved.jpg", "differs.jpg", "there.jpg")
    await ap.upload(tmp_path / "in")
    (tmp_path / "in/there.jpg").unlink()
    (tmp_path / "in/moved.jpg").rename(tmp_path / "in/renamed.jpg")
    pictures.write(tmp_path / "in", "differs.jpg", "here.jpg", start=50)
    result = await ap.check(tmp_path / "in")
    assert signs(result) == {
        "same.jpg": "same", "renamed.jpg": "same", "differs.jpg": "different", "here.jpg": "local_only",
        "in/there.jpg": "remote_only",
    }  # fmt: skip
    assert result.set_index("outcome").id.notna().to_dict() == {
        "same": True,
        "different": True,
        "remote_only": True,
        "local_only": False,
    }


async def test_check_against_one_folder_of_the_library(ap, tmp_path):
    """Given a folder of the library, only what is below it counts."""
    pictures.write(tmp_path / "in", "a.jpg", "sub/b.jpg")
    await ap.upload(tmp_path / "in", to="Backup")
    assert set((await ap.check(tmp_path / "in" / "sub", of="backup/in/sub")).outcome) == {"same"}
    assert sorted((await ap.check(tmp_path / "in" / "sub")).outcome) == ["remote_only", "same"]
    with pytest.raises(errors.InvalidInput, match="no folder 'Nowhere'"):
        await ap.check(tmp_path / "in", of="Nowhere")


async def test_an_empty_folder_and_an_empty_library(ap, tmp_path):
    """Nothing compared with nothing is no row; but nobody may wipe what may only be not mounted (fault A8)."""
    (tmp_path / "in").mkdir()
    assert len(await ap.check(tmp_path / "in")) == 0
    result = await ap.backed_up(tmp_path / "in")
    assert list(result.path) == [str(tmp_path / "in")]
    assert list(result.outcome) == ["skipped"]
    assert not result.backed_up.all()
    pictures.write(tmp_path / "card", "a.jpg")
    await ap.upload(tmp_path / "card")
    assert list((await ap.backed_up(tmp_path / "card", tmp_path / "in")).backed_up) == [True, False]
    with pytest.raises(errors.InvalidInput, match="name a file or a folder"):
        await ap.backed_up()


async def test_backed_up_says_whether_a_card_may_be_wiped(ap, tmp_path):
    """All true only when the content of every file is in the library; what is never a picture doesn't count."""
    pictures.write(tmp_path / "card", "a.jpg", "sub/b.jpg", ".DS_Store")
    await ap.upload(tmp_path / "card")
    result = await ap.backed_up(tmp_path / "card")
    assert signs(result) == {"a.jpg": "exists", "sub/b.jpg": "exists"}
    assert result.backed_up.all()
    assert signs(await ap.backed_up(tmp_path / "card", junk=True))[".DS_Store"] == "missing"
    pictures.write(tmp_path / "card", "c.jpg", start=50)
    result = await ap.backed_up(tmp_path / "card/c.jpg", tmp_path / "card/a.jpg")
    assert list(result.backed_up) == [False, True]
    assert not result.backed_up.all()


HIDDEN = [
    "DCIM/.private/b.jpg", ".hidden.jpg", "@tmp/b.jpg", "#recycle/b.jpg", "$RECYCLE.BIN/b.jpg", ".x.part",
    ".trashed-1-b.jpg", ".thumbnails/b.jpg", f".CxAMPle0000000000000A.{'0' * 32}.1.part", "._b.jpg", "@eaDir/b.jpg",
    "System Volume Information/b.jpg", "b.jpg.crdownload",
]  # fmt: skip


async def test_what_hides_is_had_or_not(ap, tmp_path):
    """A picture that is nowhere else keeps the card from being wiped, wherever it hides and if nothing else is on
    the card; one that is there doesn't (fault A8)."""
    pictures.write(tmp_path / "a", "a.jpg")
    await ap.upload(tmp_path / "a")
    for number, name in enumerate(HIDDEN):
        card = tmp_path / str(number) / "card"
        for others in ([], ["a.jpg"]):
            pictures.write(card, *others)
            pictures.write(card, name, start=number + 1)
            result = await ap.backed_up(card)
            assert signs(result) == {name: "missing"} | dict.fromkeys(others, "exists")
            assert not result.backed_up.isna().any()
            assert not result.backed_up.all()
    cards = [tmp_path / str(number) / "card" for number in range(len(HIDDEN))]
    reasons = (await ap.backed_up(*cards)).reason
    assert set(reasons.dropna()) == {"junk, which uploads leave out unless junk=True"}
    assert "local_only" in set((await ap.check(cards[0])).outcome)
    await ap.upload([card / name for card, name in zip(cards, HIDDEN, strict=True)], conflict="rename")
    result = await ap.backed_up(*cards)
    assert len(result) == 2 * len(HIDDEN)
    assert result.backed_up.all()
    assert set((await ap.check(cards[0])).outcome) == {"same", "remote_only"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such things")
async def test_what_cannot_be_looked_at_is_not_had(ap, tmp_path, monkeypatch):
    """Pipes, links to folders, odd names and unreadable folders and files are False with the reason (fault A8)."""
    pictures.write(tmp_path / "card", "a.jpg", "locked/b.jpg", "torn.jpg")
    pictures.write(tmp_path / "out", "c.jpg", start=50)
    await ap.upload(tmp_path / "card")
    os.mkfifo(tmp_path / "card/pipe")
    (tmp_path / "card/elsewhere").symlink_to(tmp_path / "out")
    (tmp_path / "card/link.jpg").symlink_to(tmp_path / "out/c.jpg")
    (tmp_path / "card/nowhere").symlink_to("gone")
    real = os.scandir

    def scandir(path="."):
        if os.fspath(path).endswith("locked"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    result = await ap.backed_up(tmp_path / "card")
    assert not result.backed_up.isna().any()
    said = dict(zip(result.path.str.replace(r".*/card/", "", regex=True), result.backed_up, strict=True))
    assert said == {
        "a.jpg": True, "torn.jpg": True, "pipe": False, "elsewhere": False, "link.jpg": False, "nowhere": False,
        "locked": False,
    }  # fmt: skip
    unread = result[result.md5.isna()]
    assert len(unread) == 4
    assert unread.reason.notna().all()
    compared = await ap.check(tmp_path / "card", of="card")
    assert sorted(compared[compared.outcome == "unreadable"].path) == sorted(unread.path)
    await ap.upload(tmp_path / "out")
    said = await ap.backed_up(tmp_path / "card/link.jpg", tmp_path / "card/pipe")
    assert list(said.backed_up) == [True, False]


async def test_what_was_trashed_is_not_had(ap, tmp_path):
    """A file whose only copy is in the trash, or is still being worked on, is missing."""
    pictures.write(tmp_path / "card", "a.jpg", "b.jpg")
    await ap.upload(tmp_path / "card")
    await ap.trash((await ap.nodes("name:a.jpg")).id)
    assert signs(await ap.backed_up(tmp_path / "card")) == {"a.jpg": "missing", "b.jpg": "exists"}
    assert signs(await ap.check(tmp_path / "card")) == {"a.jpg": "local_only", "b.jpg": "same"}
