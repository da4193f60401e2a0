"""``make live`` against an emulator in another process, over HTTP, as if it were Amazon."""

import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest
from click.testing import CliRunner

from amazon_photos import AmazonPhotos
from live.conftest import ROOT
from live.gate import MAX_FILES, MAX_NODES
from live.run import command
from odd_service import odd_service

KINDS = ("FILE", "FOLDER")
LISTING = re.compile(r"/drive/v1/(nodes|search|trash|nodes/[^/]+/children)/?$")


def rows(request):
    """How many nodes a request asks for."""
    if not LISTING.match(request["path"]):
        return int(re.match(r"/drive/v1/nodes/[^/]+$", request["path"]) is not None)
    return 1 if request["query"].get("filters") == "isRoot:true" else int(request["query"]["limit"])


def lists_all(request):
    """Whether it begins to list the library."""
    return request["query"].get("filters") == "status:(AVAILABLE* OR PENDING*)" and int(request["query"]["limit"]) > 1


def outcomes(out):
    """``{check: outcome}`` of the table."""
    return {row[:34].strip(): row[34:47].strip() for row in out.splitlines()[:-1]}


# --- reading


def test_reading_only_reads(account):
    """Without WRITE, no request but GET is sent, at most 200 nodes and a few files are asked for, and all is well."""
    before = account.nodes()
    account.requests()
    code, out, err = account.run()
    seen = account.requests()
    assert (code, set(outcomes(out).values())) == (0, {"as expected", "left out"}), out + err
    assert {request["method"] for request in seen} == {"GET"}
    assert MAX_NODES / 2 < sum(map(rows, seen)) <= MAX_NODES
    assert sum(request["path"].startswith("/cdproxy/") for request in seen) == MAX_FILES
    assert sum("thumbnail" in request["path"] for request in seen) == 1
    assert account.nodes() == before


def test_a_small_library_is_listed_whole(account):
    """Where folders, albums and the tree fit into the 200 nodes, they are checked too."""
    account.control("POST", "reset", {"files": 1})
    code, out, _ = account.live()
    told = outcomes(out)
    assert (code, told["folders"], told["albums"]) == (0, "as expected", "as expected"), out


@pytest.mark.parametrize(("typed", "flags", "code"), [("ca", (), 4), ("com", ("--tld", "ca"), 2), ("nowhere", (), 2)])
def test_another_marketplace_ends_before_the_first_request(account, typed, flags, code):
    """What is typed must be the marketplace of the cookies, and the one that was given."""
    ended, out, err = account.live(*flags, typed=typed)
    assert (ended, out, len(account.requests())) == (code, "", 0)
    assert "nothing was sent" in err
    assert len(err.splitlines()) == 1


def test_nobody_to_type_the_marketplace_is_no_surprise(account):
    """Without anybody at the keyboard nothing is sent, one line says so, and the code is that of a wrong call."""
    ended = CliRunner().invoke(command, account.flags(), input="", prog_name="make live")
    assert (ended.exit_code, ended.stdout, len(account.requests())) == (2, "", 0)
    assert ended.stderr.splitlines()[1:] == ["make live: no marketplace was typed: nothing was sent"]


def test_a_pause_that_never_ends_is_a_wrong_call(account):
    """NaN and infinity are no times: nothing is sent."""
    for never in ("nan", "inf"):
        code, out, err = account.live("--pause", never)
        assert (code, out, len(account.requests())) == (2, "", 0)
        assert "--pause" in err


def test_a_journal_that_cannot_be_written_is_a_wrong_call(account):
    """That is known before the library is listed: nothing is sent."""
    code, out, err = account.live("--write", "--journal", str(account.work / "missing" / "live.journal"))
    assert (code, out, len(account.requests())) == (2, "", 0)
    assert "journal" in err


