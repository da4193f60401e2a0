"""What was changed, and the way back: told, taken back, taken back again, and after whatever went wrong."""

import asyncio
import json
import os
import signal
import stat
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from amazon_photos import AmazonPhotos, Settings, errors
from changes import look_at
from transfers import connector


@pytest.fixture
def ids(ap, service):
    """The files of a small library."""
    service.reset(files=60)
    return [*ap.nodes("kind:FILE", columns=["id"], sort="['name ASC']")["id"]]


def last(ap):
    return ap.history.list().iloc[0]


def journals():
    return sorted(Path("ap.parquet.runs").iterdir())


def test_a_run_is_told(ap, ids):
    """Its method, its state, how many of its steps were done, and which runs undo which."""
    ap.favorite(["-" + "A" * 21, ids[0]])
    done = last(ap)
    assert (done["operation"], done["state"], done["steps"]) == ("favorite", "done", 2)
    assert (done["done"], done["failed"], done["skipped"], done["unknown"]) == (1, 1, 0, 0)
    ap.history.undo(done["run"])
    runs = ap.history.list()
    assert [*runs["operation"]] == ["history.undo", "favorite"]
    assert runs["undoes"].iloc[0] == done["run"]
    assert runs["undone_by"].iloc[1] == runs["run"].iloc[0]
    shown = ap.history.show(done["run"])
    assert [*shown["outcome"]] == ["failed", "favorited"]
    assert shown["reason"].notna().tolist() == [True, False]


@pytest.mark.skipif(os.name == "nt", reason="permissions mean little there")
def test_nobody_else_reads_a_journal_and_it_has_no_secret(ap, service, ids):
    """Mode 0600; no cookie is in it."""
    ap.describe(ids[:2], "private")
    (journal,) = journals()
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    text = journal.read_text()
    assert not [value for value in service.cookies.values() if value in text]


def test_a_run_is_given_by_its_row(ap, ids):
    """As a series, a frame of one row, a record or a tuple; several are refused."""
    for each in (
        lambda runs: runs.iloc[0],
        lambda runs: runs.head(1),
        lambda runs: runs.iloc[0].to_dict(),
        lambda runs: next(runs.itertuples()),
    ):
        ap.favorite(ids[:2])
        assert [*ap.history.show(each(ap.history.list()))["id"]] == ids[:2]
        assert [*ap.history.undo(each(ap.history.list())).outcome] == ["unfavorited"] * 2
        assert ap.history.list()["undoes"][0] == ap.history.list()["run"][1]
    for wrong in (ap.history.list(), ap.history.list().run, ap.nodes(limit=1), None, 1):
        with pytest.raises(errors.InvalidInput, match=r"one row of history\.list\(\)"):
            ap.history.show(wrong)


def test_undoing_twice_does_nothing_more(ap, ids):
    """What is as before already is skipped, and there is no run of it."""
    ap.trash(ids[:3])
    run = last(ap)["run"]
    ap.history.undo(run)
    before = look_at(ap)
    assert {*ap.history.undo(run)["outcome"]} == {"skipped"}
    assert len(ap.history.list()) == 2
    assert look_at(ap) == before


def test_what_somebody_changed_since_stays(ap, ids):
    """It is skipped, and its reason says what it was and is."""
    ap.rename(ids[:2], template="new {id}")
    run = last(ap)["run"]
    ap.rename(ids[0], "mine.jpg")
    done = ap.history.undo(run)
    assert [*done["outcome"]] == ["renamed", "skipped"]
    assert "mine.jpg" in done["reason"].iloc[1]
    assert ap.nodes("name:mine.jpg")["id"].iloc[0] == ids[0]


def test_what_cannot_be_taken_back_is_told_before(ap, ids):
    """In the plan of a change, in the run, and in the plan of undoing it, beside what can be."""
    plan = pd.concat([ap.delete(ids[:2], dry_run=True), ap.favorite(ids[2:4], dry_run=True)])
    assert [*plan["reversible"]] == [False, False, True, True]
    ap.apply(plan)
    run = last(ap)
    assert (run["done"], run["reversible"]) == (4, 2)
    undo = ap.history.undo(run["run"], dry_run=True)
    assert [*undo["action"]] == ["unfavorite", "unfavorite", "keep", "keep"]
    assert undo["note"][2:].str.contains("nothing takes it back").all()
    done = ap.apply(undo)
    assert [*done["outcome"]] == ["unfavorited", "unfavorited", "skipped", "skipped"]
    assert done["reason"][2:].str.contains("nothing takes it back").all()


def test_an_undo_has_a_limit(ap, service):
    """What was restored goes to the trash again: more than max_delete is refused, before anything is done."""
    service.reset(files=60)
    found = [*ap.nodes("kind:FILE", columns=["id"])["id"]]
    ap.trash(found)
    ap.restore(found)
    run, before = last(ap)["run"], look_at(ap)
    with pytest.raises(errors.TooManyDeletions, match="max_delete"):
        ap.history.undo(run)
    assert look_at(ap) == before
    assert {*ap.history.undo(run, max_delete=len(found))["outcome"]} == {"trashed"}


