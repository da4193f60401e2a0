"""Files up: everything arrives once, with every byte right."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

import pictures
from amazon_photos import AmazonPhotos, errors
from amazon_photos.transfer.events import FileFinished
from transfers import fill, library, md5


@pytest.fixture
async def ap(connect):
    async with connect() as client:
        yield client


# --- the plain path -------------------------------------------------------------------------------------------


async def test_a_folder_keeps_its_structure(ap, tmp_path):
    """A folder becomes a folder of its name below the root; every byte is right and every row says so."""
    folder = fill(tmp_path / "Pictures", "a.jpg", "2023/b.jpg", "2023/Web/c.png", "empty.txt")
    (folder / "empty.txt").write_bytes(b"")
    result = await ap.upload(folder)
    assert set(result.outcome) == {"uploaded"}
    assert await library(ap) == {f"Pictures/{p.relative_to(folder)}": md5(p) for p in folder.rglob("*.*")}
    assert dict(zip(result.path, result.md5, strict=True)) == {str(p): md5(p) for p in folder.rglob("*.*")}
    assert set(result.id) == set((await ap.nodes("kind:FILE")).id)


async def test_a_second_run_sends_nothing(connect, service, tmp_path):
    """What is there is skipped by content: renamed, moved or touched files too, and from another machine."""
    folder = fill(tmp_path / "Pictures", "a.jpg", "2023/b.jpg")
    async with connect() as ap:
        first = await ap.upload(folder)
    (folder / "a.jpg").rename(folder / "renamed.jpg")
    os.utime(folder / "2023" / "b.jpg", (1, 1))
    service.requests.clear()
    async with connect(1, cache_dir=str(tmp_path / "other")) as ap:
        again = await ap.upload(folder, to="Elsewhere")
    assert list(again.outcome) == ["exists", "exists"]
    assert set(again.id) == set(first.id)
    assert {seen.method for seen in service.requests} == {"GET"}


async def test_where_it_goes(ap, tmp_path):
    """``to`` is made if it is missing and found in whatever case; ``folder/.`` leaves the folder's own name out."""
    folder = fill(tmp_path / "in", "a.jpg", "sub/b.jpg")
    await ap.upload(folder / "a.jpg", to="Backup/2023")
    await ap.upload(f"{folder}/.", to="~/backup")
    await ap.upload(fill(tmp_path / "more", "c.jpg", start=7) / "c.jpg", to=(await ap.tree).find("Backup"))
    assert set(await library(ap)) == {"Backup/2023/a.jpg", "Backup/sub/b.jpg", "Backup/c.jpg"}
    assert sorted((await ap.folders()).name.dropna()) == ["2023", "Backup", "Pictures", "Web", "sub"]


async def test_folders_are_made_once(ap, service, tmp_path):
    """Only missing folders are made, each by one request, also when many files need them at the same time."""
    folder = fill(tmp_path / "P", *(f"{n % 7}/{n % 3}/{n}.jpg" for n in range(60)))
    await ap.create_folders("P/1")
    service.requests.clear()
    await ap.upload(folder)
    made = [seen.status for seen in service.requests if seen.method == "POST" and seen.path == "/drive/v1/nodes"]
    assert made == [201] * (6 + 21)


async def test_only_what_is_wanted(ap, tmp_path):
    """Categories, extensions and globs choose; what is left has a row that says why."""
    folder = fill(tmp_path / "P", "a.jpg", "b.mp4", "c.pdf", "raw/d.jpg", ".DS_Store", "@eaDir/e.jpg")
    result = await ap.upload(folder, only=("img", "vid"), exclude="raw")
    assert dict(zip(result.name, result.outcome, strict=True)) == {
        ".DS_Store": "skipped", "@eaDir": "skipped", "a.jpg": "uploaded", "b.mp4": "uploaded", "c.pdf": "skipped",
        "raw": "skipped",
    }  # fmt: skip
    assert result.set_index("name").reason["c.pdf"] == "not of the categories img, vid"
    assert set(await library(ap)) == {"P/a.jpg", "P/b.mp4"}


@pytest.mark.parametrize(
    "name", ["..jpg", "CON", "emoji 👩‍👩‍👧.jpg", "a\tb\x01.jpg", "é" * 125 + ".jpg", "-rf.jpg", "a&b=c?#%41+.jpg", "x "]
)
async def test_hostile_names_go_up_as_they_are(ap, tmp_path, name):
    """Every name that a file system allows arrives as it is."""
    result = await ap.upload(fill(tmp_path / "P", name))
    assert list(result.outcome) == ["uploaded"]
    assert set(await library(ap)) == {f"P/{name}"}


