"""Uploads in the history: each is a run that can be undone, and undoing takes only what the run made."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from amazon_photos import errors
from amazon_photos.plans import journal
from transfers import cut, fill, folders_of, last_run, library, md5

KILLED = """
import os, signal, sys
from amazon_photos import AmazonPhotos, Settings
url, catalog, folder, conflict, count = sys.argv[1:]

settings = Settings(endpoint=url, catalog=catalog, backoff_initial=0.01)
with AmazonPhotos(settings=settings, progress=False) as ap:
    from amazon_photos.transfer.upload import uploader
    arrived, right = [], uploader.ArrivalCheck.right

    async def killed(self, *arguments):
        node = await right(self, *arguments)
        arrived.append(node)
        if len(arrived) >= int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        return node

    uploader.ArrivalCheck.right = killed
    ap.upload(folder, conflict=conflict)
"""

HELD = """
import sys
from amazon_photos import AmazonPhotos, Settings
from amazon_photos.transfer.upload import uploader
url, catalog, folder = sys.argv[1:]

async def held(self, *arguments):
    print("arrived", flush=True)
    sys.stdin.read()

uploader.ArrivalCheck.right = held
settings = Settings(endpoint=url, catalog=catalog)
with AmazonPhotos(settings=settings, progress=False) as ap:
    ap.upload(folder)
"""


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


# --- what a run says ------------------------------------------------------------------------------------------


async def test_an_upload_is_a_run(ap, tmp_path):
    """The history has the run, and each file and folder that it made by its id, with MD5 and where it came from."""
    folder = fill(tmp_path / "Holiday", "a.jpg", "b.jpg")
    result = await ap.upload(folder)
    run = (await ap.history.list()).iloc[0]
    assert (run.operation, run.state, run.steps, run.done, run.reversible) == ("upload", "done", 3, 3, 3)
    shown = await ap.history.show(run.run)
    files = shown[shown.action == "upload"].set_index("name")
    assert dict(files.id) == dict(zip(result.name, result.id, strict=True))
    assert dict(files.after) == {name: md5(folder / name) for name in ("a.jpg", "b.jpg")}
    assert files.note["a.jpg"] == f"from {folder / 'a.jpg'}"
    assert set(files.outcome) == {"uploaded"}
    assert list(shown[shown.action == "create folder"].after) == ["Holiday"]


async def test_what_sends_nothing_keeps_no_journal(ap, tmp_path):
    """A second run over the same files writes nothing; of a mixed one only what goes up is a step."""
    folder = fill(tmp_path / "Holiday", "a.jpg")
    await ap.upload(folder)
    await ap.upload(folder)
    await ap.upload(folder, dry_run=True)
    assert len(await ap.history.list()) == 1
    fill(tmp_path / "Holiday", "a.jpg", "b.jpg")
    await ap.upload(folder)
    assert list((await ap.history.show(await last_run(ap))).name) == ["b.jpg"]


async def test_each_step_is_written_before_its_request(ap, service, tmp_path):
    """When the service gets a file, a folder or an album, the journal on the disk has it."""
    missing = []

    def look():
        lines = [json.loads(x) for p in Path("ap0.parquet.runs").glob("*.jsonl") for x in p.read_text().splitlines()]
        return [line["do"]["action"] for line in lines if "do" in line]

    send = ap._session.send

    async def watched(call):
        kinds = {"upload": "upload", "create_folder": "create folder", "create_album": "create album"}
        if call.operation in kinds and kinds[call.operation] not in look():
            missing.append(call.operation)
        return await send(call)

    ap._session.send = watched
    await ap.upload(fill(tmp_path / "Holiday", "a.jpg"), album="Summer")
    assert missing == []
    assert look() == ["create folder", "upload", "create album", "add"]


async def test_without_history_there_is_no_journal(connect, tmp_path):
    """Settings(history=False) keeps none, and the upload is as it always was."""
    async with connect(history=False) as ap:
        await ap.upload(fill(tmp_path / "Holiday", "a.jpg"), album="Summer")
        assert len(await ap.history.list()) == 0
    assert not Path("ap0.parquet.runs").exists()


# --- undoing --------------------------------------------------------------------------------------------------


async def test_undo_takes_back_files_folders_and_the_album(ap, tmp_path):
    """What went up, the folders and the album that were made go to the trash; the library is as it was."""
    await ap.upload(fill(tmp_path / "Other", "x.jpg", start=50))
    before, folders = await library(ap), await folders_of(ap)
    await ap.upload(fill(tmp_path / "Holiday", "a.jpg", "sub/b.jpg"), album="Summer")
    undone = await ap.history.undo(await last_run(ap), max_delete=10)
    assert set(undone.outcome) == {"trashed"}
    assert await library(ap) == before
    assert await folders_of(ap) == folders
    assert len(await ap.albums.list()) == 0


async def test_undo_can_be_shown_and_is_guarded(ap, tmp_path):
    """The plan of an undo changes nothing, each thing that goes counts once, and max_delete stops it."""
    await ap.upload(fill(tmp_path / "Holiday", "a.jpg", "b.jpg"))
    run, before = await last_run(ap), await library(ap)
    plan = await ap.history.undo(run, dry_run=True)
    assert (list(plan.action), plan["count"].sum()) == (["trash"] * 3, 3)
    with pytest.raises(errors.TooManyDeletions):
        await ap.history.undo(run, max_delete=2)
    assert await library(ap) == before
    await ap.history.undo(run, max_delete=3)
    assert await library(ap) == {}


async def test_undoing_a_replacement_brings_the_other_back(ap, tmp_path):
    """The new content goes to the trash, the old has its name again; undoing that is the replacement again."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    before = await library(ap)
    await ap.upload(fill(tmp_path / "P", "a.jpg", start=9), conflict="replace")
    after = await library(ap)
    await ap.history.undo(await last_run(ap), max_delete=10)
    assert await library(ap) == before
    await ap.history.undo(await last_run(ap), max_delete=10)
    assert await library(ap) == after


