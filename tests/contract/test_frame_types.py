"""The columns and types of every frame we give: the schema's, whatever the rows and whatever the call."""

import inspect
from typing import get_type_hints

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import pictures
from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Catalog, errors
from amazon_photos.aio.group import Group
from amazon_photos.frames import results
from amazon_photos.frames.columns import schema

BACKENDS = (None, "numpy_nullable", "pyarrow")
NULLABLE = {
    pa.string(): pd.StringDtype("pyarrow"),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.timestamp("ms", "UTC"): pd.DatetimeTZDtype("ms", "UTC"),
    pa.timestamp("ms"): np.dtype("datetime64[ms]"),
}
MD5 = "6df23dc03f9b54cc38a0fc1483df6e21"


def types(fields, backend):
    """What a frame with these columns has to look like."""
    found = {}
    for field in fields:
        plain = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_list(plain):
            found[field.name] = np.dtype(object)
        else:
            found[field.name] = pd.ArrowDtype(plain) if backend == "pyarrow" else NULLABLE[plain]
    return found


def without(fields, name):
    return [field for field in fields if field.name != name]


NODES = list(schema())
TRANSFERS = without(results.TRANSFERS, "place")
LISTINGS = {
    "nodes": lambda ap, ids: ap.nodes(),
    "nodes, none": lambda ap, ids: ap.nodes("name:nowhere"),
    "nodes, limited": lambda ap, ids: ap.nodes(limit=0),
    "children": lambda ap, ids: ap.children(ap.root.id),
    "trashed": lambda ap, ids: ap.trashed(),
    "query": lambda ap, ids: ap.query(save=False),
    "query, none": lambda ap, ids: ap.query("name:nowhere", save=False),
    "photos": lambda ap, ids: ap.photos(save=False),
    "videos": lambda ap, ids: ap.videos(save=False),
    "folders": lambda ap, ids: ap.folders(),
    "albums.contents": lambda ap, ids: ap.albums.contents(ap.create_album("Held")),
    "people.photos": lambda ap, ids: ap.people.photos(ap.people.list().id[0], save=False) if ids else ap.nodes(limit=0),
    "places.photos": lambda ap, ids: ap.places.photos(ap.places.list().id[0], save=False) if ids else ap.nodes(limit=0),
    "things.photos": lambda ap, ids: ap.things.photos(ap.things.list().id[0], save=False) if ids else ap.nodes(limit=0),
    "timeline.photos": lambda ap, ids: ap.timeline.photos("2019-07", save=False),
    "search": lambda ap, ids: ap.search("type:(PHOTOS)").frame(),
    "search_nodes": lambda ap, ids: ap.search_nodes("kind:FILE").frame(),
    "search, none": lambda ap, ids: ap.search("name:nowhere").frame(),
    "pages": lambda ap, ids: next(ap.search_nodes().pages()),
    "db": lambda ap, ids: ap.db,
    "columns": lambda ap, ids: ap.columns(*schema().names),
    "find": lambda ap, ids: ap.find("kind:FILE"),
    "find, none": lambda ap, ids: ap.find("name:nowhere"),
    "catalog.frame": lambda ap, ids: ap.catalog.frame(),
    "catalog.columns": lambda ap, ids: ap.catalog.columns(*schema().names),
    "catalog.find": lambda ap, ids: ap.catalog.find("kind:FOLDER"),
    "catalog.sql": lambda ap, ids: ap.catalog.sql("select * from db limit 3"),
    "sql": lambda ap, ids: ap.sql("select * from db"),
    "sql, none": lambda ap, ids: ap.sql("select * from db where id = ''"),
    "load_db": lambda ap, ids: ap.load_db(),
    "refresh_db": lambda ap, ids: ap.refresh_db(),
    "refresh_db_aggressive": lambda ap, ids: ap.refresh_db_aggressive(),
    "nodes_by_name": lambda ap, ids: ap.nodes_by_name(["nowhere"]),
}
CHANGES = {
    "refresh": lambda ap, ids: ap.refresh(),
    "catalog.refresh": lambda ap, ids: ap.catalog.refresh(full=True),
    "catalog.refresh, relations": lambda ap, ids: ap.catalog.refresh(relations=True),
}
RELATIONS = {
    "catalog.relations": lambda ap, ids: ap.catalog.relations(),
    "catalog.relations, none": lambda ap, ids: ap.catalog.relations("family"),
}
RELATION_KEYS = {"catalog.relation_keys": lambda ap, ids: ap.catalog.relation_keys()}
ACTIONS = {
    **{
        name: lambda ap, ids, name=name: getattr(ap, name)(ids)
        for name in ("favorite", "unfavorite", "hide", "unhide", "trash", "restore", "delete")
    },
    "move": lambda ap, ids: ap.move(ids, to=ap.root),
    "add_to_album": lambda ap, ids: ap.add_to_album(ap.create_album("A").id, ids),
    "remove_from_album": lambda ap, ids: ap.remove_from_album(ap.create_album("A").id, ids),
    "albums.add": lambda ap, ids: ap.albums.add(ap.create_album("A"), ids),
    "albums.remove": lambda ap, ids: ap.albums.remove(ap.create_album("A"), ids),
    "albums.create": lambda ap, ids: ap.albums.create("B", node_ids=ids),
    "albums.ensure": lambda ap, ids: ap.albums.ensure("C", node_ids=ids),
    "albums.delete": lambda ap, ids: ap.albums.delete([ap.create_album("A").id for _ in ids]),
    "describe": lambda ap, ids: ap.describe(ids, "a"),
    "label": lambda ap, ids: ap.label(ids, ["a"]),
    "rename": lambda ap, ids: ap.rename(ids, template="{n} {id}"),
    "family.add": lambda ap, ids: ap.family.add(ids, family_id="F" * 22),
    "family.remove": lambda ap, ids: ap.family.remove(ids, family_id="F" * 22),
    "apply": lambda ap, ids: ap.apply(ap.hide(ids, dry_run=True)),
}
OTHER_ACTIONS = {
    "albums.rename": lambda ap, ids: ap.albums.rename(ap.create_album("A"), "B"),
    "albums.merge": lambda ap, ids: ap.albums.merge(ap.create_album("A"), ap.create_album("B")),
    "history.undo": lambda ap, ids: ap.history.undo(_a_run(ap)),
}
OF_PEOPLE = {
    "people.rename": lambda ap, ids: ap.people.rename(_people(ap)[0], "B"),
    "people.merge": lambda ap, ids: ap.people.merge(*_people(ap)[:2]),
    "people.set_picture": lambda ap, ids: ap.people.set_picture(_people(ap)[-1], "-" * 22),
}
CHANGING_PLANS = {
    "favorite, dry run": lambda ap, ids: ap.favorite(ids, dry_run=True),
    "history.undo, dry run": lambda ap, ids: ap.history.undo(_a_run(ap), dry_run=True),
}
RUNS = {"history.list": lambda ap, ids: ap.history.list()}
SHOWN_RUNS = {"history.show": lambda ap, ids: ap.history.show(_a_run(ap))}


