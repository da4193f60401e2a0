"""The first evening with amazon-photos, from an empty home folder to a backup every night: ``make demo`` runs it.

What stands behind a ``$`` is what you would type, and below it is what it prints. The Amazon Photos in it is an
emulator on this machine, the person who signs in at its pages is this script, and the home folder is a temporary one.
Nothing of yours is read, nothing leaves this machine, and nothing is left behind. For Linux and macOS, whose terminals
it needs.

From a clone: ``pip install '.[emulator]'``, then ``python examples/first_evening.py``.
"""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from amazon_photos.cli.demo import pictures as demo_pictures
from amazon_photos.emulator import running

PACKAGING = Path(__file__).resolve().parents[1] / "packaging"


def spend_evening(home: Home, account: dict[str, str]) -> None:
    """All of it. ``account`` is what a person knows: name, password, and the digits that a telephone shows."""
    say("1  It is installed (`make` has made a virtual environment, and put the command into it).")
    home.run("amazon-photos --version")

    say("2  Sign in. This way lasts for months, and says first what it is; cookies of a browser last a day or two.")
    home.sign_in("amazon-photos login --register --store file --tld com --no-open", account)
    home.run("amazon-photos whoami --json")

    say("3  Back up the pictures: first what would be done, then do it. A second time there is nothing to do.")
    home.run("amazon-photos upload ~/Pictures --to Backup --dry-run --columns action,path,size")
    home.run("amazon-photos upload ~/Pictures --to Backup")
    home.run("amazon-photos upload ~/Pictures --to Backup")

    say("4  Look for some. Nothing is asked of Amazon by that: the catalogue of the library lies here.")
    home.run("amazon-photos refresh --quiet > /dev/null")
    home.run("amazon-photos ls /Backup/Pictures")
    home.run('amazon-photos find "timeYear:2023" --sort name --columns name,taken,size')

    say("5  An album of what was found: commands read what commands print.")
    home.run('amazon-photos albums create "A good year"')
    home.run(
        'amazon-photos find "timeYear:2023" -o ids | amazon-photos albums add "A good year" - --columns outcome,id'
    )

    say("6  A mistake: a folder goes into the trash. The history knows how it is taken back.")
    home.run("amazon-photos trash /Backup/Pictures/Scans")
    home.run("amazon-photos backed-up ~/Pictures --columns outcome,path", code=1)
    latest = json.loads(home.read("amazon-photos history --json"))[0]["run"]
    home.run(f"amazon-photos undo {latest}")

    say("7  May the card be wiped? Only if every file that is here is there, by content.")
    home.run("amazon-photos backed-up ~/Pictures")

    say("8  From now on by itself, every night: docs/backup.md says what each of these lines is.")
    home.run("mkdir -p ~/.config/systemd/user")
    home.run("cp packaging/systemd/*.service packaging/systemd/*.timer ~/.config/systemd/user/")
    home.run("cp packaging/amazon-photos-failed ~/.local/bin/")
    if shutil.which("systemd-analyze"):
        home.run("cd ~/.config/systemd/user && systemd-analyze --user verify ./amazon-photos-backup.timer && echo fine")
    home.run("ls ~/.config/systemd/user")
    say("   (systemctl --user enable --now amazon-photos-backup.timer would switch it on. This is what it starts:)")
    home.run("amazon-photos upload ~/Pictures --to Backup --quiet --report ~/.local/state/amazon-photos/upload.jsonl")
    home.run("tail -n 1 ~/.local/state/amazon-photos/upload.jsonl")

    say("9  Good night. Signing out takes this device off the account.")
    home.run("amazon-photos logout")


