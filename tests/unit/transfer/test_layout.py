"""Where downloads go."""

from datetime import UTC, datetime

import pytest

from amazon_photos.errors import BadInput
from amazon_photos.transfer.layout import Layout

ROW = {
    "id": "-abc",
    "name": "IMG_1.jpg",
    "md5": "0" * 32,
    "image.dateTime": datetime(2012, 8, 5, 14, 23, tzinfo=UTC),
    "contentDate": datetime(2020, 1, 1, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{name}", "IMG_1.jpg"),
        ("tree", "Pictures/Web/IMG_1.jpg"),
        ("{year}/{month:02}/{name}", "2012/08/IMG_1.jpg"),
        (
            "{category}/{year}-{month:02}-{day:02} {hour:02}h{minute:02}/{stem}_{id}.{ext}",
            "img/2012-08-05 14h23/IMG_1_-abc.jpg",
        ),
    ],
)
def test_templates(template, path):
    """Fields are what the node says; times are the capture time by the camera's clock."""
    assert Layout(template).path(ROW, "Pictures/Web") == path


def test_files_without_a_date():
    """What nobody knows the date of goes to one folder."""
    assert Layout("{year}/{month:02}/{name}").path({"id": "a", "name": "x"}) == "undated/x"


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "{year}", "..", "a/../b"])
def test_no_name_leaves_the_folder(name):
    """Neither the name nor the folder of a node leads anywhere else."""
    path = Layout("tree").path({"id": "a", "name": name}, "../..")
    assert not path.startswith("/")
    assert ".." not in path.split("/")
    assert path.count("/") == 2


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("", "must be 'tree' or a template"),
        ("/abs/{name}", "must be"),
        ("../{name}", "must be"),
        ("{nam}", "no field {nam}; there are: name"),
        ("{name.__class__}", "no field"),
        ("{year}/{month}", "needs {name}"),
        ("{name", "cannot be used"),
        ("{year:q}/{name}", "cannot be used"),
    ],
)
def test_a_template_that_cannot_be_meant_is_refused(template, why):
    """The error says what is wrong, before anything is fetched."""
    with pytest.raises(BadInput, match=why):
        Layout(template)
