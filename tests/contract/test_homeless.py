"""Containers and services run as users that the system's list does not know: without a home folder all works."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest


def script(url, cookies):
    return f"""\
import os, sys
from pathlib import Path

HOME, NEW_HOME, USER = sys.argv[1:]

def use(folder):
    os.chdir(folder)
    from amazon_photos import AmazonPhotos, errors
    with AmazonPhotos({cookies!r}, endpoint={url!r}, progress=False) as ap:
        Path("Card").mkdir()
        Path(f"Card/{{folder}}.txt").write_text(folder)
        sent = ap.upload("Card")
        assert sent.outcome.to_list() == ["uploaded"], sent.to_string()
        assert ap.upload("Card").outcome.to_list() == ["exists"]
        assert ap.backed_up("Card").backed_up.all(), ap.backed_up("Card")
        compared = ap.check("Card", of="Card")
        assert "same" in set(compared.outcome), compared.to_string()
        assert ap.plan_upload("Card").action.to_list() == ["exists"]
        found = ap.find(f"name:{{folder}}.txt")
        assert set(ap.download(found.id[:1], out="out").outcome) == {{"downloaded"}}
        assert ap.sql(f"select count(*) as n from db where name = '{{folder}}.txt'").n[0] == len(found)
        cache = ap.settings.cache_folder
        for path in ("~/x", "~"):
            try:
                ap.download(found, out=path)
            except errors.InvalidInput as error:
                assert "no home folder" in str(error) and "out" in str(error), error
            else:
                assert cache is not None
    from amazon_photos.emulator import running
    from amazon_photos.cli.app import app
    with running() as service:
        pass
    app(["emulator", "--help"], standalone_mode=False)
    return cache

os.environ["HOME"] = HOME
assert use("before") == Path(HOME) / ".cache" / "amazon-photos"  # brings in all there is to import
if NEW_HOME == "unset":
    del os.environ["HOME"]
else:
    os.environ["HOME"] = NEW_HOME
os.chdir("..")
os.setuid(int(USER))
assert use("after") is None
print(sorted(os.listdir("..")), sorted(os.listdir(".")))
"""


@pytest.mark.skipif(not hasattr(os, "setuid") or os.getuid() != 0, reason="only root may become somebody else")
@pytest.mark.parametrize("home", ["unset", pytest.param("", marks=pytest.mark.soak), "relative"])
def test_everything_works_without_a_home_folder(service, home):
    """No config file, no remembered hashes, and all else: for a user nobody knows, HOME unset or empty (fault B6)."""
    with tempfile.TemporaryDirectory() as folder:  # others may not enter tmp_path
        Path(folder).chmod(0o755)
        for name in ("home", "before", "after"):
            Path(folder, name).mkdir()
        os.chown(Path(folder, "after"), 54321, 54321)
        environ = {n: v for n, v in os.environ.items() if not n.startswith(("XDG_", "AMAZON_PHOTOS_"))}
        run = subprocess.run(
            [sys.executable, "-c", script(service.url, service.cookies), f"{folder}/home", home, "54321"],
            capture_output=True, text=True, timeout=300, check=False, cwd=folder, env=environ,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr[-3000:]
        kept = ["Card", "ap.parquet", "ap.parquet.changes", "ap.parquet.lock", "ap.parquet.runs", "out"]
        assert run.stdout.endswith(f"['after', 'before', 'home'] {kept}\n")
