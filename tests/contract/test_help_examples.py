"""Every `--help` has three examples, and all of them run: typed into a shell, against a library that fits them.

What an example names is there: folders, albums and files of ``LIBRARY``, people and places of the invented library, the
profile ``family``, and local files. What nobody can know before is put in its place: the id ``HeMReF-…`` is one of a
file of the library (for ``restore`` and ``delete``: of its trash), ``-eMReF-…`` one that begins with a hyphen, the run
``20260501-…`` the last one, and a card reader's folder is one in the home folder.
"""

import json
import os
import re
import shutil
import signal
import subprocess
from contextlib import suppress

import pytest

import installed
import pictures
import terminals
from amazon_photos import AmazonPhotos
from amazon_photos.auth.credentials import Credentials
from amazon_photos.auth.saved_session import make_session
from amazon_photos.cli.app import app
from amazon_photos.cli.syntax.describe import list_examples, walk_commands
from amazon_photos.cli.syntax.table import load_syntax
from command_runs import wait_until
from devices import keep
from left_running import list_processes

LIBRARY = (
    *("Pictures/loose.jpg", "Pictures/best/z.jpg", "Pictures/2019/best/y.jpg", "Pictures/2019/blurred/x.jpg"),
    *(f"Pictures/2019/{name}.jpg" for name in ("a", "beach", "best", "blurred", "IMG_1", "portrait", "receipt")),
    "Pictures/iPhone/i.jpg",
)
TEXTS = ("Documents/notes.txt", "Videos/long.mp4")
ALBUMS = ("Summer", "Summer (2)", "Winter", "Receipts")
AN_ID, A_HYPHEN_ID, A_RUN = "HeMReF-vvJiTTkdPIeWuoP", "-eMReF-vvJiTTkdPIeWuoP", "20260501-100000-123456-3f2a"
ABSENT = {"albums create": "Summer"}
"""Albums that are not there before what creates them."""
CONFIG = 'bwlimit = "1G"\n[profiles.family]\ntld = "com"\n[cli.find]\noutput = "jsonl"\n'
LOCAL = ("config", "login", "logout")
"""Commands that change what is kept on this machine."""
NO = {
    'eval "$(amazon-photos emulator --stop': 1,  # each example has a shell of its own: none runs there
    "amazon-photos backed-up": 1,  # not all of it is there
    "amazon-photos check": 1,
    "amazon-photos people set-picture Ada /": 1,  # she is not on it
    "amazon-photos people merge Ada Grace --name": 6,  # nothing parts them again, and nobody can be asked
}
"""What may answer no, and with which code."""
BUSY = "did not answer within"
"""What the doctor says of a host after two seconds: here it may be a machine that has too much to do."""


