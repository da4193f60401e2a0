"""JSON that holds what no text may is mended, and nothing else of it changes."""

import json

import pytest

from amazon_photos.model.json_text import mend


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'"a\ud83d"', "a\ufffd"),
        (rb'"\udc00b"', "\ufffdb"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (b'"caf\xe9"', "caf\ufffd"),
        (rb'"\\ud83d \" \n"', '\\ud83d " \n'),
    ],
    ids=["first half", "second half", "whole", "half and whole", "latin", "other escapes"],
)
def test_halves_and_foreign_bytes_are_replaced(body, text):
    """By the replacement character; whole pairs and every other escape stay."""
    assert json.loads(mend(body)) == text
