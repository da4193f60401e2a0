"""What is taken, what stays at home, and what cannot be: the plan, the dry run and the run say the same of it."""

import errno
import os
import sys

import pytest

import pictures


@pytest.fixture
async def ap(async_ap):
    return async_ap


async def said(ap, path, **how):
    """What plan, dry run and run say of each file: in one word and with the reason, the same in all three."""
    plan, dry = await ap.plan_upload(path, **how), await ap.upload(path, dry_run=True, **how)
    result = await ap.upload(path, **how)
    assert plan.equals(dry)
    assert list(plan.path) == list(result.path)
    assert list(plan.reason.fillna("")) == list(result.reason.fillna(""))
    verbs = {"upload": "uploaded", "skip": "skipped"}
    assert [verbs.get(what, what) for what in plan.action] == list(result.outcome)
    paths = [os.path.relpath(path, result.path.iloc[0].partition("/card")[0] + "/card") for path in result.path]
    return dict(zip(paths, zip(result.outcome, result.reason.fillna(""), strict=True), strict=True))


async def test_junk_stays_at_home_and_own_files_go_up(ap, tmp_path):
    """What devices leave is told and stays; a video of somebody's own with a name that looks so goes up (fault D3)."""
    pictures.write(
        tmp_path / "card", "a.jpg", ".holiday.part", ".x.jpg", "$RECYCLE.BIN/b.jpg", "System Volume Information/c",
        "LOST.DIR/1", ".trashed-1-d.jpg", ".pending-1-e.jpg", "f.jpg@SynoEAStream", "g.jpg.crdownload", ".nomedia",
        "Picasa.ini", f".CxAMPle0000000000000A.{'0' * 32}.1.part",
    )  # fmt: skip
    result = await said(ap, tmp_path / "card")
    assert {path for path, (what, _) in result.items() if what == "uploaded"} == {"a.jpg", ".holiday.part", ".x.jpg"}
    assert {reason for what, reason in result.values() if what != "uploaded"} == {"junk"}
    assert len(result) == 13


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
async def test_names_that_are_no_text_fail_in_the_plan_already(ap, tmp_path):
    """A file in a folder whose name is no UTF-8 fails in the plan as in the run, with the reason (fault D5)."""
    odd = os.fsdecode(b"f\xff")
    pictures.write(tmp_path / "card", "a.jpg", f"{odd}/sub/b.jpg", f"{odd}.jpg")
    assert await said(ap, tmp_path / "card") == {
        "a.jpg": ("uploaded", ""),
        r"f\xff.jpg": ("failed", "its name is not UTF-8: rename it"),
        r"f\xff/sub/b.jpg": ("failed", "the name of its folder is not UTF-8: rename it"),
    }


async def test_a_folder_that_cannot_be_listed_fails_alone(ap, tmp_path, monkeypatch):
    """Such a folder is a row of its own in plan, dry run and run, and the others go up."""
    pictures.write(tmp_path / "card", "a.jpg", "locked/b.jpg", "z/c.jpg")
    real = os.scandir

    def scandir(path="."):
        if os.fspath(path).endswith("locked"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert await said(ap, tmp_path / "card") == {
        "a.jpg": ("uploaded", ""),
        "locked": ("failed", "cannot be read: permission denied"),
        "z/c.jpg": ("uploaded", ""),
    }


async def test_a_planned_file_that_is_gone_says_so(ap, tmp_path):
    """What was deleted between plan and run is no link that leads nowhere (fault D5)."""
    pictures.write(tmp_path / "card", "a.jpg", "b.jpg")
    plan = await ap.plan_upload(tmp_path / "card")
    (tmp_path / "card/b.jpg").unlink()
    assert list((await ap.upload(plan=plan)).reason.fillna("")) == ["", "it is no longer there"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
async def test_diamonds_of_links_send_each_file_once(ap, tmp_path):
    """Each folder that links lead to is gone into once, and the other ways are told (fault D4)."""
    for level in range(12):
        pictures.write(tmp_path / f"card/{level}", "a.jpg", start=level)
        for side in ("left", "right"):
            (tmp_path / f"card/{level}/{side}").symlink_to(f"../{(level + 1) % 12}")
    result = await said(ap, tmp_path / "card", follow_symlinks=True)
    assert len(result) == 36
    assert sorted(path for path, (what, _) in result.items() if what == "uploaded") == sorted(
        f"{level}/a.jpg" for level in range(12)
    )
    assert set((await ap.nodes("kind:FOLDER")).name.dropna()) - {""} == {
        "card",
        *map(str, range(12)),
        "Pictures",
        "Web",
    }