def test_another_accounts_run(ap, ids):
    """The same folder, another account: its runs are told and not undone, and nothing is changed."""
    ap.trash(ids[:1])
    run = last(ap)["run"]
    lines = journals()[0].read_text()
    owner = json.loads(lines.splitlines()[0])["about"]["owner"]
    assert owner
    journals()[0].write_text(lines.replace(owner, owner[::-1]))
    before = look_at(ap)
    assert last(ap)["run"] == run
    with pytest.raises(errors.InvalidInput, match="another account"):
        ap.history.undo(run)
    assert look_at(ap) == before


@pytest.mark.parametrize("run", ["", "x", "20200101-000000-000000-0000", "../../etc/passwd", None, 5, pd.NA])
def test_a_run_that_there_is_not(ap, service, run):
    """A clear error from each method, and no path is made of it."""
    for method in (ap.history.show, ap.history.undo):
        with pytest.raises(errors.InvalidInput, match="run"):
            method(run)


def test_damaged_journals_are_told(ap, ids):
    """What can be read is kept: the other runs, and of a damaged one every line that is left."""
    for node in ids[:3]:
        ap.favorite(node)
    first, second, third = journals()
    first.write_bytes(b"\xff" * 100)
    lines = second.read_bytes().splitlines(keepends=True)
    second.write_bytes(b"".join([b"junk\n", *lines[1:]]))
    runs = ap.history.list()
    assert [*runs["state"]] == ["done", "done", "damaged"]
    assert [*ap.history.undo(second.stem)["outcome"]] == ["unfavorited"]
    assert [*ap.history.undo(third.stem)["outcome"]] == ["unfavorited"]
    with pytest.raises(errors.LocalFileError, match="damaged"):
        ap.history.undo(first.stem)


def test_an_album_gets_back_its_order(ap, ids):
    """What came out of the middle stands there again, and an undo of that is as before, too."""
    ap.albums.create("Sea", node_ids=ids[:30])
    ap.albums.remove("Sea", [ids[3], ids[27], ids[0]])
    without = look_at(ap)
    run = last(ap)["run"]
    ap.history.undo(run)
    assert [*ap.children("Sea", columns=["id"])["id"]] == ids[:30]
    ap.history.undo(last(ap)["run"])
    assert look_at(ap) == without


def test_names_that_wait_for_each_other(ap, ids):
    """Each takes the name of the next, which is there yet: done, and undone, whichever order that needs."""
    ap.move(ids[:20], to="Pictures")
    ap.rename(ids[:20], template="{n:02}.jpg")
    before = look_at(ap)
    rows = [{"action": "rename", "id": ids[n], "after": f"{n + 2:02}.jpg"} for n in range(20)]
    assert {*ap.apply(rows)["outcome"]} == {"renamed"}
    assert {*ap.history.undo(last(ap)["run"])["outcome"]} == {"renamed"}
    assert look_at(ap) == before


def test_a_session_that_dies_in_the_middle(ap, service, ids):
    """The error has the outcomes of what is known; the run is interrupted, and can be taken back."""
    before = look_at(ap)
    service.faults([{"operation": "nodes.change", "nth": list(range(20, 60)), "fault": "401"}])
    with pytest.raises(errors.SessionExpired) as told:
        ap.describe(ids[:50], "new")
    assert 0 < len(told.value.outcomes) < 50
    assert {*told.value.outcomes["outcome"]} == {"described"}
    service.faults([])
    run = last(ap)
    assert run["state"] == "interrupted"
    assert run["done"] == len(told.value.outcomes)
    assert run["done"] + run["unknown"] == 50
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as again:
        again.history.undo(run["run"])
        assert look_at(again) == before


async def test_a_task_cancelled_in_the_middle(service, tmp_path, monkeypatch):
    """The journal is closed, the run interrupted, and undone all is as before."""
    connect = connector(service, tmp_path, monkeypatch)
    service.reset(files=60)
    async with connect() as ap:
        ids = [*(await ap.nodes("kind:FILE", columns=["id"]))["id"]]
        before = await ap.nodes(columns=["id", "name", "description"])
        service.set(latency=0.02)
        task = asyncio.ensure_future(ap.describe(ids, "new"))
        while len([r for r in service.requests if r.method == "PATCH"]) < 10:
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        service.set(latency=0)
        run = (await ap.history.list()).iloc[0]
        assert (run["state"], run["steps"]) == ("interrupted", len(ids))
        assert run["unknown"] > 0
        await asyncio.sleep(0.2)
        await ap.history.undo(run["run"])
        pd.testing.assert_frame_equal(await ap.nodes(columns=["id", "name", "description"]), before)