def _a_run(ap):
    ap.create_album("A run")
    return ap.history.list()["run"].iloc[0]


def _people(ap):
    return list(ap.aggregations("allPeople").value)


FOLDERS = {
    "create_folders": lambda ap, ids: ap.create_folders("a", "a/b", "A"),
    "create_folders, none": lambda ap, ids: ap.create_folders(),
}
PROBES = {"probe": lambda ap, ids: ap.probe(pause=0)}
CHECKS = {"doctor": lambda ap, ids: ap.doctor()}
SURPRISES = {"surprises": lambda ap, ids: ap.surprises()}
SUMS = {"usage": lambda ap, ids: ap.usage()}
AGGREGATIONS = {
    "aggregations": lambda ap, ids: ap.aggregations(),
    "aggregations, people": lambda ap, ids: ap.aggregations("people"),
}
ALBUMS = {
    "albums.list": lambda ap, ids: ap.albums.list(),
    "albums.list, online": lambda ap, ids: ap.albums.list(online=True),
}
PEOPLE = {"people.list": lambda ap, ids: ap.people.list(), "things.list": lambda ap, ids: ap.things.list()}
PLACES = {"places.list": lambda ap, ids: ap.places.list()}
TIMELINE = {
    "timeline": lambda ap, ids: ap.timeline("month"),
    "timeline, online": lambda ap, ids: ap.timeline(online=True),
}
UPLOADS = {
    "upload": lambda ap, ids: ap.upload("in"),
    "upload, none": lambda ap, ids: ap.upload("empty"),
}
DOWNLOADS = {"download": lambda ap, ids: ap.download(ids), "download, a frame": lambda ap, ids: ap.download(ap.nodes())}
DOWNLOAD_PLANS = {"download, dry run": lambda ap, ids: ap.download(ids, dry_run=True)}
PLANS = {
    "plan_upload": lambda ap, ids: ap.plan_upload("in"),
    "plan_upload, none": lambda ap, ids: ap.plan_upload("empty"),
    "upload, dry run": lambda ap, ids: ap.upload("in", dry_run=True),
}
COMPARISONS = {
    "check": lambda ap, ids: ap.check("in"),
    "check, none": lambda ap, ids: ap.check("empty"),
}
GIVEN_IDS = (ACTIONS, DOWNLOADS, DOWNLOAD_PLANS)
BACKUPS = {
    "backed_up": lambda ap, ids: ap.backed_up("in"),
    "backed_up, none": lambda ap, ids: ap.backed_up("empty"),
}
FRAMES = (
    (NODES, LISTINGS),
    ([pa.field("change", pa.string()), *NODES], CHANGES),
    (list(results.RELATIONS), RELATIONS),
    (list(results.RELATION_KEYS), RELATION_KEYS),
    (list(results.NODES), ACTIONS),
    (list(results.NODES), OTHER_ACTIONS),
    (list(results.NODES), OF_PEOPLE),
    (list(results.STEPS), CHANGING_PLANS),
    (list(results.RUNS), RUNS),
    (list(results.SHOWN_RUN), SHOWN_RUNS),
    (list(results.FOLDERS), FOLDERS),
    (list(results.USAGE), SUMS),
    (list(results.SURPRISES), SURPRISES),
    (list(results.PROBED), PROBES),
    (list(results.DOCTOR), CHECKS),
    (list(results.AGGREGATIONS), AGGREGATIONS),
    (list(results.ALBUMS), ALBUMS),
    (list(results.PEOPLE), PEOPLE),
    (list(results.PLACES), PLACES),
    (list(results.TIMELINE), TIMELINE),
    (TRANSFERS, UPLOADS),
    (TRANSFERS, DOWNLOADS),
    (list(results.PLAN), PLANS),
    (list(results.DOWNLOAD_PLAN), DOWNLOAD_PLANS),
    (list(results.COMPARED), COMPARISONS),
    (list(results.BACKED_UP), BACKUPS),
)