async def test_names_that_differ_only_by_case_or_form(ap, tmp_path):
    """Case makes no two names in a folder, so the second is told; the Unicode form does."""
    folder = fill(tmp_path / "P", "A.jpg", "a.jpg", "e\u0301.jpg", "é.jpg")
    result = (await ap.upload(folder)).set_index("name")
    assert dict(result.outcome) == {
        "A.jpg": "uploaded", "a.jpg": "conflict", "e\u0301.jpg": "uploaded", "é.jpg": "uploaded",
    }  # fmt: skip
    assert list((await ap.upload(folder, conflict="rename")).outcome).count("renamed") == 1
    assert set(await library(ap)) == {"P/A.jpg", "P/a(1).jpg", "P/e\u0301.jpg", "P/é.jpg"}


async def test_the_same_content_twice(ap, tmp_path):
    """Of two files of one content one goes up; the other's row says which."""
    folder = fill(tmp_path / "P", "a.jpg")
    (folder / "b.jpg").write_bytes((folder / "a.jpg").read_bytes())
    result = await ap.upload(folder)
    assert list(result.outcome) == ["uploaded", "duplicate"]
    assert result.reason[1].endswith("a.jpg")


# --- plans ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["frame", "csv", "parquet"])
async def test_a_plan_can_be_saved_and_applied(ap, service, tmp_path, form):
    """A plan sends nothing; read again from a file, with rows left out, it does what it says."""
    folder = fill(tmp_path / "P", "a.jpg", "sub/b.jpg", "c.jpg", "Thumbs.db")
    service.requests.clear()
    plan = await ap.plan_upload(folder, to="To")
    assert {seen.method for seen in service.requests} == {"GET"}
    assert dict(zip(plan.name, plan.action, strict=True)) == {
        "Thumbs.db": "skip", "a.jpg": "upload", "b.jpg": "upload", "c.jpg": "upload",
    }  # fmt: skip
    assert list(plan[plan.action == "upload"].folder) == ["To/P", "To/P", "To/P/sub"]
    plan = plan[plan.name != "c.jpg"]
    if form == "csv":
        plan.to_csv("plan.csv", index=False)
        plan = pd.read_csv("plan.csv")
    elif form == "parquet":
        plan.to_parquet("plan.parquet")
        plan = pd.read_parquet("plan.parquet")
    assert sorted((await ap.upload(plan=plan)).outcome) == ["skipped", "uploaded", "uploaded"]
    assert set(await library(ap)) == {"To/P/a.jpg", "To/P/sub/b.jpg"}
    assert sorted((await ap.upload(plan=plan)).outcome) == ["exists", "exists", "skipped"]


async def test_a_dry_run_is_the_plan(ap, service, tmp_path):
    """dry_run=True gives the same frame and sends nothing."""
    folder = fill(tmp_path / "P", "a.jpg", "b.jpg")
    plan = await ap.plan_upload(folder)
    service.requests.clear()
    pd.testing.assert_frame_equal(await ap.upload(folder, dry_run=True), plan)
    assert {seen.method for seen in service.requests} == {"GET"}


async def test_files_that_changed_since_the_plan(ap, tmp_path):
    """A file that changed goes up as it is now; one that is gone is told."""
    folder = fill(tmp_path / "P", "a.jpg", "b.jpg")
    plan = await ap.plan_upload(folder)
    (folder / "a.jpg").write_bytes(b"changed")
    (folder / "b.jpg").unlink()
    result = await ap.upload(plan=plan)
    assert list(result.outcome) == ["uploaded", "skipped"]
    assert await library(ap) == {"P/a.jpg": hashlib.md5(b"changed").hexdigest()}


# --- conflicts, albums, dates ---------------------------------------------------------------------------------


