"""This machine's files against the library's."""

import pytest

import pictures
from amazon_photos import errors


@pytest.fixture
async def ap(async_ap):
    return async_ap


def signs(result):
    return dict(zip(result.path.str.replace(r".*/(card|in)/", "", regex=True), result.what, strict=True))


async def test_check_tells_same_only_here_only_there_and_differing(ap, tmp_path):
    """= same content under whatever name, + only here, - only there, * other content has the name."""
    pictures.write(tmp_path / "in", "same.jpg", "moved.jpg", "differs.jpg", "there.jpg")
    await ap.upload(tmp_path / "in")
    (tmp_path / "in/there.jpg").unlink()
    (tmp_path / "in/moved.jpg").rename(tmp_path / "in/renamed.jpg")
    pictures.write(tmp_path / "in", "differs.jpg", "here.jpg", start=50)
    result = await ap.check(tmp_path / "in")
    assert signs(result) == {
        "same.jpg": "=", "renamed.jpg": "=", "differs.jpg": "*", "here.jpg": "+", "in/there.jpg": "-",
    }  # fmt: skip
    assert result.set_index("what").id.notna().to_dict() == {"=": True, "*": True, "-": True, "+": False}


async def test_check_against_one_folder_of_the_library(ap, tmp_path):
    """Given a folder of the library, only what is below it counts."""
    pictures.write(tmp_path / "in", "a.jpg", "sub/b.jpg")
    await ap.upload(tmp_path / "in", "Backup")
    assert set((await ap.check(tmp_path / "in" / "sub", of="backup/in/sub")).what) == {"="}
    assert sorted((await ap.check(tmp_path / "in" / "sub")).what) == ["-", "="]
    with pytest.raises(errors.BadInput, match="no folder 'Nowhere'"):
        await ap.check(tmp_path / "in", of="Nowhere")


async def test_an_empty_folder_and_an_empty_library(ap, tmp_path):
    """Nothing compared with nothing is no row."""
    (tmp_path / "in").mkdir()
    assert len(await ap.check(tmp_path / "in")) == 0
    assert len(await ap.have(tmp_path / "in")) == 0


async def test_have_says_whether_a_card_may_be_wiped(ap, tmp_path):
    """All true only when the content of every file is in the library; junk doesn't count."""
    pictures.write(tmp_path / "card", "a.jpg", "sub/b.jpg", ".DS_Store")
    await ap.upload(tmp_path / "card")
    result = await ap.have(tmp_path / "card")
    assert signs(result) == {".DS_Store": "skipped", "a.jpg": "exists", "sub/b.jpg": "exists"}
    assert result.have.all()
    pictures.write(tmp_path / "card", "c.jpg", start=50)
    result = await ap.have(tmp_path / "card/c.jpg", tmp_path / "card/a.jpg")
    assert list(result.have) == [False, True]
    assert not result.have.all()


async def test_what_was_trashed_is_not_had(ap, tmp_path):
    """A file whose only copy is in the trash, or is still being worked on, is missing."""
    pictures.write(tmp_path / "card", "a.jpg", "b.jpg")
    await ap.upload(tmp_path / "card")
    await ap.trash((await ap.nodes("name:a.jpg")).id)
    assert signs(await ap.have(tmp_path / "card")) == {"a.jpg": "missing", "b.jpg": "exists"}
    assert signs(await ap.check(tmp_path / "card")) == {"a.jpg": "+", "b.jpg": "="}
