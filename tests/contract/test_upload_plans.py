"""Plans of folders and of uploads: shown, kept in a file, applied, and taken back."""

import json

import pandas as pd
import pytest

from amazon_photos import errors
from transfers import cut, fill, folders_of, last_run, library, md5


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


# --- folders --------------------------------------------------------------------------------------------------


async def test_folders_are_planned_made_and_taken_back(ap, service):
    """dry_run=True tells each missing folder and makes none; apply makes them; undo trashes the empty ones."""
    await ap.create_folders("A")
    service.requests.clear()
    plan = await ap.create_folders("A/B/C", "a/b/D", dry_run=True)
    assert {seen.method for seen in service.requests} == {"GET"}
    assert list(plan.action) == ["create folder"] * 3
    assert list(plan.after) == ["A/B", "A/B/C", "A/B/D"]
    made = await ap.apply(plan)
    assert set(made.outcome) == {"created"}
    assert await folders_of(ap) == ["A", "B", "C", "D", "Pictures", "Web"]
    await ap.history.undo(await last_run(ap), max_delete=10)
    assert await folders_of(ap) == ["A", "Pictures", "Web"]


async def test_create_folders_is_a_run(ap, tmp_path):
    """Folders made are undone, the inner ones first; one that holds something stays, and those above it."""
    await ap.create_folders("A/B", "A/C")
    run = await last_run(ap)
    await ap.upload(fill(tmp_path / "x", "x.jpg") / "x.jpg", to="A/B")
    undone = await ap.history.undo(run, max_delete=10)
    assert sorted(undone.outcome) == ["skipped", "skipped", "trashed"]
    assert set(await folders_of(ap)) == {"A", "B", "Pictures", "Web"}
    before = len(await ap.history.list())
    await ap.create_folders("A/B")
    assert len(await ap.history.list()) == before


async def test_folders_of_a_plan_that_nobody_noted_are_found(ap):
    """Killed while a plan's folders were made: undoing looks for each at its path; one that was not made is told."""
    await ap.create_folders("A")
    await ap.apply(await ap.create_folders("A/B/C", "D", dry_run=True))
    run = await last_run(ap)
    cut(run, before='"outcome"')
    assert (await ap.history.list()).state[0] == "interrupted"
    await ap.trash([(await ap.find_path("D")).id])
    undone = await ap.history.undo(run, max_delete=10)
    assert sorted(undone.outcome) == ["skipped", "trashed", "trashed"]
    assert await folders_of(ap) == ["A", "Pictures", "Web"]


async def test_a_plan_of_folders_makes_what_it_says_and_no_more(ap):
    """A row whose folder above is missing fails and says so; applied twice it says that they are there."""
    plan = await ap.create_folders("A/B", dry_run=True)
    cut = await ap.apply(plan[plan.after == "A/B"])
    assert list(cut.outcome) == ["failed"]
    assert "the folder A is not there" in cut.reason[0]
    await ap.apply(plan)
    again = await ap.apply(plan)
    assert list(again.reason) == ["it is so already"] * 2
    assert len(await ap.apply(plan, dry_run=True)) == 0


# --- plans of uploads -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["frame", "file"])
async def test_apply_takes_the_plan_of_an_upload(ap, tmp_path, form):
    """apply does what upload(plan=…) does, from a frame or a file that save_plan wrote; the columns are the plan's."""
    folder = fill(tmp_path / "P", "a.jpg", "sub/b.jpg", "Thumbs.db")
    plan = await ap.plan_upload(folder, to="To")
    given = plan
    if form == "file":
        await ap.save_plan(plan, tmp_path / "plan.jsonl")
        given = tmp_path / "plan.jsonl"
        rows = [json.loads(line) for line in given.read_text().splitlines()]
        assert [list(row) for row in rows] == [list(plan.columns)] * 3
        pd.testing.assert_frame_equal(await ap.apply(given, dry_run=True), await ap.upload(plan=plan, dry_run=True))
    assert sorted((await ap.apply(given)).outcome) == ["skipped", "uploaded", "uploaded"]
    assert set(await library(ap)) == {"To/P/a.jpg", "To/P/sub/b.jpg"}
    assert (await ap.history.list()).operation[0] == "upload"