class World:
    """A library, somebody who is signed in to it, and a home folder."""

    def __init__(self, service, folder, bin_folder):
        self.service, self.folder = service, folder
        self.home = folder / "user"
        quickly = {"AMAZON_PHOTOS_CLI_PROBE_PAUSE": "0"}  # an owner waits a second before each request
        environ = terminals.clean_environ(folder, AMAZON_PHOTOS_ENDPOINT=service.url, **quickly)
        self.environ = environ | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
        self.used = self.used_here = True

    def restore(self):
        """Put back what was kept on this machine."""
        for name in ("user", "kept"):
            shutil.rmtree(self.folder / name)
            shutil.copytree(self.folder / "as-built" / name, self.folder / name)
        self.used_here = False

    def build(self, absent):
        """Make all anew."""
        for each in (self.home, self.folder / "kept", self.folder / "source", self.folder / "as-built"):
            shutil.rmtree(each, ignore_errors=True)
        (self.folder / "kept").mkdir()
        self.service.reset(files=150)
        self._write_files()
        for name in ("default", "family"):
            keep(make_session(Credentials.load(self.service.cookies), "pasted"), name, self.folder / "kept")
        catalog = self.folder / "kept" / "profiles" / "default" / "ap.parquet"
        with AmazonPhotos(self.service.cookies, endpoint=self.service.url, catalog=catalog, progress=False) as ap:
            for each in (self.folder / "source").iterdir():
                ap.upload(each)
            photos = list(ap.photos(limit=9, save=False).id)
            for name in ALBUMS:
                if name != absent:
                    ap.albums.create(name, node_ids=photos)
            ap.trash(photos[6:])
            ap.favorite(photos[0])
            ap.refresh(relations=True)
            self.ids = list(ap.nodes("kind:FILE", limit=50).id)
            self.trashed = photos[6]
            self.run = ap.history.list().run.iloc[0]
            self.album = ap.albums.get("Winter").id if absent != "Winter" else ""
            known = ap.people.list()
            self.person = known.id[known.name == "Grace"].iloc[0]
        shutil.copytree(catalog.parent, self.folder / "kept" / "profiles" / "family", dirs_exist_ok=True)
        for name in ("user", "kept"):
            shutil.copytree(self.folder / name, self.folder / "as-built" / name)
        self.service.requests.clear()
        self.used = self.used_here = False

    def _write_files(self):
        for name in TEXTS:
            path = self.folder / "source" / name
            path.parent.mkdir(parents=True)
            path.write_bytes(name.encode() * 100)
        pictures.write(self.folder / "source", *LIBRARY, start=100)
        pictures.write(self.home / "Pictures", "one.jpg", "two.jpg", start=200)
        pictures.write(self.folder / "source", "Backup/Pictures/one.jpg", start=200)
        pictures.write(self.home / "card" / "DCIM", "DSC1.JPG", start=300)
        pictures.write(self.home, "a.jpg", "b.jpg", start=400)
        (self.home / "notes").mkdir()
        (self.folder / "kept" / "config.toml").write_text(CONFIG, "utf-8")
        (self.home / "cookies.txt").write_text("; ".join(f"{n}={v}" for n, v in self.service.cookies.items()))
        for each in (".zfunc", ".config/fish/completions", ".local/share/bash-completion/completions"):
            (self.home / each).mkdir(parents=True)

    def fit(self, path, example):
        """Put what is there in the place of what stands for it."""
        of_command = {"restore": self.trashed, "delete": self.trashed}
        of_command |= {"albums rename": self.album, "albums delete": self.album}
        of_command |= {"people rename": self.person, "people merge": self.person}
        node = of_command.get(path, self.ids[0])
        hyphen = next((one for one in self.ids if one.startswith("-")), node)
        fitting = {AN_ID: node, A_HYPHEN_ID: hyphen, A_RUN: self.run, "/media/card": f"{self.home}/card"}
        return re.sub("|".join(map(re.escape, fitting)), lambda found: fitting[found[0]], example)

    def call(self, line):
        """Type a line into a shell; give its code, and what it printed."""
        script = f"{line}\necho $? >&3\n"
        read, write = os.pipe()
        with os.fdopen(read) as codes:
            done = subprocess.run(
                ["bash", "-c", f"set -o pipefail; exec 3>&{write}; {script}"],
                env=self.environ,
                cwd=self.home,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                pass_fds=(write,),
                timeout=120,
                check=False,
            )
            os.close(write)
            return int(codes.read()), done.stdout[-2000:] + done.stderr

    def end_processes(self):
        """End what examples left in the background, and wait until it has ended."""
        for process in list_processes(self.home):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        wait_until(lambda: not list_processes(self.home))


@pytest.fixture(scope="module")
def world(module_service, tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    with installed.program(folder) as bin_folder:
        if shutil.which("exiftool") is None:
            (bin_folder / "exiftool").write_text("#!/bin/sh\ncat > /dev/null\n")
            (bin_folder / "exiftool").chmod(0o755)
        built = World(module_service, folder, bin_folder)
        try:
            yield built
        finally:
            built.end_processes()


PATHS = list(load_syntax()["commands"])


@pytest.mark.parametrize("path", PATHS)
def test_every_example_runs(world, path):
    """As it stands there, with pipes and quotes; what answers no may do so."""
    commands = dict(walk_commands(app, path.split()[0]))
    examples = list_examples(commands[path])
    assert len(examples) == 3, f"{path} --help has {len(examples)} examples"
    for example in examples:
        if world.used or path in ABSENT:
            world.build(ABSENT.get(path))
        elif world.used_here:
            world.restore()
        code, said = world.call(world.fit(path, example))
        if BUSY in said:
            code, said = world.call(world.fit(path, example))
        world.used_here = path.split()[0] in LOCAL
        world.used = path in ABSENT or any(each.method not in ("GET", "HEAD") for each in world.service.requests)
        may = {0, *(no for begins, no in NO.items() if example.startswith(begins))}
        assert code in may, f"{example}: {code}\n{said}"
        assert "Traceback" not in said
        assert json.dumps(said).count("a mistake of this program") == 0


def test_examples_call_the_program():
    """Each says how it is called."""
    for path, command in walk_commands(app):
        assert all("amazon-photos " in example for example in list_examples(command)), path
