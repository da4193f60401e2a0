"""XMP sidecars: well-formed whatever a name holds, and what stands in them is what was known."""

from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amazon_photos.transfer.sidecars.node_knowledge import Membership, NodeKnowledge
from amazon_photos.transfer.sidecars.xml_text import to_xml_text
from amazon_photos.transfer.sidecars.xmp import NAMESPACES, render_xmp, write_degrees

LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
HOSTILE = "]]> <a&b> \"'\r\n\t\x00\x01\x1f\x7f\x85\ud800\udfff\ufffe\u202eevil\u2028😀"
NAMES = st.one_of(st.text(max_size=256), st.text(st.characters(categories=["Cs", "Cc", "Co"]), max_size=20))


def named(people=(), things=(), albums=(), places=(), **values):
    """Knowledge of a node that belongs to these."""
    words = {"person": people, "thing": things, "album": albums}
    held = [Membership(word, f"key of {name}", name) for word, names in words.items() for name in names]
    return NodeKnowledge(values, (*held, *(Membership("place", place) for place in places)))


def read(data):
    """``{property: text, or the texts of its list}`` as any parser of XML reads it."""
    prefixes = {uri: prefix for prefix, uri in NAMESPACES.items()}
    found = {}
    for element in ElementTree.fromstring(data)[0][0]:
        uri, _, name = element.tag[1:].partition("}")
        items = [item.text or "" for item in element.iter(LI)]
        found[f"{prefixes[uri]}:{name}"] = items if len(element) else element.text
    return found


@given(NAMES, NAMES)
@example(HOSTILE, "a/b|c")
@example("x" * 256, "\0")
def test_any_name_is_read_back(name, description):
    """A parser reads the very names, but for what XML cannot hold: that is U+FFFD."""
    found = read(render_xmp(named(people=[name], description=description)))
    people = [to_xml_text(name)] if name.strip() else None
    assert found.get("Iptc4xmpExt:PersonInImage") == people == found.get("dc:subject")
    assert found.get("dc:description") == ([to_xml_text(description)] if description.strip() else None)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_what_xml_can_hold_is_untouched(text):
    """Letters of any script, marks of direction and emoji stay as they are."""
    assert to_xml_text(text) == text


def test_tags_are_trees():
    """digiKam divides them by "/", Lightroom by "|"; a name that holds either stays one tag."""
    known = named(["Ada"], ["beach"], ["AC/DC"], ["CAN#BC#Vancouver"], labels=("holiday",), keywords=["a|b", "holiday"])
    found = read(render_xmp(known))
    assert found["digiKam:TagsList"] == [
        *("People/Ada", "Things/beach", "Places/CAN/BC/Vancouver", "Albums/AC-DC", "holiday", "a-b")
    ]
    assert found["lr:hierarchicalSubject"] == [path.replace("/", "|") for path in found["digiKam:TagsList"]]
    assert found["dc:subject"] == ["Ada", "beach", "Vancouver", "AC/DC", "holiday", "a|b"]


def test_a_place_is_told_in_words():
    """City, state and the code of the country, where there is one place; of two nobody knows which it is."""
    found = read(render_xmp(named(places=["CAN#BC#Vancouver"])))
    told = ("photoshop:City", "photoshop:State", "Iptc4xmpCore:CountryCode")
    assert [found[name] for name in told] == ["Vancouver", "BC", "CAN"]
    assert "photoshop:City" not in read(render_xmp(named(places=["CAN#BC#Vancouver", "DEU#BE#Berlin"])))
    assert read(render_xmp(named(places=["CAN", "CAN#BC#Vancouver", "CAN#BC"]))) == found
    assert not read(render_xmp(named(places=["", "#", "CAN##Vancouver"])))
    assert read(render_xmp(named(places=["Atlantis"])))["photoshop:Country"] == "Atlantis"


def test_who_has_no_name_is_no_tag():
    """Nor is the family that a photo is shared with."""
    held = (Membership("person", "cluster-1"), Membership("family", "f1", "The Lovelaces"), Membership("album", "a"))
    found = render_xmp(NodeKnowledge({}, held))
    assert b"cluster-1" not in found
    assert b"Lovelace" not in found
    assert not read(found)


def test_favourites_have_stars_on_request():
    """Five for a favourite; nothing for any other, and nothing unless asked for."""
    favorite, other = NodeKnowledge({"settings.favorite": True}), NodeKnowledge({"settings.favorite": False})
    assert read(render_xmp(favorite, favorite_rating=True)) == {"xmp:Rating": "5"}
    assert not read(render_xmp(other, favorite_rating=True))
    assert not read(render_xmp(favorite))


@pytest.mark.parametrize(
    ("degrees", "signs", "written"),
    [
        (49.28, "NS", "49,16.8N"),
        (-123.12, "EW", "123,7.2W"),
        (0.0, "NS", "0,0.0N"),
        (-0.0, "NS", "0,0.0N"),
        (59.999999999, "NS", "60,0.0N"),
        (-180.0, "EW", "180,0.0W"),
        (0.000001, "NS", "0,0.00006N"),
    ],
)
def test_degrees_and_minutes(degrees, signs, written):
    """Sixty minutes are a degree, also after rounding."""
    assert write_degrees(degrees, signs) == written


@given(st.floats(-180, 180))
def test_degrees_are_read_back(degrees):
    """To the millionth of a minute."""
    whole, minutes = write_degrees(degrees, "EW")[:-1].split(",")
    assert int(whole) + float(minutes) / 60 == pytest.approx(abs(degrees), abs=1e-8)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -float("inf"), 1e308, 90.5, -91.0, 181.0, None])
def test_what_is_no_place_is_not_told(odd):
    """A frame that somebody gives may hold any number: half a place is none, and no file is without its sidecar."""
    for place in ((odd, 10.0), (10.0, odd and 2 * odd), (odd, odd)):
        told = read(render_xmp(NodeKnowledge(dict(zip(("latitude", "longitude"), place, strict=True)))))
        assert not told


def test_the_same_knowledge_gives_the_same_bytes():
    """So that a rerun with nothing new writes nothing."""
    known = named(["Ada"], ["beach"], description=HOSTILE)
    assert render_xmp(known) == render_xmp(known)
