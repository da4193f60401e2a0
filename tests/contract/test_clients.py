"""The two clients, how they are made, and where they work."""

import asyncio
import io
import subprocess
import sys
import threading
import traceback

import pandas as pd
import pyarrow as pa
import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Settings, errors
from amazon_photos.wire import session_tokens
from leaks import spelled_in


def test_cookies_from_the_environment(service, monkeypatch, tmp_path):
    """The names with underscores, a tld if there may be several, and the endpoint by its variable."""
    monkeypatch.chdir(tmp_path)
    for name, value in service.environ.items():
        monkeypatch.setenv(name, value)
    with AmazonPhotos() as ap:
        assert ap.usage()["total_count"].sum() == 0
    service.set(region="acbca")
    for name, value in service.environ.items():
        monkeypatch.setenv(name, value)
    with AmazonPhotos(tld="ca") as ap:
        assert ap.account()["status"] == "ACTIVE"


def test_underscores_are_read_and_hyphens_sent(service):
    """Both spellings sign in."""
    spelled = {name.replace("-", "_"): value for name, value in service.cookies.items()}
    with AmazonPhotos(spelled, endpoint=service.url) as ap:
        assert ap.quota()["quota"] > 0


def test_cookies_of_a_file(service, tmp_path):
    """A file that a browser extension exported signs in."""
    lines = [f"#HttpOnly_.amazon.com\tTRUE\t/\tTRUE\t0\t{name}\t{value}" for name, value in service.cookies.items()]
    (tmp_path / "cookies.txt").write_text("# Netscape HTTP Cookie File\n" + "\n".join(lines) + "\n")
    with AmazonPhotos(tmp_path / "cookies.txt", endpoint=service.url) as ap:
        assert ap.root.owner_id


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"cookies": {}}, errors.CredentialsError, "three ways"),
        ({"cookies": {"session-id": "1", "ubid-main": "2"}}, errors.CredentialsError, "at-main"),
        ({"cookies": {"session-id": "1", "ubid-main": "2", "at_mian": "3"}}, errors.CredentialsError, "at-main"),
        ({"cookies": {"session-id": ..., "ubid-main": ..., "at-main": ...}}, errors.CredentialsError, "must be text"),
        ({"tld": "germany"}, errors.UnknownMarketplace, "unknown marketplace 'germany'"),
        ({"tld": "de"}, errors.CredentialsError, "not for amazon.de"),
        ({"dtype_backend": "polars"}, errors.InvalidInput, "dtype_backend must be one of"),
        ({"engine": "duckdb"}, errors.InvalidInput, "engine must be one of"),
        ({"endpoint": "localhost"}, errors.InvalidInput, "endpoint must begin with http"),
    ],
)
def test_what_cannot_work_is_said_at_once(service, arguments, error, says):
    """Constructing refuses it, with what to do."""
    with pytest.raises(error, match=says):
        AmazonPhotos(**{"cookies": service.cookies, **arguments})


def test_no_cookies_at_all_names_the_ways_and_the_demo(monkeypatch):
    """The message of a newcomer's first call."""
    import os

    for name in [name for name in os.environ if name.lower().startswith(("at_", "ubid_", "session_"))]:
        monkeypatch.delenv(name)
    with pytest.raises(errors.CredentialsError, match="make demo"):
        AmazonPhotos()


def test_dtype_backends_are_those_of_pandas(service, tmp_path, monkeypatch):
    """pandas' own types, nullable ones, or Arrow's; missing values are <NA> in the last two."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=60)
    for backend, text in ((None, None), ("numpy_nullable", pd.StringDtype), ("pyarrow", pd.ArrowDtype)):
        with AmazonPhotos(service.cookies, endpoint=service.url, dtype_backend=backend, progress=False) as ap:
            for frame in (ap.query(save=False), ap.db):
                assert str(frame.createdDate.dtype).startswith(("datetime64[ms, UTC]", "timestamp[ms"))
                assert frame["image.dateTime"].dt.year.dropna().between(1990, 2030).all()
                if text:
                    assert isinstance(frame.name.dtype, text)
            if text:
                assert frame.md5[frame.kind == "FOLDER"].iloc[0] is pd.NA
            assert ap.usage()["total_count"].sum() > 0
            assert list(ap.trash([]).columns) == ["id", "outcome", "reason"]


def test_other_engines_are_taken_and_ignored(service, tmp_path, monkeypatch):
    """The predecessor's ``engine="fastparquet"`` goes on working: the file is the same, whatever is installed."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=30)
    with AmazonPhotos(service.cookies, endpoint=service.url, engine="fastparquet", progress=False) as ap:
        assert list(ap.query(out="found.parquet").id) == list(pd.read_parquet("found.parquet").id)
        assert len(ap.db) > 30