async def test_a_task_cancelled_while_its_journal_is_begun(service, tmp_path, monkeypatch):
    """Nothing was done, and the run does not stay under way for as long as the program runs."""
    connect, really = connector(service, tmp_path, monkeypatch), os.fsync
    begun, go_on = threading.Event(), threading.Event()

    def fsync(number):
        if threading.current_thread() is not threading.main_thread() and not begun.is_set():
            begun.set()
            assert go_on.wait(60)
        really(number)

    service.reset(files=10)
    async with connect() as ap:
        ids = [*(await ap.nodes("kind:FILE", columns=["id"]))["id"]]
        monkeypatch.setattr(os, "fsync", fsync)
        task = asyncio.ensure_future(ap.describe(ids, "new"))
        try:
            assert await asyncio.to_thread(begun.wait, 60)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        finally:
            go_on.set()
        while (run := (await ap.history.list()).iloc[0])["state"] == "under way":
            await asyncio.sleep(0.01)
        assert (run["state"], run["unknown"]) == ("interrupted", len(ids))
        assert not [request for request in service.requests if request.method == "PATCH"]
        await ap.history.undo(run["run"])


async def test_a_client_knows_the_runs_that_it_began(service, tmp_path, monkeypatch):
    """And of none that another one began meanwhile beside the same catalogue."""
    connect = connector(service, tmp_path, monkeypatch)
    service.reset(files=4)
    (tmp_path / "P").mkdir()
    (tmp_path / "P" / "a.jpg").write_bytes(b"a")
    async with connect() as one, connect() as other:
        ids = [*(await one.nodes("kind:FILE", columns=["id"]))["id"]]
        await one.favorite(ids[:1])
        await other.favorite(ids[1:2])
        await one.upload(tmp_path / "P")
        runs = [*(await one.history.list())["run"]]
        assert (*one.begun_runs, *other.begun_runs) == (runs[2], runs[0], runs[1])


SCRIPT = """
import sys
from amazon_photos import AmazonPhotos, Settings
with AmazonPhotos(settings=Settings.load(catalog=sys.argv[1]), progress=False) as ap:
    ids = [*ap.nodes("kind:FILE", columns=["id"])["id"]]
    print("begun", flush=True)
    try:
        ap.describe(ids, "new")
    except KeyboardInterrupt:
        print("interrupted", ap.history.list()["state"][0], flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of another process is another thing there")
def test_ctrl_c_in_the_middle(ap, service, start_process, ids):
    """The client goes on, tells the run as interrupted, and another one takes it back."""
    before = look_at(ap)
    service.set(latency=0.05)
    process = start_process(SCRIPT, Path("ap.parquet").absolute())
    assert process.stdout.readline() == "begun\n"
    until = time.monotonic() + 60
    while not [request for request in service.requests if request.method == "PATCH"]:
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted interrupted\n"
    service.set(latency=0)
    ap.history.undo(last(ap)["run"])
    assert look_at(ap) == before


def test_an_album_of_which_nobody_knows_whether_it_was_made(ap, service, ids):
    """The answer was lost: undoing finds the one that was made since, and no other of its name."""
    old = ap.albums.create("Sea")["id"].iloc[0]
    ap.albums.create("Sea", node_ids=ids[:3])
    mine = journals()[1]
    made = {*ap.nodes("name:Sea")["id"]} - {old}
    lines = mine.read_bytes().splitlines(keepends=True)
    mine.write_bytes(b"".join(line for line in lines if b'"outcome"' not in line and b'"ended"' not in line))
    assert last(ap)["state"] == "interrupted"
    plan = ap.history.undo(mine.stem, dry_run=True)
    assert [(*row,) for row in plan[["action", "id"]].itertuples(index=False)] == [("trash", made.pop())]
    ap.history.undo(mine.stem)
    assert [*ap.nodes("name:Sea")["id"]] == [old]
    (again,) = ap.history.undo(mine.stem)["reason"]
    assert again == "it was not made"


def test_where_no_journal_can_be_written_nothing_is_changed(ap, service, ids):
    """The error says so, and how to do without a history."""
    Path("ap.parquet.runs").write_text("")
    service.requests.clear()
    with pytest.raises(errors.LocalFileError, match=r"ap\.parquet\.runs"):
        ap.trash(ids[:2])
    assert not [request for request in service.requests if request.method != "GET"]
    with AmazonPhotos(service.cookies, settings=Settings(history=False, endpoint=service.url)) as without:
        assert {*without.trash(ids[:2])["outcome"]} == {"trashed"}


@pytest.mark.parametrize("state", ["stale", "damaged", "another's", "incomplete"])
def test_many_changes_whatever_the_catalogue_is(ap, service, ids, state):
    """More than are asked for one by one: a catalogue that tells nothing is none, and a stale one is refreshed."""
    service.reset(files=160)
    ids = [*ap.nodes("kind:FILE", columns=["id"])["id"]][:120]
    ap.refresh()
    if state == "stale":
        ap.unfavorite(ids)
    elif state == "damaged":
        Path("ap.parquet").write_bytes(b"PAR1" + b"x" * 1000 + b"PAR1")
    elif state == "another's":
        service.reset(files=160, seed=4)
        ids = [*ap.nodes("kind:FILE", columns=["id"])["id"]][:120]
    else:
        Path("ap.parquet").unlink()
    before = look_at(ap)
    assert {*ap.favorite(ids)["outcome"]} == {"favorited"}
    assert {*ap.history.undo(last(ap)["run"])["outcome"]} <= {"unfavorited"}
    assert look_at(ap) == before
