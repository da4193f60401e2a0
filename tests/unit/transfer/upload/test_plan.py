"""Plans: pure decisions, file by file."""

import pandas as pd
import pytest

from amazon_photos.catalog.index import LibraryIndex
from amazon_photos.errors import InvalidInput
from amazon_photos.frames.results import PLAN, UploadAction
from amazon_photos.transfer.local.found import LocalFile, batch_files
from amazon_photos.transfer.local.hashing import HashedFiles
from amazon_photos.transfer.upload.plan import Planner, check_conflict, other_names, passing_name
from amazon_photos.transfer.upload.saved_plan import step_of, table_of_plan
from amazon_photos.transfer.upload.steps import SettledSteps, result_columns
from libraries import ROWS, table_of_rows

A, NEW, OTHER, FILM, EMPTY = "a" * 32, "c" * 32, "d" * 32, "f" * 32, "d41d8cd98f00b204e9800998ecf8427e"


def planner(conflict="skip", to="", more=()):
    return Planner(LibraryIndex(table_of_rows([*ROWS, *more]), "root"), to=to, conflict=conflict)


def found(name, folder="Pictures", size=1):
    return LocalFile(f"/here/{folder}/{name}", folder, name, size)


def decide(plan, name, md5, **where):
    step = plan.decide(found(name, **where), md5)
    return step.action, step.name, step.id


def test_content_decides():
    """What the library has, under whatever name and wherever, is not sent; new content is."""
    plan = planner()
    assert decide(plan, "other name.jpg", A) == ("exists", "other name.jpg", "one")
    assert decide(plan, "new.jpg", NEW) == ("upload", "new.jpg", None)
    assert decide(plan, "new copy.jpg", NEW)[0] == "duplicate"


def test_a_row_that_sends_nothing_is_the_step_it_was():
    """A plan that was kept and read again says of what it skips all that it said; a row without a place has none."""
    row = {
        "path": "/here/P/a.jpg", "folder": "Pictures/P", "name": "a.jpg", "size": 5, "mtime_ns": 7, "md5": A,
        "action": "exists", "reason": "why", "id": "one",
    }  # fmt: skip
    step = step_of(row)
    assert (step.found.path, step.found.size) == ("/here/P/a.jpg", 5)
    assert (step.action, step.reason, step.folder, step.name) == ("exists", "why", "Pictures/P", "a.jpg")
    assert (step.md5, step.id) == (A, "one")
    bare = step_of(row | {"folder": None, "name": None, "size": None, "md5": None, "id": None})
    assert (bare.folder, bare.name, bare.found.size, bare.md5, bare.id) == ("", "", 0, None, None)


def test_a_step_says_where_to():
    """The folder in the library is the target and the file's place below the folder given."""
    assert planner(to="/Backup/").decide(found("a.jpg", "Pictures/2023"), NEW).folder == "Backup/Pictures/2023"
    assert planner().decide(found("a.jpg", ""), NEW).folder == ""


@pytest.mark.parametrize(
    ("conflict", "what", "name"),
    [
        ("skip", "conflict", "IMG_1.JPG"),
        ("rename", "rename", "IMG_1(1).JPG"),
        ("replace", "replace", "IMG_1.JPG"),
    ],
)
def test_other_content_has_the_name(conflict, what, name):
    """A name that is taken, in whatever case, is a conflict, a new name or a replacement, as the caller wants it."""
    assert decide(planner(conflict), "IMG_1.JPG", NEW) == (what, name, "one")


def test_two_files_of_one_name():
    """Names that differ only by case are one in the library: the second is a conflict or gets another name."""
    for conflict, second in (("skip", "conflict"), ("replace", "conflict"), ("rename", "rename")):
        plan = planner(conflict)
        assert decide(plan, "new.jpg", NEW)[0] == "upload"
        assert decide(plan, "NEW.jpg", OTHER)[0] == second
        assert decide(plan, "NEW.jpg", "e" * 32, folder="else")[0] == "upload"


def test_folders_that_are_one_in_the_library():
    """``Pictures`` and ``pictures`` here are one folder there, whether it exists yet or not."""
    for folder, twin in (("Pictures", "pictures"), ("New", "NEW")):
        plan = planner()
        decide(plan, "a.jpg", NEW, folder=folder)
        assert decide(plan, "a.jpg", OTHER, folder=twin)[0] == "conflict"


def test_a_folder_is_never_replaced():
    """A file that has a folder's name is a conflict even with conflict="replace"."""
    assert decide(planner("replace"), "pictures", NEW, folder="")[0] == "conflict"


def test_empty_files_are_told_apart_by_name():
    """All empty files are alike: only one of the same name in the same folder is there already."""
    plan = planner(more=[("nil", "nil.txt", ["pics"], EMPTY, 0, "FILE")])
    assert decide(plan, "nil.txt", EMPTY, size=0) == ("exists", "nil.txt", "nil")
    assert [decide(plan, n, EMPTY, size=0)[0] for n in ("b.txt", "c.txt")] == ["upload", "upload"]