def test_the_first_columns_are_what_people_look_at(service, tmp_path, monkeypatch):
    """A frame begins with what people look at; what the old README shows has its names there."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=30)
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        columns = list(ap.query().columns)
    first = [
        "name",
        "taken",
        "size",
        "kind",
        "extension",
        "width",
        "height",
        "make",
        "model",
        "id",
        "latitude",
        "longitude",
    ]
    assert columns[: len(first)] == first
    old = ["createdDate", "modifiedDate", "id", "parents", "image.dateTime", "name", "image.width", "md5", "ownerId"]
    assert set(old) <= set(columns)
    assert columns[-1] == "extra"


async def test_it_works_where_a_loop_runs(service):
    """In Jupyter a loop is running: blocking calls still work, and patch nothing."""
    with AmazonPhotos(service.cookies, endpoint=service.url) as ap:
        assert ap.account()["status"] == "ACTIVE"
        assert asyncio.get_running_loop().is_running()


def test_it_works_from_many_threads(service):
    """One client serves threads side by side."""
    with AmazonPhotos(service.cookies, endpoint=service.url) as ap:
        found = []
        threads = [threading.Thread(target=lambda: found.append(ap.account()["status"])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert found == ["ACTIVE"] * 8


async def test_the_async_client_gives_the_same(service, tmp_path, monkeypatch):
    """Same names, same results, awaited."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=120)
    async with AsyncAmazonPhotos(service.cookies, endpoint=service.url, progress=False) as client:
        with AmazonPhotos(service.cookies, catalog="other.parquet", endpoint=service.url, progress=False) as ap:
            assert set((await client.db).id) == set(ap.db.id)
            assert (await client.root).id == ap.root.id
            assert (await client.search().count()) == ap.search().count()
            assert [node.id async for node in client.search(limit=5).nodes()] == list(ap.query(limit=5).id)


def test_a_closed_client_says_so(service):
    """After close() every call is one clear error; closing twice is fine."""
    ap = AmazonPhotos(service.cookies, endpoint=service.url)
    ap.close()
    ap.close()
    with pytest.raises(errors.ClientClosed):
        ap.usage()


def test_json_answers_are_kept_when_asked_for(service, tmp_path):
    """tmp= keeps every metadata answer as it came, and no cookie that stands in one: not even one of a node's name."""
    told = "; ".join(f"{name} is {value}" for name, value in service.cookies.items())
    with AmazonPhotos(service.cookies, tmp=tmp_path / "tmp", endpoint=service.url) as ap:
        ap.usage()
        ap.node(ap.rename(ap.create_folders("holiday").id[0], told).id[0])
    kept = sorted((tmp_path / "tmp").iterdir())
    assert kept[0].name == "000001-usage.json"
    texts = [path.read_text("utf-8") for path in kept]
    assert sum("session-id is …" in text for text in texts) >= 2
    assert not [text for text in texts if spelled_in(text, service.cookies)]


def test_kept_answers_take_no_files_place(service, tmp_path):
    """A second client goes on counting where the first one stopped; the user's own files stay (fault A7)."""
    (tmp_path / "000002-usage.json").write_text("mine")
    (tmp_path / "000002-usage.part").write_text("mine too")
    for _ in range(2):
        with AmazonPhotos(service.cookies, tmp=tmp_path, endpoint=service.url) as ap:
            ap.usage()
    names = sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".json", ".part"))
    assert names == ["000001-usage.json", "000002-usage.json", "000002-usage.part", "000003-usage.json"]
    assert (tmp_path / "000002-usage.json").read_text() == "mine"
    assert (tmp_path / "000002-usage.part").read_text() == "mine too"


def test_sign_in_answers_are_never_kept(service, tmp_path):
    """tmp= keeps what stands behind /drive/v1 and nothing of the site, whose answers hold tokens."""
    with AmazonPhotos(service.cookies, tmp=tmp_path / "tmp", endpoint=service.url) as ap:

        async def sign_in():
            return await ap._aio._send(session_tokens.access_token())

        token = ap._loop_thread.wait(sign_in())["access_token"]
        ap.usage()
    kept = list((tmp_path / "tmp").iterdir())
    assert [path.name for path in kept] == ["000001-usage.json"]
    assert token
    assert not [path for path in kept if token in path.read_text("utf-8")]


