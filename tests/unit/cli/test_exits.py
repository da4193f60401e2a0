"""Exit codes mean what they meant yesterday: scripts are written against them."""

import sys

import click
import pytest

from amazon_photos import errors
from amazon_photos.cli import app as program
from amazon_photos.cli.exits import Exit, exit_code
from amazon_photos.cli.invocation import Invocation

CODES = {
    Exit.USAGE: "InvalidInput FilterError UnknownWord UnknownMarketplace WrongCall FilterRejected",
    Exit.REFUSED: "TooManyDeletions",
    Exit.SIGN_IN: """
        CredentialsError SessionExpired NotSignedIn WrongProfile KeyringFailed CookieCommandFailed BrowserUnreadable
        WrongAddress SignInRefused
    """,
    Exit.REFUSED: "TooManyDeletions",
    Exit.UNAVAILABLE: "RateLimited Unavailable RenewalFailed NetworkError ConnectionFailed TimedOut RunInProgress",
    Exit.FAILED: """
        AmazonPhotosError ServiceError BadRequest Forbidden AccountNotFound QuotaExceeded NotFound Conflict
        RangeNotSatisfiable UnexpectedReply PartitioningUnsupported CertificateError ProxyRefused UnknownCursor
        ContentMismatch CatalogError CatalogDamaged NotACatalog CatalogTooNew CatalogForeign CatalogIncomplete
        CatalogLocked LocalFileError DiskFull NotWritable TargetExists FileInUse FileChanged FileExposed
        FolderTaken ClientClosed WrongThread MissingExtra
    """,
}
EXPECTED = {name: code for code, names in CODES.items() for name in names.split()}


def every_error(kind=errors.AmazonPhotosError):
    """The public classes of the tree."""
    below = [each for child in kind.__subclasses__() for each in every_error(child)]
    return below if kind.__name__.startswith("_") else [kind, *below]


def test_the_numbers_are_these():
    """A number never changes its meaning."""
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0,
        "FAILED": 1,
        "USAGE": 2,
        "PARTLY": 3,
        "SIGN_IN": 4,
        "UNAVAILABLE": 5,
        "REFUSED": 6,
        "HUNG_UP": 129,
        "INTERRUPTED": 130,
        "TERMINATED": 143,
    }


def test_every_error_has_its_code():
    """No class of errors.py is left out, and none that is gone is left in."""
    ours = {kind.__name__ for kind in every_error() if kind.__module__ == errors.__name__}
    assert ours == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_error_ends_with_its_code(name):
    """Each kind of error ends the command with the number that the table gives it."""
    assert exit_code(getattr(errors, name)("what happened")) is EXPECTED[name]


ENDS = [
    (click.UsageError("no such option"), Exit.USAGE, Exit.USAGE),
    (click.exceptions.FileError("a.jpg"), Exit.FAILED, Exit.FAILED),
    (KeyboardInterrupt(), Exit.INTERRUPTED, Exit.TERMINATED),
    (EOFError(), Exit.INTERRUPTED, Exit.TERMINATED),
    (click.Abort(), Exit.INTERRUPTED, Exit.TERMINATED),
    (errors.TimedOut("no answer"), Exit.UNAVAILABLE, Exit.TERMINATED),
    (ZeroDivisionError(), Exit.FAILED, Exit.FAILED),
]


@pytest.mark.parametrize(("error", "code", "stopped"), ENDS, ids=lambda one: type(one).__name__)
def test_reports_and_monitors_are_told_the_code_of_the_program(error, code, stopped, monkeypatch, capsys):
    """One place decides: by itself, and where a signal came before."""
    for received, expected in ((None, code), (Exit.TERMINATED, stopped)):
        invocation = Invocation()
        invocation.signals.received = received
        assert invocation.find_code(error) == expected

        @click.command()
        def fails():
            raise error

        monkeypatch.setattr(program, "app", fails)
        monkeypatch.setattr(sys, "argv", ["amazon-photos"])
        assert program._run(invocation) == expected
