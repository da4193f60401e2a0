"""Errors of the library as commands tell them: what to do is a command or an option."""

import pytest

from amazon_photos.cli.wording import to_command_words


@pytest.mark.parametrize(
    ("library", "command"),
    [
        ("refresh(relations=True) brings it", "`amazon-photos refresh --relations` brings it"),
        ("yet: ap.refresh() makes it", "yet: `amazon-photos refresh` makes it"),
        ("and max_delete allows 10; dry_run=True shows it, max_delete=39 allows it",
         "and --max-delete allows 10; --dry-run shows it, --max-delete 39 allows it"),
        ("it knows Ada: people.list()", "it knows Ada: `amazon-photos people list`"),
        ("aggregations('location')", "`amazon-photos places list`"),
        ("history.list() tells which", "`amazon-photos history` tells which"),
        ("no folder 'X/Y', and that is not a node id; ap.create_folders('X/Y') makes it",
         "no folder 'X/Y', and that is not a node id: uploading to it, or Amazon's own page, makes it"),
        ("use find(), or query() with a filter built from F", "`amazon-photos find` does"),
        ("cannot read refresh.txt: no such file", "cannot read refresh.txt: no such file"),
    ],
)  # fmt: skip
def test_calls_become_commands(library, command):
    """Everything else stays as it is."""
    assert to_command_words(library) == command