@pytest.mark.parametrize("face", [AmazonPhotos, AsyncAmazonPhotos])
@pytest.mark.parametrize(("at", "domain"), [("at-main", "com"), ("at-acbde", "de")])
@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9"])
def test_a_client_is_shown_by_where_it_goes(tmp_path, monkeypatch, face, at, domain, endpoint):
    """Its repr names the face, the marketplace or the address that stands in for it, and the catalogue."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AMAZON_PHOTOS_ENDPOINT", raising=False)
    ubid = at.replace("at-", "ubid-")
    client = face({"session-id": "1", ubid: "2", at: "Atza|3"}, endpoint=endpoint, catalog="a.parquet")
    assert repr(client) == f"<{face.__name__} {endpoint or f'amazon.{domain}'} catalog='a.parquet'>"


def test_secrets_stand_in_no_log_repr_or_error(service, caplog, tmp_path, monkeypatch):
    """Whatever is logged, shown or raised, cookies are not in it."""
    monkeypatch.chdir(tmp_path)
    caplog.set_level("DEBUG")
    with AmazonPhotos(service.cookies, endpoint=service.url) as ap:
        ap.usage()
        shown = [repr(ap), repr(ap._aio), repr(vars(ap._aio)), repr(ap._aio._session), repr(ap.settings)]
        with pytest.raises(errors.NotFound) as missing:
            ap.node("x" * 22)
        told = "; ".join(service.cookies.values())
        one, another = ap.create_folders("one").id[0], ap.create_folders("another").id[0]
        ap.rename(one, told)
        failed = ap.rename(another, told).reason[0]  # the service repeats the name that is taken
        assert "…" in failed
        shown += [str(missing.value), str(vars(missing.value)), failed]
    text = "\n".join([caplog.text, *shown])
    assert "/drive/v1/account/usage" in caplog.text
    assert spelled_in(text, service.cookies) == []


@pytest.mark.parametrize("client", [AmazonPhotos, AsyncAmazonPhotos])
@pytest.mark.parametrize("wrong", [{"tld": "zz"}, {"tld": "ca"}, {"endpoint": "x"}, {"dtype_backend": "x"}])
def test_a_constructor_that_fails_can_be_shown_with_its_locals(service, client, wrong):
    """IPython, pytest -l and error trackers show the locals of every frame: no cookie there, and no repr that fails."""
    with pytest.raises(errors.AmazonPhotosError) as caught:
        client(service.cookies, **wrong)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame.locals or {} for frame in shown.stack if "amazon_photos" in frame.filename]
    assert any("not made>" in frame.get("self", "") for frame in ours)
    for value in service.cookies.values():
        assert not [frame for frame in ours if value in str(frame)]


def test_a_host_that_is_not_there_is_named(service):
    """No route, no name, no port: one error that says which host, after the retries it may take."""
    settings = Settings(max_attempts=2, backoff_initial=0.01)
    nowhere = AmazonPhotos(service.cookies, endpoint="http://127.0.0.1:9", settings=settings)
    with nowhere, pytest.raises(errors.ConnectionFailed, match=r"127\.0\.0\.1:9"):
        nowhere.usage()


def test_a_damaged_catalogue_is_kept_aside_and_rebuilt(ap, service, tmp_path, caplog):
    """The reader is told where the old file went, and gets the library."""
    service.reset(files=40)
    (tmp_path / "home" / "ap.parquet").write_bytes(b"PAR1 this is no parquet file")
    assert len(ap.db) > 40
    kept = [path for path in (tmp_path / "home").iterdir() if "damaged" in path.name]
    assert len(kept) == 1
    assert kept[0].name in caplog.text
    assert kept[0].read_bytes() == b"PAR1 this is no parquet file"


def test_a_catalogue_of_another_account_is_kept_aside(service, tmp_path, monkeypatch, caplog):
    """Two accounts in one folder never mix: a query leaves the other's file alone, a refresh keeps it aside.

    Reading asks nobody whose it is; but a client that knows who it is shows no other account's library.
    """
    from amazon_photos.emulator import running

    monkeypatch.chdir(tmp_path)
    service.reset(files=20)
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        theirs = set(ap.db.id)
    with running(files=30) as another, AmazonPhotos(another.cookies, endpoint=another.url, progress=False) as ap:
        assert set(ap.db.id) == theirs
        before = (tmp_path / "ap.parquet").read_bytes()
        assert len(ap.query(limit=3)) == 3
        assert "not saved" in caplog.text
        assert "belongs to another account" in caplog.text
        assert (tmp_path / "ap.parquet").read_bytes() == before
        assert not theirs & set(ap.db.id)
    kept = next(path for path in tmp_path.iterdir() if "another-account" in path.name)
    assert kept.name in caplog.text
    assert set(pd.read_parquet(kept).id) == theirs


def test_the_library_is_read_offline(service, tmp_path, monkeypatch):
    """Once built, ap.parquet answers without a network and with a dead session."""
    monkeypatch.chdir(tmp_path)
    service.reset(files=50)
    with AmazonPhotos(service.cookies, endpoint=service.url, progress=False) as ap:
        whole = set(ap.db.id)
    nowhere = Settings(max_attempts=1, endpoint="http://127.0.0.1:9")
    with AmazonPhotos(service.cookies, settings=nowhere) as ap:
        assert set(ap.db.id) == whole
        assert len(ap.find("type:(PHOTOS)")) > 10
        assert isinstance(ap.arrow("id"), pa.Table)
    with AmazonPhotos({**service.cookies, "at-main": "Atza|dead"}, endpoint=service.url) as ap:
        assert set(ap.columns("id").id) == whole


def test_columns_and_sql(ap, service):
    """columns() reads those named; sql() asks DuckDB; a column nobody has is named."""
    service.reset(files=80)
    assert list(ap.columns("id", "size").columns) == ["id", "size"]
    counted = ap.sql("select kind, count(*) as n from db group by 1")
    assert dict(zip(counted.kind, counted.n, strict=True)) == ap.db.kind.value_counts().to_dict()
    with pytest.raises(errors.InvalidInput, match="colour"):
        ap.columns("colour")
    with pytest.raises(errors.InvalidInput, match="DuckDB"):
        ap.sql("select nothing from nowhere")


def test_contents_are_looked_up_by_md5(ap, service):
    """Each MD5 gets the id of a node that has it, in order; a column keeps its index."""
    service.reset(files=50)
    files = ap.db[ap.db.md5.notna()][["id", "md5"]].sample(20, random_state=3)
    found = ap.ids_by_md5(files.md5)
    assert list(found.index) == list(files.index)
    assert list(ap.db.set_index("id").md5[found]) == list(files.md5)
    assert ap.ids_by_md5(["0" * 32, files.md5.iloc[0]]).isna().tolist() == [True, False]
    assert len(ap.ids_by_md5([])) == 0


def test_ctrl_c_leaves_a_client_that_works(service, tmp_path):
    """Ctrl-C in a script ends the call with KeyboardInterrupt; the client goes on."""
    service.set(latency=3)
    code = (
        "import os, signal, threading, sys\nfrom amazon_photos import AmazonPhotos\n"
        f"ap = AmazonPhotos({service.cookies!r}, endpoint={service.url!r})\n"
        "threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "try:\n    ap.usage()\nexcept KeyboardInterrupt:\n    print('stopped')\nprint(ap.account()['status'])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.split() == ["stopped", "ACTIVE"]


def test_a_tree_prints_where_few_letters_can(ap, monkeypatch):
    """A pipe on Windows or a terminal without a locale gets plain rails and question marks, not a crash."""
    ap.create_folders("Ünï/x")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii", newline="\n"))
    ap.print_tree()
    sys.stdout.flush()
    assert written.getvalue().decode("ascii").splitlines() == [
        "~",
        "|-- Pictures",
        "|   `-- Web",
        "`-- ?n?",
        "    `-- x",
    ]


def test_answers_that_cannot_be_kept_are_a_clear_error(service, tmp_path):
    """save_responses= in a place that is no folder is an error of ours that names it."""
    (tmp_path / "file").write_text("")
    with (
        AmazonPhotos(
            service.cookies, catalog=tmp_path / "ap.parquet", save_responses=tmp_path / "file", endpoint=service.url
        ) as ap,
        pytest.raises(errors.LocalFileError, match=r"cannot make the folder .*file"),
    ):
        ap.usage()
