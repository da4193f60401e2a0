"""Replacements in the history: told by the names that people know, and undone by what has the name now."""

import pytest

import terminals
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


# --- one of several -------------------------------------------------------------------------------------------


async def test_the_middle_one_of_three_is_left_alone(ap, tmp_path):
    """Something else has the name by now: the plan, the rows and the history say so, and nothing is changed."""
    _, runs = await contents(ap, tmp_path, 0, 10, 20, 30)
    before = await library(ap)
    plan = await ap.history.undo(runs[2], dry_run=True)
    done = await ap.history.undo(runs[2], max_delete=10)
    assert list(plan.action) == ["keep", "keep"]
    assert list(done.outcome) == ["skipped", "skipped"]
    assert list(done.reason) == list(plan.note)
    now = (await ap.nodes("kind:FILE")).id[0]
    assert f"another has its name by now ({now}): it stays in the trash" in done.reason[1]
    assert await library(ap) == before


async def test_all_three_are_undone_from_the_last_to_the_first(ap, tmp_path):
    """Also after somebody tried it with the middle one: each brings back what it replaced, under its name."""
    md5s, runs = await contents(ap, tmp_path, 0, 10, 20, 30)
    await ap.history.undo(runs[2], max_delete=10)
    for run, content in zip(runs[:0:-1], md5s[2::-1], strict=True):
        await ap.history.undo(run, max_delete=10)
        assert await library(ap) == {"P/a.jpg": content}


async def test_the_middle_one_comes_back_where_the_name_is_free(ap, tmp_path):
    """Somebody put the last one in the trash: what the middle one replaced has its name again."""
    md5s, runs = await contents(ap, tmp_path, 0, 10, 20)
    await ap.trash((await ap.nodes("kind:FILE")).id)
    await ap.history.undo(runs[1], max_delete=10)
    assert await library(ap) == {"P/a.jpg": md5s[0]}


async def test_the_others_of_a_run_are_undone(ap, tmp_path):
    """Only what was replaced once more stays as it is."""
    await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg"))
    first = await library(ap)
    await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg", start=10), conflict="replace")
    run = await last_run(ap)
    await ap.upload(fill(tmp_path / "P", "a.jpg", start=20), conflict="replace")
    last = await library(ap)
    done = await ap.history.undo(run, max_delete=10)
    assert sorted(done.outcome) == ["restored", "skipped", "skipped", "trashed"]
    assert await library(ap) == {"P/a.jpg": last["P/a.jpg"], "P/b.jpg": first["P/b.jpg"]}


async def test_an_undo_is_undone_only_where_the_name_is_free(ap, tmp_path):
    """Undone, then replaced once more: undoing the undo leaves the last one alone, and says so."""
    _, runs = await contents(ap, tmp_path, 0, 10)
    await ap.history.undo(runs[1], max_delete=10)
    undo = await last_run(ap)
    await ap.upload(fill(tmp_path / "P", "a.jpg", start=20), conflict="replace")
    before = await library(ap)
    done = await ap.history.undo(undo, max_delete=10)
    assert list(done.outcome) == ["skipped", "skipped"]
    assert "another has its name by now" in done.reason[1]
    assert await library(ap) == before


async def test_a_terminal_tells_what_is_left_alone(ap, service, tmp_path):
    """Before the question, as in the rows that a script gets."""
    _, runs = await contents(ap, tmp_path, 0, 10, 20)
    environ = terminals.clean_environ(tmp_path, **service.environ, AMAZON_PHOTOS_CATALOG=str(tmp_path / "ap0.parquet"))
    terminal = terminals.Terminal(["undo", runs[1], "--max-delete", "10"], environ)
    try:
        assert "it stays in the trash; undo" in " ".join(terminal.expect("do it?").split())
    finally:
        terminal.kill()
    done = terminals.run(["undo", runs[1], "--max-delete", "10", "-o", "csv"], environ)
    assert done.returncode == 0, done.stderr
    assert "another has its name by now" in done.stdout


async def test_hundreds_that_were_replaced_once_more(ap, tmp_path):
    """As one: the catalogue tells what has the names, and the trash what would have them."""
    names = [f"{n}.jpg" for n in range(120)]
    for start in (0, 200, 400):
        await ap.upload(fill(tmp_path / "P", *names, start=start), conflict="replace")
    before = await library(ap)
    done = await ap.history.undo((await ap.history.list()).run[1], max_delete=500)
    assert list(done.outcome) == ["skipped"] * 240
    assert done.reason.str.contains("another has its name by now").sum() == 120
    assert await library(ap) == before


# --- what comes back under another name -----------------------------------------------------------------------


async def trash_and_take_names(ap, tmp_path, count):
    """So many files in the trash, whose names others have; their ids."""
    names = [f"{n}.jpg" for n in range(count)]
    first = await ap.upload(fill(tmp_path / "P", *names))
    await ap.trash(first.id)
    await ap.upload(fill(tmp_path / "P", *names, start=500))
    return list(first.id)


@pytest.mark.parametrize("count", [3, 30, 230])
@pytest.mark.parametrize("way", ["restore", "undo"])
async def test_a_row_tells_the_name_that_something_came_back_under(ap, tmp_path, count, way):
    """Restored, or by undoing that it was trashed: each row says what Amazon calls it now, and so does the history."""
    ids = await trash_and_take_names(ap, tmp_path, count)
    trashed = (await ap.history.list()).run[1]
    done = await (ap.restore(ids) if way == "restore" else ap.history.undo(trashed))
    assert set(done.outcome) == {"restored"}
    names = dict((await ap.nodes("kind:FILE"))[["id", "name"]].to_numpy())
    told = dict(done[["id", "reason"]].to_numpy())
    assert told == {node: f"its name was taken: it is called {names[node]} now" for node in ids}
    shown = await ap.history.show(await last_run(ap))
    assert dict(shown[["id", "reason"]].to_numpy()) == told


async def test_what_keeps_its_name_says_nothing(ap, tmp_path):
    """And asks for no more than the names of what came back."""
    done = await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg"))
    await ap.trash(done.id)
    restored = await ap.restore(done.id)
    assert list(restored.outcome) == ["restored"] * 2
    assert restored.reason.isna().all()


@pytest.mark.parametrize("fault", ["403", "503", "401", "html"])
async def test_what_cannot_be_looked_at_is_restored_all_the_same(ap, service, tmp_path, fault):
    """The look at its name fails, whatever with: the row says that it is back, and nothing is raised."""
    ids = await trash_and_take_names(ap, tmp_path, 2)
    service.faults([{"operation": "nodes.get", "nth": list(range(3, 40)), "fault": fault}])
    done = await ap.restore(ids)
    service.faults([])
    assert list(done.outcome) == ["restored"] * 2
    assert len(await library(ap)) == 4
