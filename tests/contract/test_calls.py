"""Calls that cannot be meant are told in the names that people know."""

import asyncio
import copy
import functools
import inspect
import os
import pickle
import sys

import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, Settings, errors
from amazon_photos.files.regular import MAX_TEXT
from amazon_photos.transfer.events import FileFinished

FACES = [AmazonPhotos, AsyncAmazonPhotos]


def result(answer):
    return asyncio.run(answer) if inspect.iscoroutine(answer) else answer


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"cookie": {}}, r"\(\) got an unexpected keyword argument 'cookie': did you mean 'cookies'\?"),
        ({"dbpath": "x"}, r"\(\) got an unexpected keyword argument 'dbpath': did you mean 'db_path'\?"),
        ({"xyzzy": 1}, r"\(\) got an unexpected keyword argument 'xyzzy'; it takes cookies, tld, endpoint, profile"),
    ],
)
def test_a_misspelled_argument_of_the_constructor_is_named(face, arguments, says):
    """By the class that was called, with what was probably meant (fault H10)."""
    with pytest.raises(errors.WrongCall, match=f"^{face.__name__}{says}") as caught:
        face(**arguments)
    assert isinstance(caught.value, TypeError)
    with pytest.raises(TypeError, match=rf"^{face.__name__}\(\) takes from 1 to 2 positional arguments"):
        face(1, 2, 3, 4)


WRONG = {
    "an unknown one": (lambda ap: ap.query(filter="x"), r"query\(\) got an unexpected keyword argument 'filter'"),
    "one too many": (
        lambda ap: ap.rename("a", "b", "c"),
        r"rename\(\) takes from 2 to 3 positional arguments but 4 were",
    ),
    "one missing": (lambda ap: ap.trash(), r"trash\(\) missing 1 required positional argument: 'node_ids'"),
    "of a search": (lambda ap: ap.search(limt=5), r"search\(\) got an unexpected keyword argument 'limt'"),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_call_names_the_public_class(service, face, wrong):
    """Not the part of it in which the operation stands (fault H10)."""
    call, says = WRONG[wrong]
    ap = face(service.cookies, endpoint=service.url)
    with pytest.raises(TypeError, match=rf"^{face.__name__}\.{says}"):
        result(call(ap))
    assert service.requests == []
    result(ap.close())


@pytest.mark.parametrize("face", FACES)
def test_every_method_bears_the_name_of_its_class(face):
    """So that whatever Python says of it, it says of the class that people know (fault H10)."""
    methods = {
        name: method for name, method in inspect.getmembers(face, inspect.isfunction) if not name.startswith("_")
    }
    assert {"query", "upload", "close"} <= set(methods)
    static = {name for name in methods if isinstance(inspect.getattr_static(face, name), staticmethod)}
    assert {name: method.__qualname__ for name, method in methods.items()} == {
        name: name if name in static else f"{face.__name__}.{name}" for name in methods
    }


@pytest.mark.parametrize("face", FACES)
def test_options_that_are_passed_on_are_looked_at_first(service, face):
    """photos() and videos() take those of query() (fault H10)."""
    ap = face(service.cookies, endpoint=service.url)
    with pytest.raises(
        errors.WrongCall, match=r"photos\(\) got an unexpected keyword argument 'limt': did you mean 'limit'"
    ):
        result(ap.photos(limt=5))
    with pytest.raises(errors.WrongCall, match=r"videos\(\) got"):
        result(ap.videos(colour=5))
    assert service.requests == []


def test_what_goes_wrong_inside_is_told_as_it_is(service):
    """A TypeError of what the operation works with is not the call's."""

    def ids():
        yield "a" * 22
        raise TypeError("theirs")

    with AmazonPhotos(service.cookies, endpoint=service.url) as ap, pytest.raises(TypeError, match="theirs") as caught:
        ap.trash(ids())
    assert not isinstance(caught.value, errors.WrongCall)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"settings": {"bwlimit": 5}}, "settings is a Settings, such as .*, not a dict"),
        ({"settings": {}}, "settings is a Settings"),
        ({"settings": "x"}, "settings is a Settings"),
        ({"progress": "yes"}, "progress must be True or False, not 'yes'"),
        ({"progress": 1}, "progress must be True or False, not 1"),
        ({"dtype_backend": ""}, "dtype_backend must be one of"),
        ({"dtype_backend": ["pyarrow"]}, "dtype_backend must be one of"),
        ({"engine": 0}, "engine must be one of"),
        ({"tld": 5}, r"tld \(arguments\) must be text, not 5"),
        ({"tld": b"ca"}, r"tld \(arguments\) must be text"),
        ({"endpoint": b"http://x"}, r"endpoint \(arguments\) must be text"),
        ({"db_path": 5}, "db_path must be a path"),
        ({"db_path": b"x"}, "db_path must be a path"),
        ({"tmp": 5}, "tmp must be a path"),
    ],
)
def test_arguments_of_a_wrong_type_are_named(service, face, arguments, says):
    """Constructing says which argument, and what it takes (fault H10)."""
    with pytest.raises(errors.InvalidInput, match=f"^{says}"):
        face(**{"cookies": service.cookies, **arguments})