def test_a_replacement_that_was_cut_off_is_finished():
    """Content that went up under its passing name before a crash is put in its place, not taken for done."""
    passing = passing_name("IMG_1.jpg", NEW)
    more = [("half", passing, ["pics"], NEW, 1, "FILE")]
    assert decide(planner("replace", more=more), "IMG_1.jpg", NEW) == ("replace", "IMG_1.jpg", "one")
    assert decide(planner("skip", more=more), "IMG_1.jpg", NEW)[0] == "exists"


def test_what_is_not_taken_keeps_its_reason():
    """Skipped and unreadable files are steps that send nothing, and outcomes in the past tense."""
    junk = planner().decide(found("a")._replace(reason="junk"), None)
    gone = planner().decide(found("a")._replace(reason="cannot be read", failed=True), None)
    assert (junk.action, junk.result().outcome, junk.result().reason) == ("skip", "skipped", "junk")
    assert (gone.action, gone.result().outcome, gone.result().reason) == ("failed", "failed", "cannot be read")


@pytest.mark.parametrize(
    ("mtime", "told"), [(10**18, 10**18), (-(1 << 63), -(1 << 63)), (1 << 63, None), (-(10**20), None)]
)
def test_times_that_a_frame_cannot_hold_are_missing(mtime, told):
    """Before 1677 and after 2262 the plan says no time; whoever applies it reads the file again (fault B2)."""
    step = planner().decide(found("new.jpg")._replace(mtime_ns=mtime), NEW)
    assert dict(zip(PLAN.names, step.row(), strict=True))["mtime_ns"] == told


def test_other_names_fit():
    """New names count up, keep the extension, and have at most 256 characters."""
    names = other_names("é" * 256 + ".jpg")
    assert [len(next(names)) for _ in range(12)] == [256] * 12
    assert next(other_names(".hidden")) == ".hidden(1)"
    assert len(passing_name("x" * 300 + ".jpg", NEW)) == 256


def test_a_frame_that_is_no_plan_is_refused():
    """Only what plan_upload gave can be applied."""
    with pytest.raises(InvalidInput, match="no plan: it has no column 'action'"):
        table_of_plan(pd.DataFrame({"path": ["a"]}))
    with pytest.raises(InvalidInput, match=r"a frame .* is due, .* not str"):
        table_of_plan("plan.csv")
    with pytest.raises(InvalidInput, match='"skip", "rename" or "replace"'):
        check_conflict("overwrite")


def hashed(pairs):
    """The same files and MD5s by columns."""
    (files,) = batch_files((file for file, _ in pairs), len(pairs))
    return HashedFiles(files, [md5 for _, md5 in pairs])


@pytest.mark.parametrize("conflict", ["skip", "rename", "replace"])
def test_many_together_are_decided_as_one_by_one(conflict):
    """What the library has, what it lacks, doubles, empty files and what is not taken, in whatever mixture and form."""
    more = [
        ("half", passing_name("IMG_1.jpg", NEW), ["pics"], NEW, 1, "FILE"),
        ("film", "f.mov", ["one"], FILM, 3, "ASSET"),
    ]
    names = ("IMG_1.jpg", "a.jpg", "A.jpg", "b.jpg", "c.jpg")
    files = [(found(name, size=size), md5) for name in names for size in (0, 1) for md5 in (A, NEW, OTHER, FILM, EMPTY)]
    files[:0] = [(found("z.jpg"), OTHER), (found("d.jpg")._replace(reason="junk"), None)]
    alone = planner(conflict, more=more)
    steps = [alone.decide(file, md5) for file, md5 in files]
    assert planner(conflict, more=more).decide_all(files) == steps
    assert list(planner(conflict, more=more).decide_all(hashed(files))) == steps
    assert planner(conflict).decide_all([]) == []


@pytest.mark.parametrize("to", ["", "Backup"])
def test_what_needs_nothing_stays_in_columns(to):
    """Files that the library has, under whatever name, and files that are not taken; as steps and as rows they are what
    they are one by one. A single one that needs more, or a replacement that was cut off, takes all of them apart."""
    unfinished = ("half", passing_name("IMG_1.jpg", A), ["pics"], A, 1, "FILE")
    more = [("film", "f.mov", ["one"], FILM, 3, "ASSET")]
    held = [(found("IMG_1.jpg"), A), (found("b.jpg", folder=""), A), (found("f.mov"), FILM), (found("g.mov"), FILM)]
    idle = [(found("d")._replace(reason="junk"), None), (found("e")._replace(reason="gone", failed=True), None)]
    files = [*held, *idle]
    alone = planner(more=more, to=to)
    steps = [alone.decide(file, md5) for file, md5 in files]
    settled = planner(more=more, to=to).decide_all(hashed(files))
    assert isinstance(settled, SettledSteps)
    assert list(settled) == steps
    assert {step.action for step in settled} == {"exists", "skip", "failed"}
    for form in (settled, steps):
        assert list(zip(*result_columns(form), strict=True)) == [step.result().row(7)[1:] for step in steps]
    for apart in [(found("new.jpg"), NEW)], [(found("nil.txt", size=0), EMPTY)]:
        assert isinstance(planner(more=more).decide_all(hashed([*files, *apart])), list)
    assert list(planner("replace", more=more).decide_all(hashed(files))) == list(planner(more=more).decide_all(files))
    (first, *_) = planner("replace", more=[*more, unfinished]).decide_all(hashed(files))
    assert first.action == "replace"


