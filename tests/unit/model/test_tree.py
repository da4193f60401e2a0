"""The folder tree."""

import copy
import pickle

import pytest

from amazon_photos.errors import InvalidInput
from amazon_photos.model.tree import Folder, build

ROOT = "root"


def folder(node_id, name, *parents):
    return node_id, name, parents or ("root",)


README = [
    folder("d", "Documents"),
    folder("p", "Pictures"),
    folder("i", "iPhone", "p"),
    folder("w", "Web", "p"),
    folder("f", "foo", "w"),
    folder("b", "bar", "w"),
    folder("v", "Videos"),
]


def test_prints_as_the_predecessor_shows():
    """Branches, rails and the tilde stand where the predecessor's README has them."""
    assert list(build(ROOT, README).lines()) == [
        "~",
        "├── Documents",
        "├── Pictures",
        "│   ├── iPhone",
        "│   └── Web",
        "│       ├── bar",
        "│       └── foo",
        "└── Videos",
    ]


def test_ids_and_colour_are_shown_when_asked_for():
    """show_id puts the id behind the name; color wraps the name only."""
    lines = list(build(ROOT, README[:1]).lines(show_id=True, color=True))
    assert lines[1] == "└── \x1b[91mDocuments\x1b[0m d"


def test_finds_a_folder_ignoring_case_but_prefers_the_exact_one():
    """The exact name comes first, else the only one that agrees, else an error lists all that do."""
    tree = build(ROOT, [*README, folder("w2", "WEB", "p")])
    assert build(ROOT, README).find("pictures/web/foo").id == "f"
    assert tree.find("pictures/Web/foo").id == "f"
    assert tree.find("Pictures/WEB").id == "w2"
    with pytest.raises(InvalidInput, match=r"'WEB' \(w2\)"):
        tree.find("pictures/web/foo")
    assert tree.find("") is tree
    assert tree.find("Pictures/nothing/below") is None


def chain(length):
    return [folder("0", "0")] + [folder(str(n), str(n), str(n - 1)) for n in range(1, length)]


def test_a_deep_tree_needs_no_recursion():
    """Five thousand folders inside each other build, walk and print; the last one knows its path."""
    tree = build(ROOT, chain(5_000))
    assert sum(1 for _ in tree.lines()) == 5_001
    *_, deepest = tree.walk()
    assert deepest.path == "/".join(map(str, range(5_000)))
    assert tree.find(deepest.path) is deepest


def test_names_of_a_deep_tree_are_found_by_agreement():
    """A thousand folders inside each other are found when each name only agrees (fault B4)."""
    links = [folder("0", "Ord\u0301")] + [folder(str(n), "Ord\u0301", str(n - 1)) for n in range(1, 1_000)]
    assert build(ROOT, links).find("/".join(["ORD\u0301"] * 1_000)).id == "999"


@pytest.mark.slow
def test_a_tree_of_any_shape_takes_little_memory():
    """A hundred thousand folders inside each other, or side by side: nothing grows with the square of their number."""
    inside = build(ROOT, chain(100_000))
    assert sum(1 for _ in inside.walk()) == 100_001
    beside = build(ROOT, [folder(str(n), str(n)) for n in range(100_000)])
    assert sum(1 for _ in beside.lines()) == 100_001


def test_every_folder_knows_its_path_and_its_parent():
    """Paths are those of the names from below the root, and the root has neither."""
    tree = build(ROOT, README)
    foo = tree.find("Pictures/Web/foo")
    assert (foo.path, foo.parent.path, foo.parent.parent.parent) == ("Pictures/Web/foo", "Pictures/Web", tree)
    assert (tree.path, tree.parent) == ("", None)
    assert tree.paths()["Pictures/Web/bar"] == "b"


def test_circles_and_lost_parents_are_left_out():
    """Folders that lead nowhere don't hang the walk and don't appear."""
    odd = [folder("a", "a", "b"), folder("b", "b", "a"), folder("c", "c", "gone"), folder("d", "d")]
    assert build(ROOT, odd).paths() == {"": "root", "d": "d"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("\x9b31mred", r"\x9b31mred"),
        ("photo\u202egpj.exe", r"photo\u202egpj.exe"),
        ("a\u2066b\u2069", r"a\u2066b\u2069"),
        ("two\nlines\r", r"two\nlines\r"),
        ("tab\tbed", r"tab\tbed"),
        ("a\u2028b\x85", r"a\u2028b\x85"),
        ("\ufeffx\0", r"\ufeffx\x00"),
        ("Ferienhaus\u00a0Süd 写真 \u3000", "Ferienhaus\u00a0Süd 写真 \u3000"),
        ("👩\u200d👧 עברית", "👩\u200d👧 עברית"),
    ],
)
def test_no_name_steers_a_terminal(name, shown):
    """What would move the cursor, colour, clear or turn around is written out; letters stay (fault D7)."""
    tree = build(ROOT, [folder("d", name), folder("e", "z", "d")])
    assert list(tree.lines()) == ["~", f"└── {shown}", "    └── z"]
    assert list(tree.lines(color=True))[1] == f"└── \x1b[91m{shown}\x1b[0m"
    assert next(Folder("\x1b[2J", "").lines(show_id=True)) == r"~ \x1b[2J"


def test_no_repr_steers_a_terminal():
    """A folder's name is quoted in what Python shows of it (fault D7)."""
    tree = build(ROOT, [folder("d", "\x1b[2J\n\u202e")])
    assert repr(tree.children[0]).isprintable()


@pytest.mark.parametrize("depth", [3, 5000])
@pytest.mark.parametrize("way", [copy.deepcopy, lambda held: pickle.loads(pickle.dumps(held))])
def test_a_tree_of_any_depth_can_be_copied(way, depth):
    """By pickle too: a folder brings its whole tree along, and several of one stay in one (fault B4)."""
    root = Folder("r", "")
    here = root
    for number in range(depth):
        here.children += [Folder(f"a{number}", "a", here), Folder(f"b{number}", "b", here)]
        here = here.children[number % 2]
    again, deepest, top = way([root, here, root])
    assert again is top
    assert again is not root
    assert (deepest.id, deepest.path) == (here.id, here.path)
    assert [folder.id for folder in again.walk()] == [folder.id for folder in root.walk()]
    assert all(child.parent is folder for folder in again.walk() for child in folder.children)
    assert deepest in list(again.walk())
    assert way(deepest).path == here.path
    assert copy.copy(here) is not here