def make(*arguments):
    """Run make as from a terminal, also where these tests were started by one."""
    environ = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True)


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
@pytest.mark.parametrize(
    ("variables", "flags"),
    [
        (["WRITE=0", "CLEAN=0"], set()),
        (["WRITE=1"], {"--write"}),
        (["WRITE=only"], {"--write", "--no-reading"}),
        (["CLEAN=1"], {"--clean-up"}),
    ],
)
def test_make_writes_only_when_told_to(variables, flags):
    """``WRITE=0`` is no word for writing."""
    told = make("-n", "live", "COOKIES=x", *variables)
    assert flags == {"--write", "--no-reading", "--clean-up"} & set(told.stdout.split()), told


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
@pytest.mark.parametrize("variable", ["WRITE=no", "WRITE=yes", "CLEAN=false"])
def test_make_asks_what_an_unknown_word_means(variable, tmp_path):
    """A word that is neither yes nor no sends nothing; ``READY`` here stands for an environment that is there."""
    (tmp_path / "ready").touch()
    told = make("-o", "ready", "live", "COOKIES=x", variable, "READY=ready")
    assert (told.returncode, told.stdout) == (2, "")
    assert "WRITE is 1, only or 0" in told.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (["LOGIN=1"], {"live.login"}),
        (["LOGIN=out", "STORE=file"], {"live.login", "--out", "--store"}),
        (["LOGIN=0", "COOKIES=x"], {"live.run"}),
    ],
)
def test_make_registers_only_when_told_to(variables, words):
    """``LOGIN=1`` needs no cookies; ``LOGIN=0`` is no word for it."""
    told = make("-n", "live", *variables)
    assert words == {"live.login", "live.run", "--out", "--store"} & set(told.stdout.split()), told


def test_a_dead_session_is_one_line(account):
    """One request, one line that says so."""
    dead = account.cookies | {"at-main": "Atza|gone"}
    code, _out, err = account.live(cookies=dead)
    assert (code, [seen["status"] for seen in account.requests()]) == (4, [401])
    assert len(err.splitlines()) == 1
    assert "the session is dead" in err


@pytest.mark.parametrize("fault", ["429", "503", "captcha", "reset-after"])
def test_the_first_sign_of_trouble_ends_it(account, fault):
    """Throttling, a bot check or a connection that breaks: nothing further is asked."""
    account.control("POST", "faults", [{"operation": "search", "nth": 5, "fault": fault}])
    code, _, err = account.live()
    seen = account.requests()
    assert [request["path"] for request in seen].count("/drive/v1/search") == 5
    assert seen[-1]["path"] == "/drive/v1/search"
    assert code == 5
    assert "Stopped" in err


# --- writing


def test_writing_leaves_everything_else_as_it_was(account):
    """Everything is made, changed and deleted as it should; then the account is, byte for byte, what it was."""
    before = account.nodes()
    account.requests()
    code, out, err = account.run("--write")
    assert (code, set(outcomes(out).values())) == (0, {"as expected"}), out + err
    assert account.nodes() == before
    assert not account.journal.exists()
    seen = account.requests()
    assert any(map(lists_all, seen))
    done = [request for request in seen if request["method"] != "GET"]
    assert {(request["method"], request["path"].count("/")) for request in done} >= {("POST", 3), ("PATCH", 4)}


@pytest.mark.parametrize(
    "rule",
    [
        {"operation": "nodes.create", "nth": 2, "fault": "repeat"},
        {"operation": "nodes.change", "nth": 3, "fault": "html"},
        {"operation": "children.change", "nth": 1, "fault": "403"},
        {"operation": "trash.change", "nth": 2, "fault": "reset-before"},
        {"operation": "purge", "nth": 2, "fault": "404"},
    ],
    ids=lambda rule: f"{rule['operation']} {rule['fault']}",
)
def test_a_surprise_ends_it_and_the_journal_cleans_up(account, rule):
    """Nothing is asked after it, what was made is named with its id, and CLEAN=1 removes exactly that."""
    before = account.nodes()
    account.requests()
    account.control("POST", "faults", [rule])
    code, out, err = account.live("--write", "--no-reading")
    assert (code, out.count("SURPRISE")) == (3, 1), out + err
    assert account.requests()[-1]["method"] != "GET"
    left = set(account.nodes()) - set(before)
    assert left == set(named(err)) != set()
    assert "CLEAN=1" in err
    account.control("POST", "faults", [])
    code, out, err = account.live("--clean-up")
    assert code == (3 if "no answer came" in err else 0), out + err
    assert account.nodes() == before


