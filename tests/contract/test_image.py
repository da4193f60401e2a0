"""The Dockerfile: what it makes is small, nobody's in particular, and does what docs/backup.md says.

No container runtime is needed: see ``images``.
"""

import json
import os
import re
import select
import shlex
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="Windows has no containers of this kind")

import pty

import pictures
from amazon_photos import AmazonPhotos
from images import ROOT, Image, list_sent, read_dockerfile

INSTRUCTIONS = read_dockerfile(ROOT / "Dockerfile")
LAST = {each.name: each.argument for each in INSTRUCTIONS}
OTHER = 54321
"""A number that no user has."""
needs_root = pytest.mark.skipif(
    os.name != "posix" or os.getuid() != 0 or not shutil.which("setpriv"), reason="only root may become somebody else"
)


@pytest.fixture(scope="module")
def image():
    """The image, built once; others than its maker may enter its folder."""
    pytest.importorskip("hatchling", reason="builds the package: it is of the group dev")
    with tempfile.TemporaryDirectory(prefix="amazon-photos-image-") as folder:
        Path(folder).chmod(0o755)
        made = Image(Path(folder))
        made.build()
        yield made


@pytest.fixture
def container(image, service):
    """The image with an empty volume and three pictures, before a service where nobody has signed in here."""
    for name in ("data", "photos"):
        shutil.rmtree(image.root / name)
    photos = image.root / "photos"
    pictures.write(photos, "2023/IMG_1.JPG", "2023/IMG_2.JPG", "Straße/früh.jpg", start=70)
    subprocess.run(["chmod", "-R", "a-w,a+rX", photos], check=True)
    (image.root / "data").mkdir(mode=0o700)
    os.chown(image.root / "data", image.user, image.user if os.getuid() == 0 else -1)
    yield image
    subprocess.run(["chmod", "-R", "u+w", photos], check=True)


def sign_in(container, service, **how):
    cookies = "; ".join(f"{name}={value}" for name, value in service.cookies.items())
    return container.run(["login", "--from", "-"], given=cookies, AMAZON_PHOTOS_ENDPOINT=service.url, **how)


def read_until(terminal, text):
    seen = ""
    while text not in seen:
        assert select.select([terminal], [], [], 60)[0], seen
        seen += os.read(terminal, 4096).decode()
    return seen


def stored(service, tmp_path):
    with AmazonPhotos(service.cookies, endpoint=service.url, catalog=tmp_path / "x.parquet", progress=False) as ap:
        return sorted(ap.nodes("kind:FILE").name)


def test_the_default_command_is_a_backup(container, service, tmp_path):
    """Signed in inside, it puts what is at /photos into the library; a second run has nothing to do."""
    signed_in = sign_in(container, service)
    assert signed_in.returncode == 0, signed_in.stderr
    for counts in ({"uploaded": 3}, {"exists": 3}):
        done = container.run(AMAZON_PHOTOS_ENDPOINT=service.url)
        assert done.returncode == 0, done.stderr
        summary = json.loads((container.root / "data" / "upload.jsonl").read_text("utf-8").splitlines()[-1])
        assert (summary["summary"], summary["counts"]) == (True, counts)
    assert stored(service, tmp_path) == ["IMG_1.JPG", "IMG_2.JPG", "früh.jpg"]
    assert container.run(["backed-up", "/photos"], AMAZON_PHOTOS_ENDPOINT=service.url).returncode == 0


def test_before_anybody_has_signed_in_it_says_how(container, service):
    """The default command ends with 4, and names the command."""
    done = container.run(AMAZON_PHOTOS_ENDPOINT=service.url)
    assert done.returncode == 4
    assert "amazon-photos login" in done.stderr