@pytest.fixture(params=BACKENDS, ids=str)
def backend(request):
    return request.param


@pytest.fixture
def made(backend, service, tmp_path, monkeypatch):
    """``made(files)``: a client of a library with so many files, in a folder with some files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMAZON_PHOTOS_CACHE_DIR", str(tmp_path / "cache"))
    pictures.write(tmp_path / "in", "a.jpg", "b.jpg", "Thumbs.db")
    (tmp_path / "empty").mkdir()
    clients = []

    def make(files):
        service.reset(files=files)
        clients.append(AmazonPhotos(service.cookies, endpoint=service.url, progress=False, dtype_backend=backend))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def frames_of(face, group=""):
    """The names of its methods that give a frame or a column, in groups too."""
    for name, held in inspect.getmembers_static(face):
        if name.startswith("_"):
            continue
        if isinstance(held, property) and not group:
            given = get_type_hints(held.fget)["return"]
            yield from frames_of(given, f"{name}.") if issubclass(given, Group) else ()
        elif str(getattr(held, "__annotations__", {}).get("return", "")).startswith("pd."):
            yield group + name


def test_every_method_that_gives_a_frame_is_walked():
    """A new one has to stand in the lists above."""
    walked = {name.partition(",")[0] for _, calls in FRAMES for name in calls} | {"ids_by_md5", "catalog.ids_by_md5"}
    given = set(frames_of(AsyncAmazonPhotos))
    assert {"query", "albums.list", "catalog.find"} <= given <= walked


@pytest.mark.parametrize("files", [40, 0], ids=["rows", "no rows"])
def test_types_are_those_of_the_schema(made, backend, files):
    """Every frame of the client, with rows, without rows and after rows that failed."""
    ap = made(files)
    ids = list(ap.nodes("kind:FILE").id)[:2]
    for fields, calls in FRAMES:
        for name, call in calls.items() if files or calls is not OF_PEOPLE else ():
            for given in ([*ids, "x" * 22, "no id"], []) if calls in GIVEN_IDS else (ids,):
                frame = call(ap, given)
                assert dict(frame.dtypes) == types(fields, backend), name
                assert isinstance(frame.index, pd.RangeIndex), name
    for held in (ap, ap.catalog, Catalog.open("ap.parquet", dtype_backend=backend)):
        for md5s in ([MD5, None], []):
            found = held.ids_by_md5(md5s)
            assert found.dtype == types([pa.field("id", pa.string())], backend)["id"]


def test_a_catalogue_without_a_client_gives_the_same(made, backend):
    """Whole, in part, by filters and by SQL."""
    made(10).refresh()
    held = Catalog.open("ap.parquet", dtype_backend=backend)
    for frame in (
        held.frame(), held.columns(*schema().names), held.find("kind:FILE"), held.find("name:nowhere"),
        held.sql("select * from db"),
    ):  # fmt: skip
        assert dict(frame.dtypes) == types(NODES, backend)


def test_relations_without_a_client_are_the_same(made, backend):
    """As the client gives them, and by SQL."""
    made(10).refresh(relations=True)
    held = Catalog.open("ap.parquet", dtype_backend=backend)
    for frame in (held.relations(), held.relations("family"), held.sql("from relations")):
        assert dict(frame.dtypes) == types(results.RELATIONS, backend)
    assert dict(held.relation_keys().dtypes) == types(results.RELATION_KEYS, backend)


def test_the_frame_of_an_error_is_like_any(made, backend, service):
    """What was done before a session ended has the columns and types of what is done."""
    ap = made(5)
    service.faults([{"operation": "upload*", "nth": [2], "fault": "401"}])
    with pytest.raises(errors.AmazonPhotosError) as caught:
        ap.upload("in")
    assert dict(caught.value.outcomes.dtypes) == types(TRANSFERS, backend)


def idioms(frame, text):
    """What people do with any frame; ``text`` is a column of words."""
    assert frame[text].str.upper().str.len().notna().any()
    filled = frame.assign(**{text: frame[text].fillna("new")})
    filled.loc[filled.index[0], text] = "another"
    assert filled[text].iloc[0] == "another"
    assert (filled[text] == "another").sum() == 1
    assert len(pd.concat([frame, filled, frame.head(0)], ignore_index=True)) == 2 * len(frame)
    assert pd.concat([frame, frame.head(0)]).dtypes.equals(frame.dtypes)
    assert len(frame.drop_duplicates()) == len(frame) - frame.duplicated().sum() == len(frame)
    assert pd.concat([frame, frame]).duplicated().sum() == len(frame)
    assert frame.groupby(text, dropna=False).size().sum() == len(frame)
    assert frame.sort_values(text)[text].dropna().is_monotonic_increasing
    assert frame[text].isin([frame[text].dropna().iloc[0]]).any()
    assert frame[text].value_counts().sum() == frame[text].notna().sum()
    assert frame[frame[text] == frame[text].dropna().iloc[0]].notna().any(axis=None)


def test_frames_can_be_used_as_any(made):
    """Text methods, filling, joining, assigning, comparing, dropping duplicates, merging, grouping, sorting."""
    ap = made(40)
    nodes = ap.nodes()
    for text in ("name", "kind", "status", "extension", "contentType", "createdBy"):
        idioms(nodes, text)
    for frame in (ap.upload("in"), ap.check("in"), ap.backed_up("in"), ap.create_folders("a/b", "c")):
        idioms(frame, "outcome")
    idioms(ap.plan_upload("in"), "action")
    trashed = ap.trash(nodes.id[nodes.kind == "FILE"][:5])
    idioms(trashed, "outcome")
    both = nodes.merge(trashed, on="id", how="left")
    assert both.outcome.notna().sum() == 5
    assert len(nodes.merge(nodes, on=list(nodes.columns))) == len(nodes)
    assert len(nodes.merge(nodes[["parents"]].drop_duplicates(), on="parents")) == len(nodes)
    assert nodes.groupby("parents").size().sum() == nodes.parents.notna().sum()
    assert nodes["size"].sum() == nodes["size"].dropna().astype(int).sum()
    assert (nodes.createdDate < pd.Timestamp.now("UTC")).all()
    assert nodes.createdDate.dt.year.between(1990, 2100).all()
    assert nodes["settings.favorite"].fillna(False).sum() == list(nodes["settings.favorite"]).count(True) > 0
    assert len(nodes[nodes["size"] > 0]) == len(nodes[nodes.kind == "FILE"])