def test_an_odd_answer_ends_it(service, account):
    """Nothing is asked after an answer that is no error, but not what it should be."""
    service.reset(files=20)
    account.url, account.cookies = service.url, service.cookies

    async def rename_otherwise(asked, forward):
        answer = await forward()
        if asked.method == "PATCH" and "name" in asked.json:
            answer.json["name"] = "other.jpg"
        return answer

    with odd_service(service, rename_otherwise) as strange:
        code, out, err = account.live("--write", "--no-reading", url=strange.url)
    assert (code, service.requests[-1].method, "a new name was not taken" in out) == (3, "PATCH", True), out + err
    assert account.live("--clean-up")[0] == 0


def test_nothing_is_written_after_a_surprise(service, account):
    """What was odd while reading ends the run before anything is made."""
    service.reset(files=20)
    account.cookies = service.cookies

    async def close_account(asked, forward):
        answer = await forward()
        if asked.path.endswith("/account/info"):
            answer.json["status"] = "CLOSED"
        return answer

    with odd_service(service, close_account) as strange:
        code, _, err = account.live("--write", url=strange.url)
    assert (code, "nothing is written after a surprise" in err) == (1, True)
    assert {seen.method for seen in service.requests} == {"GET"}


def test_what_has_no_recorded_id_stays(account):
    """An upload whose answer was lost, and a stranger's file: neither is deleted, nor the folder that holds them."""
    before = account.nodes()
    account.control("POST", "faults", [{"operation": "upload", "nth": 2, "fault": "504-stored"}])
    code, _, err = account.live("--write", "--no-reading")
    made = set(named(err))
    left = set(account.nodes()) - set(before)
    assert code == 3
    assert len(left - made) == 1
    assert "Perhaps in the account, for no answer came: FILE" in err
    account.control("POST", "faults", [])
    folder = next(node_id for node_id in made if json.loads(account.nodes()[node_id])["kind"] == "FOLDER")
    where = f"/cdproxy/nodes?name=theirs.jpg&kind=FILE&parentNodeId={folder}"
    theirs = account.ask(where, "POST", b"a stranger's")["id"]
    code, out, err = account.live("--clean-up")
    assert code == 3
    assert "it stays" in out
    assert set(account.nodes()) == set(before) | (left - made) | {theirs, folder}
    assert named(err) == [folder]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_kill_leaves_a_journal_that_the_next_run_cleans_up(account, sent):
    """The ids are on the disk when the process dies; until they are gone, no run writes; then all is as it was."""
    before = account.nodes()
    program = account.start("--write", "--no-reading", "--pause", "0.05")
    while not account.journal.exists() or b'"FILE"' not in account.journal.read_bytes():
        time.sleep(0.01)
    program.send_signal(sent)
    err = program.communicate(timeout=60)[1]
    assert (program.returncode, bool(named(err))) == ((-9, False) if sent == signal.SIGKILL else (3, True)), err
    assert set(account.nodes()) > set(before)
    account.requests()
    assert account.live("--write")[0] == 2
    assert account.requests() == []
    account.live("--clean-up")
    left = set(account.nodes()) - set(before)
    assert len(left) <= 2  # a picture that was on its way, and its folder
    assert {node_id: node for node_id, node in account.nodes().items() if node_id in before} == before


def test_a_journal_of_another_account_is_refused(account):
    """Nothing is sent with a journal of another marketplace, or a file that is none."""
    for text in ('{"tld": "ca"}\n', "some text\n", '{"making": 1}\n'):
        account.journal.write_text(text)
        assert account.live("--clean-up")[0] == 2
        assert account.journal.read_text() == text
    assert account.requests() == []


def test_a_node_that_is_not_what_the_journal_says_stays(account):
    """An id in the journal is deleted only if kind and name agree, and its folder is ours or its name tells so."""
    before = account.nodes()
    files, folders = ([one for one in map(json.loads, before.values()) if one["kind"] == kind] for kind in KINDS)
    for victim, name in ((files[0], "one.jpg"), (files[0], files[0]["name"]), (folders[-1], folders[-1].get("name"))):
        lines = [{"tld": "com"}, {"making": 1, "kind": victim["kind"], "name": name}, {"made": 1, "id": victim["id"]}]
        account.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
        code, out, _ = account.live("--clean-up")
        assert code == 3
        assert "is not what the journal says" in out
    assert account.nodes() == before


