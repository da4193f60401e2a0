"""New names by a template: hostile templates, hostile names, and no two of one name in a folder."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_photos.errors import InvalidInput
from amazon_photos.model.names import MAX_NAME, fold_name
from amazon_photos.plans.name_template import FIELDS, NameTemplate, Renamed

TAKEN = datetime(2024, 2, 3, 4, 5, 6)  # noqa: DTZ001 - as cameras tell it
PHOTO = Renamed("A" * 22, "IMG 1.JPG", "m" * 32, TAKEN, ("folder",))


def names(template, *nodes):
    return [name for _, name, _ in NameTemplate(template).name_all(nodes or [PHOTO])]


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{year}-{month:02}-{day:02} {name}", "2024-02-03 IMG 1.JPG"),
        ("{hour:02}{minute:02}{second:02}_{n:04}.{ext}", "040506_0001.JPG"),
        ("{stem}.{ext}", "IMG 1.JPG"),
        ("{md5}{id}{category}", "m" * 32 + "A" * 22 + "img"),
        ("  {n}  ", "1"),
        ("{{{n}}}", "{1}"),
        ("{name!s:>12}", "   IMG 1.JPG".strip()),
    ],
)
def test_fields(template, name):
    """Each field gives what it says."""
    assert names(template) == [name]


@pytest.mark.parametrize(
    "template",
    [
        "", " ", None, 5, b"{n}", "x", "{year}", "{nam}", "{}", "{0}", "{name", "name}", "{n}/{name}", "{name}\0",
        "{name.__class__}", "{name[0]}", "{n:{n}}", "{n:999999999}", "{n:0999}", "{name:q}", "{n!x}", "{n:1e9}",
        "{n:" + "9" * 5000 + "}",
    ],
)  # fmt: skip
def test_what_is_no_template(template):
    """It is refused before any node is looked at."""
    with pytest.raises(InvalidInput, match="template"):
        NameTemplate(template)


def test_of_two_that_get_one_name_the_second_gets_another():
    """In one folder, ignoring case; in another folder there is room."""
    nodes = [Renamed(str(n), "A.jpg" if n else "a.jpg", parents=("q" if n == 2 else "p",)) for n in range(4)]
    assert names("x {name}", *nodes) == ["x a.jpg", "x A(1).jpg", "x A.jpg", "x A(2).jpg"]
    told = [note for *_, note in NameTemplate("x {name}").name_all(nodes)]
    assert [bool(note) for note in told] == [False, True, False, True]


def test_what_gets_no_name():
    """No date, no characters, too many: the note says which."""
    nodes = [Renamed("a", "a.jpg"), Renamed("b", ".jpg", taken=TAKEN), Renamed("c", "c" * 250, taken=TAKEN)]
    found = list(NameTemplate("{year}{year}{year}{name}").name_all(nodes))
    assert [name is None for _, name, _ in found] == [True, False, True]
    assert "taken" in found[0][2]
    assert "262" in found[2][2]
    assert names("{stem:.0}{stem:.0}", PHOTO) == [None]


@given(
    st.lists(st.tuples(st.text(max_size=300), st.sampled_from(["p", "q"])), max_size=20),
    st.lists(st.sampled_from([*(f"{{{field}}}" for field in FIELDS), "é", " ", "(1)", "."]), min_size=1, max_size=5),
)
def test_whatever_they_are_called(nodes, parts):
    """No two of one folder get one name, and every name can be one."""
    try:
        template = NameTemplate("".join(parts))
    except InvalidInput:
        return
    given = [Renamed(str(n), name, "0" * 32, TAKEN, (folder,)) for n, (name, folder) in enumerate(nodes)]
    found = [(node.parents, fold_name(name)) for node, name, _ in template.name_all(given) if name is not None]
    assert len(set(found)) == len(found)
    assert all(0 < len(name) <= MAX_NAME for _, name, _ in template.name_all(given) if name is not None)