async def test_an_album_loses_what_was_added_and_nothing_else(ap, tmp_path):
    """What was in the album stays in it; a file that the library had already stays in the library."""
    folder = fill(tmp_path / "P", "a.jpg", "b.jpg")
    first = await ap.upload(folder / "a.jpg", album="Summer")
    await ap.upload(folder / "b.jpg")
    fill(tmp_path / "P", "a.jpg", "b.jpg", "c.jpg")
    before = await library(ap)
    await ap.upload(f"{folder}/.", album="Summer")
    await ap.history.undo(await last_run(ap), max_delete=10)
    assert await library(ap) == before
    album = (await ap.albums.list()).id[0]
    assert list((await ap.children(album)).id) == list(first.id)


async def test_a_folder_with_something_else_in_it_stays(ap, tmp_path):
    """What came into a folder of the run since stays, with the folder, and the row says so."""
    await ap.upload(fill(tmp_path / "Holiday", "a.jpg"))
    run = await last_run(ap)
    await ap.upload(fill(tmp_path / "More", "z.jpg", start=30) / "z.jpg", to="Holiday")
    undone = await ap.history.undo(run, max_delete=10)
    assert list(undone.outcome) == ["trashed", "skipped"]
    assert "another is in it" in undone.reason[1]
    assert set(await library(ap)) == {"Holiday/z.jpg"}


async def test_what_is_gone_already_is_told(ap, tmp_path):
    """A file that somebody put in the trash since, or deleted, is left alone; the rest is undone."""
    result = (await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg", "c.jpg"))).set_index("name")
    await ap.trash([result.id["a.jpg"], result.id["b.jpg"]])
    run = (await ap.history.list()).run[1]
    await ap.delete([result.id["b.jpg"]])
    undone = (await ap.history.undo(run, max_delete=10)).set_index("id")
    assert "in the trash already" in undone.reason[result.id["a.jpg"]]
    assert "not there any more" in undone.reason[result.id["b.jpg"]]
    assert undone.outcome[result.id["c.jpg"]] == "trashed"
    assert await library(ap) == {}


async def test_two_uploads_at_once_are_two_runs(ap, connect, tmp_path):
    """Each has its own journal; undoing one leaves the other's files."""
    one, other = fill(tmp_path / "One", "a.jpg"), fill(tmp_path / "Two", "b.jpg", start=5)
    await asyncio.gather(ap.upload(one), ap.upload(other))
    runs = await ap.history.list()
    shown = {run: await ap.history.show(run) for run in runs.run}
    [run] = [run for run, steps in shown.items() if "a.jpg" in set(steps.name)]
    assert len(runs) == 2
    await ap.history.undo(run, max_delete=10)
    assert set(await library(ap)) == {"Two/b.jpg"}


# --- when it goes wrong ---------------------------------------------------------------------------------------


async def test_a_journal_that_cannot_be_written_stops_the_upload(ap, service, tmp_path):
    """Nothing is sent, and the error names the file and the setting that keeps no journal."""
    Path("ap0.parquet.runs").write_text("in the way")
    service.requests.clear()
    with pytest.raises(errors.LocalFileError, match=r"ap0\.parquet\.runs.*Settings\(history=False\)"):
        await ap.upload(fill(tmp_path / "P", "a.jpg"))
    assert {seen.method for seen in service.requests} == {"GET"}


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="root may write everywhere")
async def test_a_read_only_folder_is_for_those_without_history(connect, tmp_path):
    """Where no journal can be written an upload says so; with Settings(history=False) the files go up."""
    folder = fill(tmp_path / "P", "a.jpg")
    place = tmp_path / "applace"
    place.mkdir()
    async with connect("place/") as ap:
        await ap.refresh()
    place.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        async with connect("place/") as ap:
            with pytest.raises(errors.LocalFileError, match="without a journal nothing is changed"):
                await ap.upload(folder)
        async with connect("place/", history=False) as ap:
            assert list((await ap.upload(folder)).outcome) == ["uploaded"]
    finally:
        place.chmod(stat.S_IRWXU)


