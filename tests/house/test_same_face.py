"""AmazonPhotos and AsyncAmazonPhotos are one interface in two tempi."""

import inspect
from typing import get_type_hints

import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos
from amazon_photos.aio.async_property import async_property
from amazon_photos.blocking.group import blocking_group
from amazon_photos.blocking.loop_thread import blocking_property

ONLY_ASYNC = {"__aenter__", "__aexit__"}


def public(cls):
    return {name for name in dir(cls) if not name.startswith("_")}


def test_both_clients_have_the_same_names():
    """Whatever one client can do, the other can do under the same name."""
    assert public(AmazonPhotos) == public(AsyncAmazonPhotos)


@pytest.mark.parametrize("name", sorted(public(AsyncAmazonPhotos)))
def test_both_clients_take_the_same_parameters(name):
    """Each operation has the same parameters, defaults and docstring in both clients."""
    theirs, ours = inspect.getattr_static(AsyncAmazonPhotos, name), inspect.getattr_static(AmazonPhotos, name)
    if isinstance(theirs, async_property):
        assert isinstance(ours, blocking_property)
    elif callable(theirs):
        assert inspect.signature(theirs).parameters == inspect.signature(ours).parameters
    assert inspect.getdoc(theirs), f"{name} has no docstring"
    assert inspect.getdoc(theirs) == inspect.getdoc(ours)


GROUPS = {name: getattr(AmazonPhotos, name) for name in dir(AmazonPhotos)}
GROUPS = {name: one._twin for name, one in GROUPS.items() if isinstance(one, blocking_group)}


def async_group(name):
    """The class that the async client's property of that name gives."""
    return get_type_hints(getattr(AsyncAmazonPhotos, name).fget)["return"]


def test_the_groups_are_these():
    """What is held together by a concept, on both clients."""
    assert set(GROUPS) == {
        "albums", "catalog", "family", "history", "people", "places", "things", "thumbnails", "timeline"
    }  # fmt: skip


@pytest.mark.parametrize("group", GROUPS)
def test_groups_have_the_same_names(group):
    """The rule of the clients holds for their groups, and each says what it is for."""
    assert public(GROUPS[group]) == public(async_group(group))
    assert inspect.getdoc(GROUPS[group]) == inspect.getdoc(async_group(group))
    assert inspect.getdoc(getattr(AmazonPhotos, group)) == inspect.getdoc(getattr(AsyncAmazonPhotos, group))


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group in GROUPS for name in sorted(public(GROUPS[group]))]
)
def test_groups_take_the_same_parameters(group, name):
    """Each operation of a group has the same parameters, defaults and docstring in both clients."""
    theirs, ours = (inspect.getattr_static(face, name) for face in (async_group(group), GROUPS[group]))
    if callable(theirs):
        assert inspect.signature(theirs).parameters == inspect.signature(ours).parameters
    assert inspect.getdoc(theirs), f"{name} has no docstring"
    assert inspect.getdoc(theirs) == inspect.getdoc(ours)


def test_both_constructors_take_the_same_arguments():
    """AmazonPhotos(...) and AsyncAmazonPhotos(...) are interchangeable."""
    assert inspect.signature(AmazonPhotos).parameters == inspect.signature(AsyncAmazonPhotos).parameters


METHODS = {
    f"{face.__name__}.{name}": inspect.getattr_static(face, name)
    for face in (AsyncAmazonPhotos, *map(async_group, GROUPS))
    for name in sorted(public(face))
    if inspect.isfunction(inspect.getattr_static(face, name))
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_what_can_be_left_out_is_given_by_name(method):
    """Of what has a default, only the first argument may be given by its position."""
    if method.__qualname__.endswith("Photos.rename"):
        return  # a name, as ever; a template by its name
    by_position = [one for one in inspect.signature(method).parameters.values() if one.kind < one.VAR_POSITIONAL][2:]
    assert [one.name for one in by_position if one.default is not one.empty] == []
