"""The error tree."""

import inspect

from amazon_photos import errors


def every_error():
    return [
        value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, errors.AmazonPhotosError)
    ]


def test_the_tree_in_the_docstring_names_every_error():
    """Who reads the docstring has seen them all."""
    drawn = errors.__doc__ or ""
    assert not [e.__name__ for e in every_error() if e.__name__ not in drawn]


def test_only_passing_faults_are_retryable():
    """Trying again helps against throttling, failing hosts and broken bytes, and never against a lost session."""
    retryable = {e.__name__ for e in every_error() if e.retryable}
    assert retryable == {"Throttled", "Unavailable", "NetworkError", "ConnectionFailed", "TimedOut", "ContentMismatch"}


def test_a_filter_error_points_at_the_fault():
    """The caret stands under the offending character, also in a long filter."""
    text = "type:(PHOTOS) AND " * 10 + "typ:(x)"
    lines = str(errors.FilterError("unknown word", text=text, position=180, hint="did you mean type?")).split("\n")
    assert lines[1][lines[2].index("^") :].startswith("typ:(x)")
    assert lines[-1] == "did you mean type?"
