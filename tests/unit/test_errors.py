"""The error tree."""

import inspect
import pickle

import pytest

from amazon_photos import errors


def every_error():
    return [
        value
        for name, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, errors.AmazonPhotosError) and not name.startswith("_")
    ]


def test_the_tree_in_the_docstring_names_every_error():
    """Who reads the docstring has seen them all."""
    drawn = errors.__doc__ or ""
    assert not [e.__name__ for e in every_error() if e.__name__ not in drawn]


def test_only_passing_faults_are_retryable():
    """Trying again helps against throttling, failing hosts and broken bytes, and never against a lost session."""
    retryable = {e.__name__ for e in every_error() if e.retryable}
    assert retryable == {
        "RateLimited",
        "Unavailable",
        "RenewalFailed",
        "NetworkError",
        "ConnectionFailed",
        "TimedOut",
        "ContentMismatch",
    }


def test_what_was_certainly_not_carried_out():
    """After a 429, and where the session has to be renewed first, even an upload may be sent again; after everything
    else it may have happened, or never will."""
    assert {e.__name__ for e in every_error() if e.not_carried_out} == {"RateLimited", "RenewalFailed"}


def test_too_fast_and_unavailable_are_two_things():
    """Neither is caught as the other; both say when to come back, and have the usual status if none is told."""
    fast, down = errors.RateLimited("x", retry_after=2.0), errors.Unavailable("x", retry_after=3.0)
    assert not isinstance(fast, errors.Unavailable)
    assert not isinstance(down, errors.RateLimited)
    assert (fast.retry_after, fast.status, down.retry_after, down.status) == (2.0, 429, 3.0, 503)


def test_what_amazon_refused_was_sent():
    """``InvalidInput`` promises that nothing was sent; a filter that Amazon refused is a bad request."""
    assert not issubclass(errors.FilterRejected, errors.InvalidInput)
    assert issubclass(errors.FilterRejected, errors.BadRequest)


def test_a_filter_error_points_at_the_fault():
    """The caret stands under the offending character, also in a long filter."""
    text = "type:(PHOTOS) AND " * 10 + "typ:(x)"
    lines = str(errors.FilterError("unknown word", text=text, position=180, hint="did you mean type?")).split("\n")
    assert lines[1][lines[2].index("^") :].startswith("typ:(x)")
    assert lines[-1] == "did you mean type?"


@pytest.mark.parametrize(
    "evil",
    [
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x9b31m",
        "\r",
        "\x08\x08",
        "\u202egpj.exe",
        "\u2066x\u2069",
        "\u2028",
        "\udcff",
        "\t",
    ],
)
@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_no_error_steers_a_terminal(kind, evil):
    """A server's words and files' names are shown without what moves the cursor, colours or turns text (fault D7)."""
    error = kind(f"cannot read a{evil}b.jpg\nlook again")
    shown = str(error)
    assert shown.split("\n")[1:] == ["look again"]
    assert all(c.isprintable() for line in shown.split("\n") for c in line)
    assert shown.startswith("cannot read a")
    assert str(pickle.loads(pickle.dumps(error))) == shown
    error.add_note("noted")


def test_names_are_shown_as_they_are():
    """Accents, wide letters, emoji and the narrow space of screenshots stay."""
    for name in ("Ünï.jpg", "写真.jpg", "\U0001f600.jpg", "e\u0301.jpg", "at 1.23.45\u202fPM.png", "a\u00a0b"):
        assert str(errors.LocalFileError(name)) == name