# --- replacements, and what other files of the plan are there as --------------------------------------------------

MOVING = [
    ("still", "IMG_9.HEIC", ["pics"], "9" * 32, 2, "FILE"),
    ("movie", "IMG_9.MOV", ["still"], "8" * 32, 1, "ASSET"),
]


def test_what_a_file_is_there_as_is_not_replaced_by_another_of_the_plan():
    """Two folders with a file of one name: the library has the first, and the second is a conflict, at every run."""
    plan = planner("replace")
    assert decide(plan, "IMG_1.jpg", A) == ("exists", "IMG_1.jpg", "one")
    step = plan.decide(found("img_1.JPG"), NEW)
    assert (step.action, step.id) == ("conflict", "one")
    assert "another file of this upload is there as IMG_1.jpg" in step.reason


def test_what_is_replaced_is_not_there_for_a_later_file():
    """An edited photo beside its original: the second is a conflict that says to run again, and not told to exist."""
    plan = planner("replace")
    assert decide(plan, "IMG_1.jpg", NEW) == ("replace", "IMG_1.jpg", "one")
    step = plan.decide(found("IMG_1_original.jpg"), A)
    assert (step.action, step.id) == ("conflict", "one")
    assert "which this upload replaces: run again" in step.reason


def test_another_copy_in_the_library_is_enough():
    """A content that is there twice may lose one of its nodes, and a file is there as the other."""
    more = [("copy", "copy.jpg", ["root"], A, 9, "FILE")]
    plan = planner("replace", more=more)
    assert decide(plan, "IMG_1.jpg", NEW)[::2] == ("replace", "one")
    assert decide(plan, "IMG_1_original.jpg", A)[::2] == ("exists", "copy")
    plan = planner("replace", more=more)
    assert decide(plan, "x.jpg", A)[0] == "exists"
    assert decide(plan, "IMG_1.jpg", NEW)[::2] == ("replace", "one")


@pytest.mark.parametrize("movie_first", [True, False])
def test_a_movie_goes_with_its_still(movie_first):
    """So one of the two is a conflict: an edited still takes no movie along that another file is told to exist as."""
    plan = planner("replace", more=MOVING)
    steps = [("IMG_9.MOV", "8" * 32), ("IMG_9.HEIC", NEW)][:: 1 if movie_first else -1]
    actions = [decide(plan, name, md5)[0] for name, md5 in steps]
    assert actions == (["exists", "conflict"] if movie_first else ["replace", "conflict"])


@pytest.mark.parametrize("movie", [True, False])
def test_files_that_are_there_column_by_column_count_too(movie):
    """Also where a whole batch needs nothing, and where a batch would need nothing if nothing had been replaced."""
    name, md5, other = ("IMG_9.MOV", "8" * 32, "IMG_9.HEIC") if movie else ("IMG_1.jpg", A, "IMG_1.jpg")
    plan = planner("replace", more=MOVING)
    assert isinstance(plan.decide_all(hashed([(found(name), md5)])), SettledSteps)
    assert decide(plan, other, NEW)[0] == "conflict"
    plan = planner("replace", more=MOVING)
    assert decide(plan, other, NEW)[0] == "replace"
    assert [step.action for step in plan.decide_all(hashed([(found(name), md5)]))] == ["conflict"]


def test_two_files_of_one_name_that_both_changed_are_one_replacement():
    """The second is a conflict: its name is given away already."""
    plan = planner("replace")
    assert decide(plan, "IMG_1.jpg", NEW)[0] == "replace"
    step = plan.decide(found("img_1.JPG"), OTHER)
    assert (step.action, step.reason) == ("conflict", "another file of this upload has the same name, ignoring case")


def test_a_plan_replaces_what_it_saw_and_nothing_else():
    """A file that has come under the name since the plan was made stays, and the row says why."""
    again = planner().decide_again(found("IMG_1.jpg"), NEW, UploadAction.REPLACE, "one")
    assert (again.action, again.id) == ("replace", "one")
    again = planner().decide_again(found("IMG_1.jpg"), NEW, UploadAction.REPLACE, "gone")
    assert again.action == "conflict"
    assert "since the plan was made" in again.reason