async def test_conflict_skip_and_rename(ap, tmp_path):
    """Other content under the name stays as it is; the file is left, or goes up under another name."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    folder = fill(tmp_path / "P", "A.jpg", start=9)
    (folder / "a.jpg").unlink(missing_ok=True)
    before = await library(ap)
    result = await ap.upload(folder)
    assert list(result.outcome) == ["conflict"]
    assert await library(ap) == before
    result = await ap.upload(folder, conflict="rename")
    assert (list(result.outcome), list(result.name)) == (["renamed"], ["A(1).jpg"])
    assert await library(ap) == before | {"P/A(1).jpg": md5(folder / "A.jpg")}
    assert list((await ap.upload(folder, conflict="rename")).outcome) == ["exists"]


async def test_conflict_replace(ap, tmp_path):
    """The new content gets the name; the old goes to the trash, from where it can come back."""
    old = (await ap.upload(fill(tmp_path / "P", "a.jpg"))).id[0]
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    result = await ap.upload(folder, conflict="replace")
    assert (list(result.outcome), list(result.name)) == (["replaced"], ["a.jpg"])
    assert await library(ap) == {"P/a.jpg": md5(folder / "a.jpg")}
    assert list((await ap.trashed()).id) == [old]


async def test_files_of_one_name_do_not_replace_each_other(ap, tmp_path):
    """Two cards with a photo of one name into one folder: the second is a conflict at every run, and nothing moves."""
    cards = [f"{fill(tmp_path / name, 'IMG_1.jpg', start=start)}/." for name, start in (("a", 0), ("b", 9))]
    first = await ap.upload(cards, to="Cards", conflict="replace")
    assert list(first.outcome) == ["uploaded", "conflict"]
    for _ in range(2):
        again = await ap.upload(cards, to="Cards", conflict="replace")
        assert list(again.outcome) == ["exists", "conflict"]
        assert (await ap.trashed()).empty


async def test_an_original_that_is_kept_is_not_told_to_exist_while_it_is_replaced(ap, tmp_path):
    """The edited photo takes the name; the original, under a name of its own, goes up at the next run."""
    folder = fill(tmp_path / "P", "p.txt")
    await ap.upload(folder)
    (folder / "p.txt").rename(folder / "p_original.txt")
    fill(folder, "p.txt", start=9)
    assert list((await ap.upload(folder, conflict="replace")).outcome) == ["replaced", "conflict"]
    assert list((await ap.upload(folder, conflict="replace")).outcome) == ["exists", "uploaded"]
    assert (await library(ap)).keys() == {"P/p.txt", "P/p_original.txt"}


@pytest.mark.parametrize("operation", ["upload*", "trash.change", "nodes.change"])
async def test_a_replacement_is_finished_by_a_rerun(connect, service, tmp_path, operation):
    """Wherever a replacement is cut off, the old content is not lost, and a rerun ends as an uninterrupted one."""
    async with connect() as ap:
        old = (await ap.upload(fill(tmp_path / "P", "a.jpg"))).md5[0]
    folder = fill(tmp_path / "P", "a.jpg", start=9)
    service.faults([{"operation": operation, "method": m, "fault": "401"} for m in ("POST", "PATCH")])
    async with connect(1) as ap:
        with pytest.raises(errors.SessionExpired):
            await ap.upload(folder, conflict="replace")
        service.faults([])
        assert old in {*(await ap.trashed()).md5, *(await library(ap)).values()}
    async with connect(2) as ap:
        await ap.upload(folder, conflict="replace")
        assert await library(ap) == {"P/a.jpg": md5(folder / "a.jpg")}
        assert list((await ap.trashed()).md5) == [old]


async def test_an_album_gets_the_files(ap, tmp_path):
    """album= makes the album once and puts in what went up and what was there already, each once."""
    names = [f"{n}.jpg" for n in range(30)]
    folder = fill(tmp_path / "P", *names[:10])
    await ap.upload(folder)
    fill(tmp_path / "P", *names)
    first = await ap.upload(folder, album="Holidays")
    await ap.upload(folder, album="holidays")
    albums = await ap.albums.list()
    assert list(albums.name) == ["Holidays"]
    assert sorted((await ap.children(albums.id[0])).id) == sorted(first.id)
    assert not first.reason.notna().any()


async def test_an_album_that_another_upload_makes_meanwhile(ap, service, tmp_path):
    """Both put their files into one: two of a name would end every upload that names it from then on."""
    folder, others = fill(tmp_path / "P", "a.jpg"), fill(tmp_path / "Q", "b.jpg", start=9)
    made = []

    def watch(event):
        if isinstance(event, FileFinished):
            made.append(other.upload(others, album="Holidays").id[0])

    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "other.parquet") as other:
        other.root.id  # noqa: B018 - it signs in
        first = await ap.upload(folder, album="Holidays", on_event=watch)
    albums = await ap.albums.list()
    assert list(albums.name) == ["Holidays"]
    assert sorted((await ap.children(albums.id[0])).id) == sorted([first.id[0], *made])


@pytest.mark.parametrize("conflict", ["replace", "rename"])
async def test_an_album_gets_what_took_or_gave_up_a_name(ap, tmp_path, conflict):
    """album= gets replaced and renamed files like any other."""
    await ap.upload(fill(tmp_path / "P", "a.jpg"))
    result = await ap.upload(fill(tmp_path / "P", "a.jpg", start=9), conflict=conflict, album="Holidays")
    assert list(result.outcome) == [f"{conflict}d"]
    album = (await ap.albums.list()).id[0]
    assert list((await ap.children(album)).id) == list(result.id)


async def test_an_album_is_given_as_a_node_or_a_row_too(ap, tmp_path):
    """As the group of albums and its list give it; no other is made."""
    album = await ap.create_album("Holidays")
    rows = await ap.albums.list()
    folder = fill(tmp_path / "P", "a.jpg")
    for given in (album, rows.iloc[0], rows, rows.to_dict("records")[0], next(rows.itertuples())):
        got = await ap.upload(folder, album=given)
        assert "album" not in str(got.reason[0])
    assert list((await ap.albums.list()).id) == [album.id]
    assert list((await ap.children(album)).name) == ["a.jpg"]


async def test_an_album_that_cannot_be_filled_does_not_hide_what_went_up(ap, service, tmp_path):
    """A session that ends before the album has the files: the error holds the frame of what was done."""
    service.faults([{"operation": "children.change", "fault": "401"}])
    with pytest.raises(errors.SessionExpired) as caught:
        await ap.upload(fill(tmp_path / "P", "a.jpg"), album="Holidays")
    assert list(caught.value.outcomes.outcome) == ["uploaded"]


async def test_a_file_without_a_date_keeps_its_own(ap, tmp_path):
    """A picture without EXIF gets its mtime as capture date; one with EXIF gets the camera's."""
    when = 1_500_000_000.25
    plain, dated = tmp_path / "P" / "plain.jpg", tmp_path / "P" / "dated.jpg"
    pictures.write(tmp_path / "P", "dated.jpg", taken="2011-02-03 04:05:06")
    plain.write_bytes(pictures.jpeg(5, taken=None))
    for path in (plain, dated):
        os.utime(path, (when, when))
    await ap.upload(tmp_path / "P")
    dates = (await ap.nodes("kind:FILE")).set_index("name").contentDate
    assert dates["plain.jpg"] == datetime.fromtimestamp(when, UTC)
    assert dates["dated.jpg"].year == 2011
    other = fill(tmp_path / "Q", "no.jpg", start=9)
    os.utime(other / "no.jpg", (when, when))
    await ap.upload(other, dates=False)
    assert pd.isna((await ap.nodes("kind:FILE")).set_index("name").contentDate["no.jpg"])