NO_ARGUMENT = {
    "upload": (lambda ap, nodes: ap.upload(5), "path is a file, a folder, or a list of them, not int"),
    "upload bytes": (lambda ap, nodes: ap.upload(b"x"), "path is a file, a folder, or a list of them, not bytes"),
    "upload a frame": (lambda ap, nodes: ap.upload(nodes), "path is a file, a folder, or a list of them, not DataFr"),
    "plan_upload": (lambda ap, nodes: ap.plan_upload(5), "path is a file, a folder, or a list of them, not int"),
    "check": (lambda ap, nodes: ap.check(5), "path is a file, a folder, or a list of them, not int"),
    "check nothing": (lambda ap, nodes: ap.check(None), "path is a file, a folder, or a list of them, not NoneType"),
    "backed_up": (lambda ap, nodes: ap.backed_up(5), "path must be a path, as text or a Path, not int"),
    "layout": (lambda ap, nodes: ap.download(nodes, layout=5), "layout must be text: .*, not 5"),
    "layout, nothing": (lambda ap, nodes: ap.download(nodes, layout=None), "layout must be text: .*, not None"),
    "out": (lambda ap, nodes: ap.aggregations(out=" "), "out is empty"),
    "to": (lambda ap, nodes: ap.upload(".", to="a\0b"), "a path in the library holds a NUL character"),
    "to of a plan": (lambda ap, nodes: ap.plan_upload(".", to="a\0b"), "a path in the library holds a NUL character"),
    "of": (lambda ap, nodes: ap.check(".", of="a\0b"), "a path in the library holds a NUL character"),
    "album": (lambda ap, nodes: ap.upload(".", album="a\0b"), "album holds a NUL character"),
    "create_folders": (lambda ap, nodes: ap.create_folders("a\0b"), "a folder's path holds a NUL character"),
    "create_album": (lambda ap, nodes: ap.create_album("a\0b"), "album_name holds a NUL character"),
    "rename": (lambda ap, nodes: ap.rename(nodes.id[0], "a\0b"), "name holds a NUL character"),
}


@pytest.mark.parametrize("wrong", NO_ARGUMENT)
def test_arguments_of_operations_are_named(ap, service, wrong):
    """A value that none can be is told before anything is sent, and no raw error leaves a method (faults H10, B7)."""
    service.reset(files=3)
    nodes = ap.nodes("kind:FILE", limit=1)
    service.requests.clear()
    call, says = NO_ARGUMENT[wrong]
    with pytest.raises(errors.InvalidInput, match=f"^{says}"):
        call(ap, nodes)
    assert service.requests == []


def test_settings_that_are_none_are_named():
    """Made by hand as well: the setting that was probably meant, and never Python's own words (fault H10)."""
    with pytest.raises(errors.InvalidInput, match=r"^unknown setting 'bwlimt' .*: did you mean bwlimit\?"):
        Settings(bwlimt=1)
    with pytest.raises(errors.WrongCall, match=r"^Settings takes its arguments by their names"):
        Settings("http://127.0.0.1")
    assert "bwlimit" in inspect.signature(Settings).parameters
    assert copy.deepcopy(Settings(bwlimit=1)) == pickle.loads(pickle.dumps(Settings(bwlimit=1)))


@pytest.mark.parametrize("face", FACES)
def test_a_search_is_not_pickled(service, face):
    """It is told in its own name; a part of the client that nobody knows is not named (faults H10, E2)."""
    ap = face(service.cookies, endpoint=service.url)
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(errors.WrongCall, match=r"^Search holds cookies and open connections"):
            way(ap.search())
    result(ap.close())


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_pipe_is_no_file_of_cookies_or_settings(tmp_path):
    """Nobody may ever write into it: refused at once (faults H10, B7)."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(errors.CredentialsError, match=r"cannot read cookies from that file: it is a pipe"):
        AmazonPhotos(tmp_path / "pipe")
    with pytest.raises(errors.InvalidInput, match=r"cannot read the settings in .*: it is a pipe"):
        Settings.load({"AMAZON_PHOTOS_CONFIG": str(tmp_path / "pipe")})
    with pytest.raises(
        errors.CredentialsError, match=f"cannot read cookies from that file: it has more than {MAX_TEXT >> 20} MiB"
    ):
        AmazonPhotos("/dev/zero")


@pytest.mark.parametrize("cookies", [5, b"at-main=x", ["at-main"], True, object()])
def test_cookies_of_a_wrong_type_are_named(cookies):
    """Constructing says what they may be, and shows nothing of them (fault H10)."""
    with pytest.raises(
        errors.CredentialsError,
        match=r"^(cookies must be a mapping, text, the path of a file, a list of dicts|a list of cookies has dicts)",
    ):
        AmazonPhotos(cookies)


async def wait(event):
    raise AssertionError("nobody awaits this")


class Waiting:
    async def __call__(self, event):
        raise AssertionError("nobody awaits this")


@pytest.mark.parametrize(
    "on_event",
    [wait, functools.partial(wait), Waiting(), "print", 5],
    ids=["async def", "partial", "class", "text", "5"],
)
def test_a_watcher_that_nobody_would_await_is_refused(ap, tmp_path, on_event):
    """on_event is called, not awaited: an async function would never run (fault H10)."""
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(errors.InvalidInput, match=r"^on_event is"):
        ap.upload(tmp_path / "a.txt", on_event=on_event)
    assert len(ap.nodes("kind:FILE")) == 0
    ap.upload(tmp_path / "a.txt")
    with pytest.raises(errors.InvalidInput, match=r"^on_event is"):
        ap.download(ap.find("name:a.txt"), on_event=on_event)


def test_a_watcher_that_turns_out_to_be_async_is_told_once(ap, tmp_path, caplog, recwarn):
    """What only calling it shows goes into the log, and nothing is left that was never awaited (fault H10)."""
    (tmp_path / "a.txt").write_text("a")
    seen = []

    def watch(event):
        seen.append(event)
        return wait(event)

    assert ap.upload(tmp_path / "a.txt", on_event=watch).outcome.to_list() == ["uploaded"]
    assert len(seen) == 1
    assert not isinstance(seen[0], FileFinished)
    assert "nobody awaits it" in caplog.text
    assert not [warning for warning in recwarn if "never awaited" in str(warning.message)]