async def test_a_journal_that_breaks_on_the_way_ends_the_run(ap, tmp_path, monkeypatch):
    """What was begun is finished and told; no more is begun; the error has what was done."""
    write, written = os.write, []

    def fail(file, data):
        if b'"step"' in bytes(data):
            written.append(1)
            if len(written) > 12:
                raise OSError(28, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(journal.os, "write", fail)
    with pytest.raises(errors.DiskFull) as caught:
        await ap.upload(fill(tmp_path / "P", *(f"{n}.jpg" for n in range(40))))
    monkeypatch.setattr(journal.os, "write", write)
    up = caught.value.outcomes
    assert set(up.outcome) == {"uploaded"}
    assert len(await library(ap)) == len(up)


async def test_a_lost_session_leaves_a_run_that_can_be_undone(ap, service, tmp_path):
    """The run is interrupted, says what is up, and is undone like any other."""
    service.faults([{"operation": "upload*", "nth": list(range(4, 40)), "fault": "401"}])
    with pytest.raises(errors.SessionExpired):
        await ap.upload(fill(tmp_path / "P", *(f"{n}.jpg" for n in range(9))))
    service.faults([])
    run = (await ap.history.list()).iloc[0]
    assert run.state == "interrupted"
    await ap.history.undo(run.run, max_delete=20)
    assert await library(ap) == {}


@pytest.mark.parametrize("conflict", ["skip", "replace"])
@pytest.mark.parametrize("rerun", [False, True])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
async def test_killed_in_the_middle_and_undone(connect, service, start_process, tmp_path, conflict, rerun):
    """Killed at the moment a file has arrived: undoing (the rerun, too) leaves the library as it was before."""
    names = [f"{n:02}.jpg" for n in range(30)]
    async with connect() as ap:
        await ap.upload(fill(tmp_path / "Before", "x.jpg", start=90))
        if conflict == "replace":
            await ap.upload(fill(tmp_path / "P", *names[:20], start=200))
        before, folders = await library(ap), await folders_of(ap)
        fill(tmp_path / "P", *names)
        child = start_process(KILLED, service.url, tmp_path / "ap0.parquet", tmp_path / "P", conflict, 12)
        _, told = child.communicate(timeout=60)
        assert child.returncode == -signal.SIGKILL, told
        runs = list((await ap.history.list()).run[:1])
        during = await library(ap)
        assert during != before
        if rerun:
            await ap.upload(tmp_path / "P", conflict=conflict)
            runs.insert(0, await last_run(ap))
        for run in runs:
            await ap.history.undo(run, max_delete=100)
        assert await library(ap) == before
        assert await folders_of(ap) == folders


async def test_an_upload_that_is_under_way_is_not_undone(connect, service, start_process, tmp_path):
    """Another process is sending: undoing its run is refused, and nothing changes; once it ended it can be undone."""
    async with connect() as ap:
        child = start_process(
            HELD, service.url, tmp_path / "ap0.parquet", fill(tmp_path / "P", "a.jpg"), stdin=subprocess.PIPE
        )
        assert child.stdout.readline().strip()
        run = await last_run(ap)
        before = await library(ap)
        assert list((await ap.history.list()).state) == ["under way"]
        with pytest.raises(errors.FileInUse, match="still under way"):
            await ap.history.undo(run, max_delete=10)
        assert await library(ap) == before != {}
        child.kill()
        child.wait()
        await ap.history.undo(run, max_delete=10)
        assert await library(ap) == {}


async def test_an_album_that_nobody_noted_is_found(ap, tmp_path):
    """Killed right after the album was made: undoing finds it by its name; one that was there before stays."""
    await ap.albums.create("Winter", node_ids=[])
    await ap.upload(fill(tmp_path / "P", "a.jpg"), album="Summer")
    run = await last_run(ap)
    album = (await ap.history.show(run)).set_index("action").id["create album"]
    cut(run, before=f'"made":"{album}"')
    assert (await ap.history.list()).state[0] == "interrupted"
    plan = await ap.history.undo(run, dry_run=True)
    assert album in set(plan[plan.action == "trash"].id)
    await ap.history.undo(run, max_delete=10)
    assert list((await ap.albums.list()).name) == ["Winter"]
    assert await library(ap) == {}


async def test_what_is_left_alone_is_in_the_plan(ap, tmp_path):
    """The plan of an undo says what stays, and why, as the undo does then; the plan can be saved and applied."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    run = await last_run(ap)
    await ap.upload(fill(tmp_path / "More", "z.jpg", start=30) / "z.jpg", to="P")
    plan = await ap.history.undo(run, dry_run=True)
    assert list(plan.action) == ["trash", "keep"]
    assert "another is in it" in plan.note[1]
    await ap.save_plan(plan, tmp_path / "plan.jsonl")
    assert list((await ap.apply(tmp_path / "plan.jsonl", max_delete=10)).outcome) == ["trashed", "skipped"]


async def test_an_undone_upload_comes_back(ap, tmp_path):
    """Undoing the undo: files, folders and the album are there again, as they were."""
    await ap.upload(fill(tmp_path / "P", "a.jpg", "sub/b.jpg"), album="Summer")
    before, folders = await library(ap), await folders_of(ap)
    for _ in range(2):
        await ap.history.undo(await last_run(ap), max_delete=10)
    assert await library(ap) == before
    assert await folders_of(ap) == folders
    assert list((await ap.albums.list()).name) == ["Summer"]


async def test_what_another_run_made_is_not_taken_for_a_lost_one(ap, tmp_path):
    """A file that the killed run had not sent, and the rerun did, stays when the killed one is undone."""
    folder = fill(tmp_path / "P", "a.jpg")
    await ap.upload(folder)
    run = await last_run(ap)
    path = Path(f"ap0.parquet.runs/{run}.jsonl")
    lines = path.read_text().splitlines()
    lost = (
        f"{lines[0].replace(run, '20200101-000000-000000-0000')}\n" + "\n".join(x for x in lines if '"do"' in x) + "\n"
    )
    Path("ap0.parquet.runs/20200101-000000-000000-0000.jsonl").write_text(lost)
    undone = await ap.history.undo("20200101-000000-000000-0000", max_delete=10)
    assert set(undone.outcome) == {"skipped"}
    assert any(f"the run {run} made it" in reason for reason in undone.reason)
    assert set(await library(ap)) == {"P/a.jpg"}


async def test_a_file_that_holds_something_else_stays(ap, tmp_path):
    """Undoing compares the MD5 with the one that went up; a node of other content is left, and told."""
    await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg"))
    run = await last_run(ap)
    path = Path(f"ap0.parquet.runs/{run}.jsonl")
    path.write_text(path.read_text().replace(md5(tmp_path / "P" / "a.jpg"), "0" * 32))
    undone = await ap.history.undo(run, max_delete=10)
    assert sorted(undone.reason.dropna()) == [
        "it holds other content now: it stays", "the folder P stays: another is in it",
    ]  # fmt: skip
    assert set(await library(ap)) == {"P/a.jpg"}


async def test_many_files_are_taken_back_with_few_requests(ap, service, tmp_path):
    """What the catalogue knows is not asked for one by one."""
    await ap.upload(fill(tmp_path / "P", *(f"{n}.jpg" for n in range(120))))
    service.requests.clear()
    undone = await ap.history.undo(await last_run(ap), max_delete=200)
    assert list(undone.outcome) == ["trashed"] * 121
    assert len(service.requests) < 20