class Home:
    """A home folder in which commands are run as its owner would type them."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder = folder
        programs, settings = folder / ".local" / "bin", folder / ".config" / "amazon-photos"
        for needed in (programs, settings):
            needed.mkdir(parents=True)
        command = programs / "amazon-photos"
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m amazon_photos "$@"\n', "utf-8")
        command.chmod(0o755)
        (folder / "packaging").symlink_to(PACKAGING)  # as in a clone, where these lines are typed
        # Where an account of your own needs nothing, an emulator has to be named.
        (settings / "config.toml").write_text(f'endpoint = "{endpoint}"\n', "utf-8")
        kept = {name: os.environ[name] for name in ("TERM", "LANG", "COLUMNS", "NO_COLOR") if name in os.environ}
        path = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        # systemd-analyze and the keyring want to know where a session of the desktop would be.
        self.environ = kept | {"HOME": str(folder), "PATH": path, "XDG_RUNTIME_DIR": str(folder)}

    def run(self, line: str, *, code: int = 0) -> None:
        """Run a line, and go on only if it ends as it should."""
        say(f"$ {line}", bold=False)
        done = subprocess.run(["/bin/sh", "-c", line], env=self.environ, cwd=self.folder, stdin=subprocess.DEVNULL)
        self._check(line, done.returncode, code)

    def read(self, line: str) -> str:
        """Run a line whose output is for us."""
        done = subprocess.run(
            ["/bin/sh", "-c", line], env=self.environ, cwd=self.folder, stdout=subprocess.PIPE, text=True
        )
        self._check(line, done.returncode, 0)
        return done.stdout

    def sign_in(self, line: str, account: dict[str, str]) -> None:
        """Run ``login`` at a terminal, with somebody before it who reads, answers, and has a browser."""
        say(f"$ {line}", bold=False)
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            shlex.split(line), env=self.environ, cwd=self.folder, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        read_until(ours, "Register this device? [y/N]: ")
        os.write(ours, b"y\n")
        seen = read_until(ours, "then press Enter: ")
        print("\n   (a browser: name and password, six digits, and a page that cannot be found)", flush=True)
        os.write(ours, browse(re.search(r"https?://\S+", seen)[0], account).encode() + b"\n")  # type: ignore[index]
        read_until(ours, None)
        os.close(ours)
        self._check(line, process.wait(), 0)

    @staticmethod
    def _check(line: str, code: int, expected: int) -> None:
        if code != expected:
            sys.exit(f"first_evening: {line!r} ended with {code}, and not with {expected}")


def read_until(terminal: int, text: str | None) -> str:
    """Read what a command says at its terminal until it has said ``text``, or to its end; it is shown, too."""
    seen = ""
    while text is None or text not in seen:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side is gone
            piece = b""
        if not piece:
            if text is not None:
                sys.exit(f"first_evening: {text!r} never came")
            break
        shown = re.sub(r"\r(?=\n)|\x1b\[[0-9;]*[A-Za-z]", "", piece.decode("utf-8", "replace"))
        print(shown, end="", flush=True)
        seen += shown
    return seen


def browse(address: str, account: dict[str, str]) -> str:
    """Do what a person does in a browser: fill in form after form; return the address of the page without one."""
    page = open_page(address)
    while (form := Form(page[1])).action:
        page = open_page(urllib.parse.urljoin(page[0], form.action), form.fill(account))
    return page[0]


def open_page(address: str, fields: bytes | None = None) -> tuple[str, str]:
    """Open a page; return where one ends up, and its text. The last page of a sign-in cannot be found, as at Amazon."""
    try:
        with urllib.request.urlopen(address, fields, timeout=30) as page:
            return page.url, page.read().decode()
    except urllib.error.HTTPError as page:
        with page:
            return str(page.url), page.read().decode()


class Form(HTMLParser):
    """The form of a page, and its fields: by name, what kind each is and what it holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.fields = "", dict[str, tuple[str, str]]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.action = found["action"]
        elif tag == "input":
            self.fields[found["name"]] = (found.get("type", "text"), found.get("value", ""))

    def fill(self, account: dict[str, str]) -> bytes:
        """Fill it in: what is hidden stays, a field for a code gets the digits."""
        known = {"email": account["name"], "password": account["password"], "text": account["digits"]}
        filled = {name: held if kind == "hidden" else known[kind] for name, (kind, held) in self.fields.items()}
        return urllib.parse.urlencode(filled).encode()


def say(text: str, *, bold: bool = True) -> None:
    """Say what comes next."""
    print(f"\n\x1b[1m{text}\x1b[0m" if bold and sys.stdout.isatty() else f"\n{text}", flush=True)


def main() -> None:
    """Spend the evening in a folder that is gone in the end."""
    with tempfile.TemporaryDirectory(prefix="amazon-photos-evening-") as folder, running() as service:
        home = Home(Path(folder), service.url)
        demo_pictures.draw(home.folder / "Pictures")
        spend_evening(home, service.sign_in.account)
        say(f"That was the evening. The account lists {len(service.sign_in.devices())} devices, as before.")


if __name__ == "__main__":
    main()
