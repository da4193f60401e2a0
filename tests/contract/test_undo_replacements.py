"""Replacements in the history: told by the names that people know, and undone by what has the name now."""

import pytest

from transfers import connector, cut, fill, last_run, library, md5, replace


@pytest.fixture
async def ap(connect):
    async with connect(max_attempts=2) as client:
        yield client


async def contents(ap, tmp_path, *starts):
    """The file a.jpg of the library, replaced by one content after the other; the MD5s of all, and the runs."""
    md5s = []
    for start in starts:
        folder = fill(tmp_path / "P", "a.jpg", start=start)
        await ap.upload(folder, conflict="replace")
        md5s.append(md5(folder / "a.jpg"))
    return md5s, list((await ap.history.list()).run[::-1])


# --- names ----------------------------------------------------------------------------------------------------


async def test_the_history_has_the_names_that_people_know(ap, tmp_path):
    """Of the file that went up, of the one in the trash, and of what undoing leaves alone; no temporary name."""
    await replace(ap, tmp_path, "a.jpg")
    run = await last_run(ap)
    shown = await ap.history.show(run)
    assert list(zip(shown.action, shown.name, strict=True)) == [("upload", "a.jpg"), ("trash", "a.jpg")]
    await ap.trash((await ap.nodes("kind:FILE")).id)
    plan = await ap.history.undo(run, dry_run=True)
    assert list(zip(plan.action, plan.name, strict=True)) == [("keep", "a.jpg"), ("restore", "a.jpg")]


@pytest.mark.parametrize("operation", ["nodes.change", "trash.change"])
async def test_the_history_of_one_that_failed_says_where_the_new_file_is(ap, service, tmp_path, operation):
    """As the row does: it went up, and is beside the other under its temporary name."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    service.faults([{"method": "PATCH", "operation": operation, "fault": "403"}])
    done = await ap.upload(fill(tmp_path / "P", "a.jpg", start=9), conflict="replace")
    service.faults([])
    upload = (await ap.history.show(await last_run(ap))).iloc[0]
    (temporary,) = {name.removeprefix("P/") for name in await library(ap)} - {"a.jpg"}
    assert (upload["name"], upload.outcome, upload.reason) == ("a.jpg", "uploaded", done.reason[0])
    assert f"the new file went up as {temporary}" in upload.reason


async def test_one_that_arrived_wrong_has_its_own_name_in_its_row(connect_odd, tmp_path):
    """Amazon tells late that it holds other bytes: the row that says so is not called by the temporary name."""

    async def odd(asked, forward):
        answer = await forward()
        if asked.uploads and answer.status < 300 and len(answer.json["name"]) > len("a.jpg"):
            del answer.json["contentProperties"]
        if asked.method == "GET" and len(answer.json.get("name", "")) == len("a.0123456789ab.jpg"):
            answer.json["contentProperties"]["md5"] = "0" * 32
        return answer

    with connect_odd(odd) as strange, pytest.MonkeyPatch.context() as patch:
        async with connector(strange, tmp_path, patch)() as ap:
            done = await replace(ap, tmp_path, "a.jpg")
            assert list(zip(done["name"], done.outcome, strict=True)) == [("a.jpg", "failed")]
            assert "not what was sent" in done.reason[0] or "other content" in done.reason[0]


@pytest.mark.parametrize("in_place", [False, True])
async def test_one_that_nobody_noted_is_found_under_either_name(ap, service, tmp_path, in_place):
    """Killed before it was noted which node went up: undoing finds it, before it has its own name and afterwards."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    if not in_place:
        service.faults([{"method": "PATCH", "operation": "nodes.change", "fault": "403"}])
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    await ap.upload(folder, conflict="replace")
    service.faults([])
    run = await last_run(ap)
    cut(run, before='"made"')
    await ap.history.undo(run, max_delete=10)
    assert md5(folder / "a.jpg") in set((await ap.trashed()).md5)
    assert md5(folder / "a.jpg") not in (await library(ap)).values()