def test_cookies_are_pasted_inside(container, service):
    """``docker run -it … login --from paste``: a prompt that shows nothing."""
    ours, theirs = pty.openpty()
    words = container.start(["login", "--from", "paste"], AMAZON_PHOTOS_ENDPOINT=service.url)
    with subprocess.Popen(words, cwd=container.root / "data", stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        seen = read_until(ours, "Paste")
        os.write(ours, "; ".join(f"{name}={value}" for name, value in service.cookies.items()).encode() + b"\n\n")
        seen += read_until(ours, "signed in")
        assert process.wait(60) == 0
    os.close(ours)
    assert not [value for value in service.cookies.values() if value in seen]
    assert container.run(["whoami"]).returncode == 0


def test_all_that_is_kept_lies_in_the_volume(container, service):
    """Private, and of its user; nothing is written anywhere else of the image, which may be read-only."""
    before = {path for path in container.root.rglob("*") if "data" not in path.relative_to(container.root).parts[:1]}
    assert sign_in(container, service).returncode == 0
    assert container.run(["refresh"], AMAZON_PHOTOS_ENDPOINT=service.url).returncode == 0
    assert container.run(["find", "kind:FOLDER"]).returncode == 0
    after = {path for path in container.root.rglob("*") if "data" not in path.relative_to(container.root).parts[:1]}
    assert after == before
    kept = list((container.root / "data").rglob("*"))
    assert {"session.json", "ap.parquet"} <= {path.name for path in kept}
    session = next(path for path in kept if path.name == "session.json").stat()
    assert (session.st_uid, stat.S_IMODE(session.st_mode)) == (container.user, 0o600)


@needs_root
def test_any_user_may_run_it(container, service):
    """``--user`` with a number that the image does not know, and a volume of that number."""
    os.chown(container.root / "data", OTHER, OTHER)
    assert sign_in(container, service, user=OTHER).returncode == 0
    done = container.run(["whoami", "--json"], user=OTHER)
    assert (done.returncode, json.loads(done.stdout)[0]["kept"]) == (0, "file")


@needs_root
def test_a_volume_of_somebody_elses_is_told(container, service):
    """Docker makes a missing folder as root: then nothing can be kept, and it says where and what to do."""
    os.chown(container.root / "data", 0, 0)
    done = sign_in(container, service)
    assert done.returncode in (1, 4)
    assert "/data" in done.stderr


def test_the_package_in_it_is_whole(image):
    """What lies beside the modules is in the wheel, too, and nothing of the clone is used."""
    inside = image.root / "opt" / "amazon-photos"
    (package,) = inside.glob("lib/python*/site-packages/amazon_photos")
    wanted = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src").rglob("*") if path.is_file()}
    found = {str(path.relative_to(package.parent)) for path in package.rglob("*") if path.is_file()}
    assert {name for name in wanted if "__pycache__" not in name} <= found
    done = image.run(["--version"])
    assert (done.returncode, done.stdout.split()[0]) == (0, "amazon-photos,")


def test_the_dockerfile_keeps_our_rules():
    """Pinned bases of Docker Hub, a number for a user, one volume, commands as lists, and only what is needed."""
    bases = [each.argument.split()[0] for each in INSTRUCTIONS if each.name == "FROM"]
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+[\w.-]*slim[\w.-]*", base) for base in bases)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", LAST["USER"])
    assert [json.loads(each.argument) for each in INSTRUCTIONS if each.name == "VOLUME"] == [["/data"]]
    assert json.loads(LAST["ENTRYPOINT"]) == ["amazon-photos"]
    assert json.loads(LAST["CMD"])[:2] == ["upload", "/photos"]
    assert "AMAZON_PHOTOS_HOME=/data" in LAST["ENV"]
    names = [each.name for each in INSTRUCTIONS]
    assert not {"ADD", "MAINTAINER", "EXPOSE", "ONBUILD"} & set(names)
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")
    for each in INSTRUCTIONS:
        assert not re.search(r"://|\bsudo\b|\blatest\b|(?i:token|password|secret)", each.argument), each
        if each.name == "RUN":
            assert "|" not in each.argument.replace("||", ""), "a pipe hides that its first part failed"
            assert "pip install" not in each.argument or {"--no-cache-dir", "-c"} <= set(shlex.split(each.argument))


def test_only_what_is_needed_is_sent_to_the_builder():
    """Neither the history nor a virtual environment, nor a session that lies beside."""
    copied = {word for each in INSTRUCTIONS if each.name == "COPY" and "--from" not in each.argument
              for word in each.argument.split()[:-1]}  # fmt: skip
    assert list_sent(ROOT) == copied