async def test_apply_guards_what_an_upload_would_replace(ap, tmp_path):
    """What a plan puts in the trash counts for max_delete; nothing is sent then."""
    names = [f"{n}.jpg" for n in range(4)]
    await ap.upload(fill(tmp_path / "P", *names))
    before = await library(ap)
    plan = await ap.plan_upload(fill(tmp_path / "P", *names, start=50), conflict="replace")
    with pytest.raises(errors.TooManyDeletions):
        await ap.apply(plan, max_delete=3)
    assert await library(ap) == before
    assert set((await ap.apply(plan, max_delete=4)).outcome) == {"replaced"}


async def test_what_is_replaced_already_does_not_count(ap, tmp_path):
    """A plan that was interrupted is applied again: only what is left counts, and one more than allowed is refused."""
    names = [f"{n}.jpg" for n in range(6)]
    await ap.upload(fill(tmp_path / "P", *names))
    plan = await ap.plan_upload(fill(tmp_path / "P", *names, start=50), conflict="replace")
    await ap.save_plan(plan, tmp_path / "plan.jsonl")
    await ap.upload(plan=plan[:4])
    before = await library(ap)
    with pytest.raises(errors.TooManyDeletions, match="would remove 2 of"):
        await ap.apply(tmp_path / "plan.jsonl", max_delete=1)
    assert await library(ap) == before
    done = await ap.apply(tmp_path / "plan.jsonl", max_delete=2)
    assert list(done.outcome) == ["exists"] * 4 + ["replaced"] * 2
    assert set((await ap.apply(tmp_path / "plan.jsonl", max_delete=0)).outcome) == {"exists"}


async def test_one_that_only_gets_its_name_does_not_count(ap, service, tmp_path):
    """Killed between the trashing and the renaming: to finish that puts nothing in the trash."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    plan = await ap.plan_upload(folder, conflict="replace")
    service.faults([{"method": "PATCH", "operation": "nodes.change", "nth": list(range(2, 60)), "fault": "403"}])
    assert list((await ap.upload(plan=plan)).outcome) == ["failed"]
    service.faults([])
    assert list((await ap.apply(plan, max_delete=0)).outcome) == ["replaced"]
    assert await library(ap) == {"P/a.jpg": md5(folder / "a.jpg")}


async def test_what_would_be_replaced_only_since_it_was_counted_stays(ap, connect, service, tmp_path):
    """Content that was there when all was counted is in the trash when files are sent: nothing more is replaced."""
    names = ["a.jpg", "b.jpg"]
    await ap.upload(fill(tmp_path / "P", *names))
    folder = fill(tmp_path / "P", *names, start=50)
    async with connect(1) as other:
        (copy,) = (await other.upload(fill(tmp_path / "Copy", "c.jpg", start=51))).id
        plan = await ap.plan_upload(folder, conflict="replace")
        plan.loc[1, ["action", "id"]] = ["replace", (await ap.nodes("name:b.jpg")).id[0]]  # as before the copy came
        trashing = []
        upload = ap.upload

        async def upload_later(*, dry_run=False, **given):
            if not dry_run:
                trashing.append(await other.trash(copy))
            return await upload(dry_run=dry_run, **given)

        ap.upload = upload_later
        done = await ap.apply(plan, max_delete=1)
        assert trashing
        assert list(done.outcome) == ["replaced", "exists"]
        assert len(await ap.trashed()) == 2


async def test_rows_of_a_run_are_no_plan_of_an_upload(ap, tmp_path):
    """The steps that history.show gives of an upload cannot be applied, and the error says what can."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    shown = await ap.history.show(await last_run(ap))
    with pytest.raises(errors.InvalidInput, match="plan_upload"):
        await ap.apply(shown[shown.action == "upload"])


async def test_a_plan_says_where_files_go(ap, service, tmp_path):
    """Its folders begin at the top: another ``to`` would put them below it once more, so it is refused."""
    plan = await ap.plan_upload(fill(tmp_path / "x", "x.jpg"), to="A/B")
    service.requests.clear()
    with pytest.raises(errors.InvalidInput, match="a plan says where each file goes"):
        await ap.upload(plan=plan, to="A/B")
    assert service.requests == []
    done = await ap.upload(plan=plan)
    assert list(done.outcome) == ["uploaded"]
    assert await ap.find_path("A/B/x") is not None
    assert await ap.find_path("A/B/A") is None
