"""Importing the package changes nothing in the importer's process and costs next to nothing."""

import json
import statistics
import subprocess
import sys

import pytest

HEAVY = ("pandas", "pyarrow", "aiohttp", "numpy", "rich", "click", "asyncio", "logging", "msgspec", "ssl")

PUBLIC = """
AmazonPhotos AsyncAmazonPhotos Catalog Settings F errors AmazonPhotosError __version__
Node NodeSettings ContentProperties ImageProperties VideoProperties Folder ContentReader Opening Expr
Search AsyncSearch Albums AsyncAlbums ClientCatalog AsyncClientCatalog CatalogChanges Thumbnails AsyncThumbnails
People AsyncPeople Places AsyncPlaces Things AsyncThings Timeline AsyncTimeline Family AsyncFamily
History AsyncHistory MaxDelete
Event OnEvent PlanUpdated BytesTransferred FileFinished FileResult TransferOutcome
UploadOutcome UploadAction DownloadOutcome DownloadAction NodeOutcome FolderOutcome
BackupOutcome Comparison Change ProbeOutcome
Filters Sort Ids OneNode Row Md5s Paths DtypeBackend Engine BoolText QueryOptions Asset SearchContext GroupByTime
Conflicts OnExists SidecarFormat Columns Cookies HttpSession SessionInfo
"""
"""Clients and what they need; what they give; groups; transfers; outcomes; types of arguments."""


def python(code: str, *, folder: str | None = None) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, cwd=folder
    )
    return run.stdout


def test_importing_loads_nothing_heavy():
    """`import amazon_photos` brings in no pandas, no pyarrow, no aiohttp, nor their like."""
    loaded = json.loads(python("import json, sys, amazon_photos; print(json.dumps(sorted(sys.modules)))"))
    assert not [name for name in HEAVY if name in loaded]


@pytest.mark.parametrize("module", ["errors.InvalidInput", "emulator.start(files=1).stop()"])
def test_modules_are_reached_through_the_package(module):
    """Without an import of their own, as in a notebook: ``import amazon_photos as photos``."""
    python(f"import amazon_photos as photos; photos.{module}")


COOKIES = {"session-id": "1", "ubid-main": "2", "at-main": "Atza|3"}
TABLES, NETWORK = {"numpy", "pyarrow"}, {"aiohttp", "asyncio"}
NEEDED = {
    "from amazon_photos import Settings, errors; Settings()": set(),
    "from amazon_photos import F; F.size > 1": set(),
    "import amazon_photos.cli.app": {"click"},
    "from amazon_photos import Catalog; c = Catalog.open('ap.parquet'); len(c), list(c.rows('size:1'))": TABLES,
    f"from amazon_photos import AmazonPhotos; AmazonPhotos({COOKIES}).settings": TABLES | NETWORK,
    f"from amazon_photos import AsyncAmazonPhotos; AsyncAmazonPhotos({COOKIES}).catalog.path": TABLES | NETWORK,
    "from amazon_photos import AmazonPhotos; AmazonPhotos().account()": TABLES | NETWORK,
}
"""What somebody does, and what of the large packages that needs."""
LARGE = ("pandas", "rich", "click", "duckdb", "IPython", "ipywidgets", "matplotlib", "PIL", *TABLES, *NETWORK)


@pytest.fixture(scope="module")
def place(tmp_path_factory, module_service):
    """A folder with a small ap.parquet."""
    from amazon_photos import AmazonPhotos

    folder = tmp_path_factory.mktemp("place")
    path = folder / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as ap:
        ap.refresh()
    return folder


@pytest.mark.parametrize("code", NEEDED)
def test_nothing_large_is_loaded_before_it_is_needed(code, place, module_service):
    """Each step brings in what it works with, and no more: no frame, no pandas; nothing drawn, no rich."""
    begin = f"import json, os, sys; os.environ.update({module_service.environ!r})\n"
    loaded = json.loads(python(f"{begin}{code}\nprint(json.dumps(sorted(sys.modules)))", folder=str(place)))
    assert {name for name in LARGE if name in loaded} <= NEEDED[code]


def test_importing_leaves_the_process_alone(tmp_path):
    """Importing all of it writes no file, configures no logging and patches no event loop (fault 12)."""
    before = "import asyncio, logging; policy = asyncio.get_event_loop_policy(); run = asyncio.run; "
    load = "from amazon_photos import AmazonPhotos, AsyncAmazonPhotos; "
    check = (
        "assert not logging.getLogger().handlers and logging.getLogger().level == logging.WARNING; "
        "assert asyncio.get_event_loop_policy() is policy and asyncio.run is run; "
        "import sys; assert 'uvloop' not in sys.modules and 'nest_asyncio' not in sys.modules"
    )
    python(before + load + check, folder=str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_public_names_are_pinned():
    """The public names are these, each of them loads, and dir() lists them."""
    import amazon_photos

    assert set(PUBLIC.split()) == set(amazon_photos.__all__) == set(dir(amazon_photos))
    for name in amazon_photos.__all__:
        assert getattr(amazon_photos, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = amazon_photos.Nothing


def test_importing_adds_little_to_starting_python():
    """Loading the package executes few modules of its own: what a start-up time is made of, without a clock."""
    code = "import sys; before = set(sys.modules); import amazon_photos; print(len(set(sys.modules) - before))"
    assert statistics.median(int(python(code)) for _ in range(3)) <= 10
