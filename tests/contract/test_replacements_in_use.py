"""Nothing is lost by a replacement: what a file of an upload is there as stays in the library."""

import sys

import pandas as pd
import pytest

from transfers import content, fill, library, md5, put


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


async def test_what_a_file_turns_out_to_be_there_as_is_not_replaced(ap, connect, service, tmp_path):
    """Nobody knew what a.jpg held when all was planned: it holds what b.jpg does, so it stays, or b.jpg goes up."""
    async with connect(1) as other:
        service.set(processing=3600)
        await put(other, ["a.jpg"], folder=(await other.create_folders("P")).id[0])
    fill(tmp_path / "P", "a.jpg", start=9)
    (tmp_path / "P" / "b.jpg").write_bytes(content(0))

    def read_it(event):
        service.set(processing=0, clock_offset=7200)

    done = await ap.upload(tmp_path / "P", conflict="replace", on_event=read_it)
    there = {row.md5 for row in done.itertuples() if row.outcome in ("exists", "uploaded", "replaced")}
    assert there
    assert there <= set((await library(ap)).values())


async def test_what_another_file_is_there_as_is_not_replaced_by_what_finishes(ap, service, tmp_path):
    """A replacement that was cut off leaves the other where it is, if that is what another file exists as by now."""
    folder = fill(tmp_path / "P", "b.jpg")
    await ap.upload(folder)
    old = (folder / "b.jpg").read_bytes()
    service.faults([{"method": "PATCH", "operation": "trash.change", "fault": "503"}])
    fill(folder, "b.jpg", start=9)
    await ap.upload(folder, conflict="replace")
    service.faults([])
    (folder / "a.jpg").write_bytes(old)
    done = await ap.upload(folder, conflict="replace")
    assert list(done.outcome) == ["exists", "conflict"]
    assert md5(old) in (await library(ap)).values()


@pytest.mark.skipif(sys.platform != "linux", reason="one name there, whatever its case")
async def test_an_empty_file_is_not_there_as_what_is_replaced(ap, tmp_path):
    """Two names that are one to Amazon: the one replaces the empty file, so the other is no longer there."""
    folder = tmp_path / "P"
    folder.mkdir()
    (folder / "a.jpg").touch()
    await ap.upload(folder)
    fill(folder, "A.jpg")
    done = (await ap.upload(folder, conflict="replace")).set_index("name")
    assert done.outcome["A.jpg"] == "replaced"
    assert done.outcome["a.jpg"] == "conflict"


async def test_plans_that_are_put_together_replace_nothing_that_is_in_use(ap, tmp_path):
    """A file of the one is there as what the other replaces."""
    folder = fill(tmp_path / "P", "a.jpg")
    await ap.upload(folder)
    copy = fill(tmp_path / "Copy", "c.jpg")
    fill(folder, "a.jpg", start=9)
    plans = [await ap.plan_upload(folder, conflict="replace"), await ap.plan_upload(copy)]
    assert [list(plan.action) for plan in plans] == [["replace"], ["exists"]]
    done = await ap.apply(pd.concat(plans, ignore_index=True), max_delete=9)
    assert list(done.outcome) == ["conflict", "exists"]
    assert md5(copy / "c.jpg") in (await library(ap)).values()
