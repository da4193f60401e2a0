"""``amazon-photos login`` and ``logout`` by cookies: as real commands, at a real terminal and without one."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="Windows has no terminals of this kind")

import terminals
from amazon_photos.emulator import running
from firefox_files import CONTAINERS, FirefoxHome


@pytest.fixture
def home(service, tmp_path):
    """A machine where nobody has signed in; its environment."""
    (tmp_path / "user").mkdir()
    return terminals.clean_environ(tmp_path, AMAZON_PHOTOS_ENDPOINT=service.url)


@pytest.fixture
def header(service):
    """The account's cookies, as a header has them."""
    return "; ".join(f"{name}={value}" for name, value in service.cookies.items())


@pytest.fixture
def terminal(home):
    """Starts commands at terminals, and ends those that a test has left."""
    with terminals.starting(home) as start:
        yield start


def test_standard_input_signs_in(home, header):
    """``--from -`` asks nothing, keeps the session under the default name, and knows whose it is."""
    done = terminals.run(["login", "--from", "-"], home, given=header)
    assert (done.returncode, done.stdout) == (0, "")
    assert "profile 'default', amazon.com" in done.stderr
    told = terminals.whoami(home)
    assert (told["profile"], told["way"], told["renewable"]) == ("default", "pasted", False)
    assert re.fullmatch(r"[0-9a-f]{16}", told["account"])


def test_a_file_signs_in(home, header, tmp_path):
    """``--from FILE`` reads what a browser extension exported, under another name too."""
    (tmp_path / "cookies.txt").write_text(header)
    done = terminals.run(["login", "--profile", "family", "--from", str(tmp_path / "cookies.txt")], home)
    assert done.returncode == 0
    assert terminals.whoami(home) is None
    assert terminals.whoami(home, "--profile", "family")["profile"] == "family"


def test_a_command_signs_in(home, header, tmp_path):
    """``--command`` is run without a shell, and the session can be renewed by it."""
    (tmp_path / "cookies").write_text(header)
    shown = shlex.join([sys.executable, "-c", f"print(open({str(tmp_path / 'cookies')!r}).read())"])
    assert terminals.run(["login", "--command", shown], home).returncode == 0
    told = terminals.whoami(home)
    assert (told["way"], told["renewable"]) == ("command", True)


def test_pasted_cookies_are_shown_nowhere(terminal, home, header):
    """The prompt takes more than a terminal's line holds, in many lines, and shows none of it."""
    start = terminal("login")
    start.expect("Number")
    start.type("1\n")
    start.expect("nothing is shown")
    start.type(f"{header}; other={'x' * 9000}\n\n")
    assert start.end() == 0
    assert "xxxx" not in start.seen
    assert not [value for value in header.split("; ") if value.partition("=")[2] in start.seen]
    assert terminals.whoami(home)["way"] == "pasted"


def test_blank_lines_are_a_part_of_what_is_pasted(terminal, home, service):
    """A cookies.txt, which has them, is read to its end."""
    rows = [f".amazon.com\tTRUE\t/\tTRUE\t0\t{name}\t{value}" for name, value in service.cookies.items()]
    start = terminal("login", "--from", "paste")
    start.expect("nothing is shown")
    start.type("\n".join(["# Netscape HTTP Cookie File", "", *rows]) + "\n\n")
    assert start.end() == 0
    assert terminals.whoami(home)


def test_nothing_is_asked_without_a_terminal(home):
    """Code 2, at once, with the commands that ask nothing."""
    for arguments in (["login"], ["login", "--from", "paste"], ["login", "--register"]):
        done = terminals.run(arguments, home)
        assert (done.returncode, done.stdout) == (2, "")
        assert "no terminal" in done.stderr
        assert "amazon-photos login" in done.stderr


def test_half_a_sign_in_is_named(home):
    """What is missing among the cookies, with code 4; nothing is kept."""
    done = terminals.run(["login", "--from", "-"], home, given="session-id=123-1234567-1234567; at-main=Atza|x")
    assert done.returncode == 4
    assert "ubid-main" in done.stderr
    assert terminals.whoami(home) is None


def test_cookies_that_sign_nobody_in_are_not_kept(home, header, service):
    """Amazon is asked before anything is kept: 4, and nobody is signed in."""
    done = terminals.run(["login", "--from", "-"], home, given=header.replace("Atza|", "Atza|x"))
    assert done.returncode == 4
    assert terminals.whoami(home) is None


def test_another_account_is_refused(home, header):
    """The profile of one account takes the session of no other; it keeps its own, and the way out is named."""
    assert terminals.run(["login", "--from", "-"], home, given=header).returncode == 0
    before = terminals.whoami(home)
    with running() as other:
        other.reset(files=1, seed=7)
        cookies = "; ".join(f"{name}={value}" for name, value in other.cookies.items())
        done = terminals.run(["login", "--from", "-", "--endpoint", other.url], home, given=cookies)
        assert done.returncode == 4
        assert "--profile" in done.stderr
        assert "logout" in done.stderr
    assert terminals.whoami(home) == before


def test_another_marketplace_is_refused(home, header):
    """So is the session of another marketplace."""
    assert terminals.run(["login", "--from", "-"], home, given=header).returncode == 0
    with running() as other:
        other.set(region="acbde")
        cookies = "; ".join(f"{name}={value}" for name, value in other.cookies.items())
        done = terminals.run(["login", "--from", "-", "--endpoint", other.url], home, given=cookies)
    assert (done.returncode, "amazon.de" in done.stderr) == (4, True)