def test_a_folder_that_is_not_ours_makes_no_file_ours(account):
    """A journal that names somebody's folder under a name of ours, and a file in it: nothing is deleted."""
    before = account.nodes()
    there = [node for node in map(json.loads, before.values()) if node["kind"] == "FILE" and node["status"] != "TRASH"]
    victim = there[0]
    lines = [{"tld": "com"}]
    for number, (kind, name, node_id) in enumerate(
        [("FOLDER", "amazon-photos live x", victim["parents"][0]), ("FILE", victim["name"], victim["id"])]
    ):
        lines += [{"making": number, "kind": kind, "name": name}, {"made": number, "id": node_id}]
    account.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert account.live("--clean-up")[0] == 3
    assert account.nodes() == before


def test_an_album_that_holds_a_strangers_photo_stays(account):
    """Whether trashing an album takes along what it holds, nobody has seen: ours is trashed when it is empty only."""
    victim = next(node_id for node_id, node in account.nodes().items() if '"kind": "FILE"' in node)
    made = {"kind": "VISUAL_COLLECTION", "name": "amazon-photos live x", "resourceVersion": "V2"}
    album = account.ask("/drive/v1/nodes?resourceVersion=V2", "POST", made)["id"]
    account.ask(f"/drive/v1/nodes/{album}/children", "PATCH", {"op": "add", "value": [victim]})
    lines = [{"tld": "com"}, {"making": 1, "kind": made["kind"], "name": made["name"]}, {"made": 1, "id": album}]
    account.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    before = account.nodes()
    code, out, _ = account.live("--clean-up")
    assert (code, "it stays" in out) == (3, True)
    assert account.nodes() == before


def test_another_account_keeps_its_hands_off_a_journal(account):
    """There, all ids are gone; the journal stays for the account that it is of."""
    account.journal.write_text('{"tld": "com", "owner": "SOMEBODY"}\n{"making": 1, "kind": "FOLDER", "name": "a"}\n')
    code, _, err = account.live("--clean-up")
    assert code == 2
    assert "of another account" in err
    assert account.journal.exists()


def test_a_catalogue_that_is_there_saves_listing_the_library(account):
    """With CATALOG, a copy is brought up to date by a few requests, and the file itself is left alone."""
    path = account.work / "mine.parquet"
    with AmazonPhotos(account.cookies, endpoint=account.url, catalog=path, progress=False) as ap:
        ap.refresh()
    held = path.read_bytes()
    account.requests()
    code, out, err = account.live("--write", "--no-reading", "--catalog", str(path))
    assert code == 0, out + err
    assert path.read_bytes() == held
    assert not any(map(lists_all, account.requests()))


# --- what is printed


def test_surprises_show_nobodys_photos(service, account):
    """What is printed of a service that answers everything otherwise holds no id, name or date of the library."""
    service.reset(files=300)

    async def turn_round(asked, forward):
        answer = await forward()
        if asked.method == "GET" and "data" in (answer.json if b'"data"' in answer.body else {}):
            answer.json["data"].reverse()
            for node in answer.json["data"]:
                node["status"] = "TRASH"
        return answer

    account.url, account.cookies = service.url, service.cookies
    secrets = [text for node in account.nodes().values() for text in private(json.loads(node))]
    with odd_service(service, turn_round) as strange:
        code, out, err = account.live(url=strange.url)
        _, verbose, _ = account.live("-v", url=strange.url)
    assert code == 1
    assert out.count("SURPRISE") > 5
    assert not [text for text in secrets if text in out + err]
    assert [text for text in secrets if text in verbose]


def private(node):
    """Ids, names and dates of a node."""
    yield from (node["id"], node["createdDate"], node["ownerId"], node["createdDate"][:10])
    if len(node.get("name") or "") > 6:
        yield node["name"]


def named(err):
    """The ids that are said to be left."""
    return re.findall(r"^Left in the account: .*, id (\S+)$", err, re.MULTILINE)
