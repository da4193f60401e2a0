"""Where downloads go."""

from datetime import UTC, datetime

import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.transfer.download.layout import Layout

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


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("name", "IMG_1.jpg"), ("stem", "IMG_1"), ("ext", "jpg"), ("id", "-abc"), ("md5", "0" * 32),
        ("category", "img"), ("year", "2012"), ("month", "8"), ("day", "5"), ("hour", "14"), ("minute", "23"),
    ],
)  # fmt: skip
def test_each_field_is_what_the_node_says(field, shown):
    """One by one, beside the id, which makes the path its own."""
    assert Layout(f"{{id}} {{{field}}}").path(ROW) == f"-abc {shown}"


@pytest.mark.parametrize(
    ("field", "shown"),
    [("name", "-abc"), ("stem", "-abc"), ("ext", ""), ("md5", ""), ("category", "other"), ("year", "undated")],
)
def test_fields_that_the_node_says_nothing_of(field, shown):
    """The id stands in for a name; the others are empty, or say so."""
    assert Layout(f"{{id}}-{{{field}}}-").path({"id": "-abc", "name": None, "md5": None}) == f"-abc-{shown}-"


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
        ("{year:99999999}/{name}", "no longer than 255"),
        ("{year:99999999999}/{name}", "no longer than 255"),
        ("{name:>256}", "no longer than 255"),
        ("{year:.99999999f}/{name}", "no longer than 255"),
        ("{year:{month}}/{name}", "stands inside of {year}"),
        ("{year:{foo}}/{name}", "stands inside of {year}"),
        ("{name:{}}", "stands inside of {name}"),
    ],
)
def test_a_template_that_cannot_be_meant_is_refused(template, why):
    """The error says what is wrong, before anything is fetched; no width fills the memory (fault B7)."""
    with pytest.raises(InvalidInput, match=why):
        Layout(template)


@pytest.mark.parametrize("when", [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)])  # noqa: DTZ001
def test_a_date_that_is_none_is_undated(when):
    """The years 1 and 9999 are what programs write for "none" (fault B1)."""
    row = {"id": "a", "name": "x", "image.dateTime": when}
    assert Layout("{year}/{month:02}/{name}").path(row) == "undated/x"


def test_widths_that_a_name_can_have():
    """What fits into a name is allowed."""
    assert Layout("{year:>8}/{name}").path(ROW) == "    2012/IMG_1.jpg"
    assert Layout("{stem:_<255}").path(ROW) == "IMG_1" + "_" * 250
