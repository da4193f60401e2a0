"""Moving: a guess of the older dialect, so every way the service may take it is told apart."""

import json

import pytest

from amazon_photos import AmazonPhotos, Settings
from amazon_photos.errors import InvalidInput, SessionExpired, Unavailable
from odd_service import Answer

UNSEEN = "nobody has seen Amazon Photos accept a move"


@pytest.fixture
def mover(connect_odd):
    """A client of a service that answers a move as the test says."""

    def connect(answer_move):
        async def odd(asked, forward):
            if asked.method == "PATCH" and "parents" in asked.json:
                return answer_move(asked)
            return await forward()

        return connect_odd(odd)

    return connect


def said(status, body):
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def node_in(asked, parents):
    node_id = asked.path.rpartition("/")[2]
    return said(200, {"id": node_id, "kind": "FILE", "name": "x", "status": "AVAILABLE", "parents": parents})


def test_nodes_are_moved(mover):
    """A row for each; the folder may be its path, its id, or a Folder, and exactly it is sent as the only parent."""
    sent = []

    def accept(asked):
        sent.append(asked.json["parents"])
        return node_in(asked, asked.json["parents"])

    with mover(accept) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap:
        files = ap.nodes("kind:FILE", limit=2)
        folder = ap.find_path("Pictures")
        for to in ("Pictures", folder, folder.id):
            assert ap.move(files, to=to)["outcome"].tolist() == ["moved", "moved"]
    assert sent == [[folder.id]] * 6


@pytest.mark.parametrize(
    "answer_move",
    [
        lambda asked: said(400, {"message": "Invalid request"}),
        lambda asked: said(405, {}),
        lambda asked: said(403, {"errorCode": "ForbiddenAccess"}),
        lambda asked: node_in(asked, ["elsewhere"]),
        lambda asked: node_in(asked, []),
        lambda asked: said(200, {"id": "another", "parents": asked.json["parents"]}),
    ],
    ids=["400", "405", "403", "stays", "nowhere", "another"],
)
def test_a_service_that_moves_nothing(mover, answer_move):
    """Refused or ignored, the row has failed, and says that nobody has seen it work."""
    with mover(answer_move) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap:
        rows = ap.move(ap.nodes("kind:FILE", limit=2), to="Pictures")
    assert rows["outcome"].tolist() == ["failed", "failed"]
    assert rows["reason"].str.contains(UNSEEN).all()


def test_ordinary_refusals_say_nothing_of_moving(mover):
    """A name that is taken there, and a node that is not there, are what they are everywhere; so is a lost session."""
    with (
        mover(lambda asked: said(409, {"code": "NAME_ALREADY_EXISTS", "message": "taken"})) as strange,
        AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap,
    ):
        (reason,) = ap.move(ap.nodes("kind:FILE", limit=1), to="Pictures")["reason"]
        assert reason == "move: taken"
    with (
        mover(lambda asked: said(401, {"message": "Token has expired"})) as strange,
        AmazonPhotos(strange.cookies, endpoint=strange.url, progress=False) as ap,
        pytest.raises(SessionExpired),
    ):
        ap.move(ap.nodes("kind:FILE", limit=1), to="Pictures")


def test_a_place_that_is_no_folder(ap, service):
    """Nothing is sent for a folder that is not there, an album, or nothing."""
    album = ap.create_album("Summer")
    for to in ("Nowhere/2023", album, "", None, "Summer"):
        with pytest.raises(InvalidInput, match="folder"):
            ap.move("n" * 22, to=to)
    assert not [request for request in service.requests if request.method == "PATCH"]


def test_what_was_moved_before_the_service_failed_is_told(service, ap):
    """The error has a row for each node of which it is known what became of it."""
    service.reset(files=8)
    ids = list(ap.nodes("kind:FILE").id)[:6]
    folder = ap.nodes("kind:FOLDER AND name:Pictures").id[0]
    service.faults([{"operation": "nodes.change", "nth": list(range(3, 200)), "fault": "503"}])
    with (
        AmazonPhotos(
            service.cookies,
            settings=Settings(endpoint=service.url, max_attempts=1, max_concurrency=1, initial_concurrency=1),
            progress=False,
        ) as client,
        pytest.raises(Unavailable) as caught,
    ):
        client.move(ids, to=folder)
    assert list(caught.value.outcomes.id) == ids[:2]
    assert list(caught.value.outcomes.outcome) == ["moved", "moved"]
    assert "outcomes" in caught.value.__notes__[0]