def test_logout_forgets(home, header, tmp_path):
    """Nothing of the session stays; a second time does no harm."""
    terminals.run(["login", "--from", "-"], home, given=header)
    assert terminals.run(["logout"], home).returncode == 0
    assert terminals.whoami(home) is None
    left = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert [(path.name, path.stat().st_size) for path in left] == [("session.lock", 0)]
    again = terminals.run(["logout"], home)
    assert (again.returncode, "nobody is signed in" in again.stderr) == (0, True)


def test_what_signs_instead_is_told(home, header, service):
    """Who has cookies in the environment too is told that those are used."""
    more = {name.replace("-", "_"): value for name, value in service.cookies.items()}
    done = terminals.run(["login", "--from", "-"], home | more, given=header)
    assert "before this session another one is used" in done.stderr
    assert terminals.run(["login", "--from", "-"], home, given=header).stderr.count("another one") == 0


def test_a_profile_signs_other_commands(home, header, service):
    """``probe --profile`` asks with its session."""
    service.reset(files=300)
    terminals.run(["login", "--profile", "family", "--from", "-"], home, given=header)
    assert terminals.run(["probe", "--pause", "0", "--profile", "family"], home).returncode == 0
    assert terminals.run(["probe", "--pause", "0"], home).returncode == 4


@pytest.mark.skipif(sys.platform != "linux", reason="the folders are those of Linux")
def test_a_browser_signs_in(home, service, terminal):
    """Firefox: its one sign-in without a question; of several one is chosen, by number or by name."""
    firefox = FirefoxHome(Path(home["HOME"]))
    profile = firefox.profile()
    firefox.put(profile, service.cookies)
    assert terminals.run(["login", "--from", "firefox"], home).returncode == 0
    assert terminals.whoami(home)["way"] == "browser"
    (profile / "containers.json").write_text(json.dumps(CONTAINERS))
    firefox.put(profile, service.cookies, "^userContextId=4")
    firefox.put(profile, {"session-id": "1"}, "^userContextId=1")  # nobody is signed in there
    refused = terminals.run(["login", "--profile", "b", "--from", "firefox"], home)
    assert refused.returncode == 2
    named = re.findall(r"--from '(.+)'", refused.stderr)
    assert named == ["firefox:default-release", "firefox:default-release::Grandma"]
    for number, place in enumerate(named):  # each of the commands that were offered works
        assert terminals.run(["login", "--profile", f"b{number}", "--from", place], home).returncode == 0
    elsewhere = terminals.run(["login", "--profile", "b", "--from", "firefox", "--tld", "ca"], home)
    assert "nobody is signed in to amazon.ca" in elsewhere.stderr
    start = terminal("login", "--profile", "c")
    assert "2 Firefox, profile default-release, container Grandma (amazon.com) 3 paste" in start.expect("Number [1]:")
    start.type("2\n")
    assert start.end() == 0
    assert terminals.whoami(home, "--profile", "c")["way"] == "browser"


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("firefox", "there is no firefox here"),
        ("nowhere.txt", "there is no file 'nowhere.txt'"),
        ("command", "there is no command"),
    ],
)
def test_what_is_not_there_is_told(home, where, told):
    """No browser, no file, no command: each with a code for it, and nothing is kept."""
    done = terminals.run(["login", "--from", where], home)
    assert (done.returncode in (2, 4), told in done.stderr) == (True, True), done.stderr
    assert terminals.whoami(home) is None


def test_a_copied_request_signs_in(home, service):
    """What the developer tools give by "Copy as cURL", as it is."""
    pairs = "; ".join(f"{name}={value}" for name, value in service.cookies.items())
    text = f"curl 'https://www.amazon.com/photos/all' \\\n  -H 'accept: */*' \\\n  -b 'i18n=en; {pairs}' --compressed\n"
    assert terminals.run(["login", "--from", "-"], home, given=text).returncode == 0


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has a folder that takes nothing from root")
def test_a_folder_that_takes_nothing_is_told(home, header):
    """Where nothing can be written: code 1, which folder that is, and which variable names another one."""
    done = terminals.run(["login", "--from", "-"], home | {"AMAZON_PHOTOS_HOME": "/proc/photos"}, given=header)
    assert (done.returncode, "cannot make the folder /proc/photos" in done.stderr) == (1, True)
    assert "AMAZON_PHOTOS_HOME" in done.stderr


def test_a_misspelled_place_is_named_with_those_that_there_are(home):
    """Neither a file nor a browser: it says so by the name that was given, and what else can stand there."""
    done = terminals.run(["login", "--from", "fierfox"], home)
    assert done.returncode == 2
    assert "no file 'fierfox'" in done.stderr
    assert "firefox, " in done.stderr


def test_cookies_on_the_command_line_are_refused_unread(home, header):
    """Others see what stands there; the refusal says how else, and repeats none of it."""
    done = terminals.run(["login", "--from", header], home)
    assert done.returncode == 2
    assert "--from -" in done.stderr
    assert not [value for value in re.findall(r"=([^;]+)", header) if value in done.stderr]
    assert terminals.whoami(home) is None


def test_standard_input_that_was_closed(home):
    """It holds no cookies, which is said like that: 4."""
    command = f"exec {shlex.join([sys.executable, '-c', terminals.MAIN, 'login', '--from', '-'])} <&-"
    done = subprocess.run(["sh", "-c", command], env=home, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (4, False)
    assert "no cookies of Amazon's in standard input" in done.stderr
