"""A command that gives the cookies: real programs, run in every way that can go wrong."""

import os
import sys
import time
from pathlib import Path

import pytest

import leaks
from amazon_photos.auth.cookie_command import CookieCommand, parse_command, run_command
from amazon_photos.errors import CookieCommandFailed, CredentialsError, InvalidInput

COOKIES = {"session-id": "111-1111111-1111111", "ubid-main": "222-2222222-2222222", "at-main": "Atza|s3cret/value"}
TEXT = "; ".join(f"{name}={value}" for name, value in COOKIES.items())


def python(code: str, timeout: float = 20) -> CookieCommand:
    return CookieCommand((sys.executable, "-S", "-c", code), timeout=timeout)


@pytest.fixture(autouse=True)
def text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the commands print, where it stands in none of them."""
    monkeypatch.setenv("COOKIE_TEXT", TEXT)


def complaint(command: CookieCommand) -> str:
    with pytest.raises(CredentialsError) as caught:
        run_command(command)
    assert not leaks.spelled_in(leaks.everything_of(caught.value, but=__file__), {"at": COOKIES["at-main"]})
    return str(caught.value)


def test_its_output_is_a_session() -> None:
    """What it prints is read as any text with cookies; the session knows how to get them again."""
    command = python("import os; print(os.environ['COOKIE_TEXT'])")
    session = run_command(command)
    assert dict(session.credentials().cookies) == COOKIES
    assert (session.way, session.renewable, session.command, session.shell) == ("command", True, command.words, False)
    assert "print" not in repr(session)


@pytest.mark.skipif(os.name == "nt", reason="the shell is that of Unix")
def test_no_shell_unless_asked(tmp_path: Path) -> None:
    """Pipes, variables and semicolons are words of the command, until a shell is asked for."""
    (tmp_path / "c").write_text(TEXT, "utf-8")
    text = f"cat {tmp_path}/c | cat"
    assert "No such file" in complaint(parse_command(text))
    assert dict(run_command(parse_command(text, shell=True)).credentials().cookies) == COOKIES


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("pass show amazon", ("pass", "show", "amazon")),
        ("op read 'op://a b/c'", ("op", "read", "op://a b/c")),
        (["a", "b c", "$d"], ("a", "b c", "$d")),
    ],
)
def test_words(given: str | list[str], words: tuple[str, ...]) -> None:
    """A text is split as a shell does it, a list taken as it is."""
    assert parse_command(given).words == words


@pytest.mark.parametrize("bad", ["", "  ", [], "a 'b", [""], ["a", 1], 7, "a\0b"])
def test_what_is_no_command(bad: object) -> None:
    """Refused before anything is run, naming the setting."""
    with pytest.raises(InvalidInput, match="cookie_command"):
        parse_command(bad)  # type: ignore[arg-type]


def test_a_program_that_is_not_there() -> None:
    """Its name, and where it was named."""
    said = complaint(parse_command("no-such-program-anywhere show x"))
    assert said.startswith("cannot run no-such-program-anywhere (no such file or directory): see cookie_command")


def test_one_that_fails() -> None:
    """Its exit code and what it said on its standard error; never what it printed, nor a token that it repeats."""
    code = "import os, sys; t = os.environ['COOKIE_TEXT']; print(t); sys.stderr.write('locked: ' + t); sys.exit(3)"
    said = complaint(python(code))
    assert said.endswith("failed (exit code 3): locked: session-id=…; ubid-main=…; at-main=…")


@pytest.mark.parametrize("name", ["at-main", "x_main", "session-token", "sess-at-acbde", "cookie"])
def test_a_cookie_that_it_complains_of(name: str) -> None:
    """It is known by its name, or as a token however that is written."""
    value = "Atza%7Cs3cret" if name == "cookie" else "s3cret"
    assert "s3cret" not in complaint(python(f"import sys; sys.exit('bad line: {name}={value}')"))


def test_one_that_hangs() -> None:
    """It is ended, with what it started, when its time is over; what it said so far is told."""
    code = "import sys, time; sys.stderr.write('waiting for the key'); sys.stderr.flush(); time.sleep(3600)"
    before = time.monotonic()
    assert "did not end within 0.5 seconds: waiting for the key" in complaint(python(code, timeout=0.5))
    assert time.monotonic() - before < 60


@pytest.mark.skipif(os.name == "nt", reason="forks")
def test_one_that_leaves_an_agent_behind() -> None:
    """An agent that holds its output open does not keep the cookies back."""
    code = "import os, time\nprint(os.environ['COOKIE_TEXT'], flush=True)\nif os.fork() == 0: time.sleep(30)"
    assert dict(run_command(python(code)).credentials().cookies) == COOKIES


def test_one_that_never_stops_printing() -> None:
    """It is ended when it has printed more than any cookies are."""
    assert "printed more than 1 MiB" in complaint(python("while True: print('x' * 10000)"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("pass", "printed no cookies"),
        ("print('hello')", "printed no cookies"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", "printed no text"),
        ("print('[{')", "these cookies are no JSON"),
        ("import os; print(os.environ['COOKIE_TEXT'].replace('ubid', 'uid'))", "missing cookie: ubid-main"),
    ],
)
def test_what_it_printed(code: str, said: str) -> None:
    """Nothing, something else, bytes, broken JSON, half a sign-in: told, without a word of it."""
    assert said in complaint(python(code))


def test_it_has_nothing_to_read() -> None:
    """One that asks for input gets its end at once: nobody is prompted."""
    with pytest.raises(CookieCommandFailed, match="EOFError"):
        run_command(python("input()"))