async def test_a_region_without_the_newer_service(ap, service, tmp_path):
    """Where dates cannot be passed on, files go up without, and their rows say so."""
    service.faults([{"operation": "upload.v2", "fault": "404"}])
    result = await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg"))
    assert list(result.outcome) == ["uploaded", "uploaded"]
    assert "its date could not be passed on" in set(result.reason)


async def test_files_that_amazon_is_still_working_on(ap, service, tmp_path):
    """A file without content properties is waited for a little, and a row says what is not confirmed."""
    service.set(processing=0.05)
    assert list((await ap.upload(fill(tmp_path / "P", "a.jpg"))).reason.fillna("")) == [""]
    service.set(processing=3600)
    result = await ap.upload(fill(tmp_path / "P", "b.jpg", start=5) / "b.jpg")
    assert list(result.outcome) == ["uploaded"]
    assert "not yet confirmed" in result.reason[0]


async def test_the_report_says_what_happened(ap, tmp_path):
    """A JSON line for each file, the same as the rows."""
    result = await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg", "Thumbs.db"), report=tmp_path / "r.jsonl")
    told = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert {(t["path"], t["outcome"], t["id"]) for t in told} == {
        (row.path, row.outcome, None if pd.isna(row.id) else row.id) for row in result.itertuples()
    }


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
async def test_a_report_that_cannot_be_written_ends_the_run(ap, tmp_path):
    """Whoever asked for a report is told that there is none, and what was done."""
    with pytest.raises(errors.LocalFileError, match="report") as caught:
        await ap.upload(fill(tmp_path / "P", "a.jpg", "b.jpg"), report="/dev/full")
    assert set(caught.value.outcomes.outcome) == {"uploaded"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({}, "nothing to upload"),
        ({"path": "missing"}, "no such file or folder"),
        ({"path": []}, "nothing to upload"),
        ({"path": ".", "to": "../up"}, "below the library's root"),
        ({"path": ".", "to": 5}, "to is a path"),
        ({"path": ".", "conflict": "overwrite"}, "conflict must be"),
        ({"path": ".", "only": "photo"}, "no category"),
        ({"path": ".", "plan": pd.DataFrame()}, "not both"),
        ({"plan": pd.DataFrame({"path": ["a"]})}, "no plan"),
    ],
)
async def test_what_cannot_be_meant_is_refused(ap, service, arguments, why):
    """Bad arguments are an error before anything is changed."""
    with pytest.raises(errors.InvalidInput, match=why):
        await ap.upload(**arguments)
    assert not [seen for seen in service.requests if seen.method != "GET"]
