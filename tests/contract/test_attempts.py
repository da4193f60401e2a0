"""``max_attempts`` is true: how often one request is sent, whatever it is for and whoever tries it again."""

import pytest

import pictures
import transfers
from amazon_photos import errors
from amazon_photos.wire import folders as wire_folders

FAULTS = {"429": 429, "503": 503, "reset-before": 0}
"""For good: not carried out; unknown, with an answer; unknown, without. And the status that the emulator notes."""


def photo(tmp_path, name="a.jpg"):
    """A picture that carries no date of its own."""
    path = tmp_path / "photos" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pictures.jpeg(3, taken=None))
    return path


async def list_nodes(ap, tmp_path):
    with pytest.raises((errors.ServiceError, errors.NetworkError)):
        await ap.nodes("name:a*")


async def search(ap, tmp_path):
    with pytest.raises((errors.ServiceError, errors.NetworkError)):
        await ap.query("name:a*")


async def create_folder(ap, tmp_path):
    root = (await ap.root).id
    with pytest.raises((errors.ServiceError, errors.NetworkError)):
        await ap._session.send(wire_folders.create_folder("a", root))


async def upload(ap, tmp_path):
    assert list((await ap.upload(photo(tmp_path), dates=False)).outcome) == ["failed"]


async def upload_with_date(ap, tmp_path):
    assert list((await ap.upload(photo(tmp_path))).outcome) == ["failed"]


async def download(ap, tmp_path):
    frame = await ap.nodes("name:here*")
    assert list((await ap.download(frame, out=tmp_path / "out")).outcome) == ["failed"]


async def download_large(ap, tmp_path):
    frame = await ap.nodes("name:large*")
    assert list((await ap.download(frame, out=tmp_path / "out")).outcome) == ["failed"]


CALLS = {
    "nodes.list": [list_nodes],
    "search": [search],
    "nodes.create": [create_folder],
    "upload": [upload],
    "upload.v2": [upload_with_date],
    "download": [download, download_large],
}


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("operation", "call"),
    [pytest.param(name, call, id=call.__name__) for name, calls in CALLS.items() for call in calls],
)
async def test_a_request_is_sent_as_often_as_the_settings_say(connect, service, tmp_path, operation, call, fault, most):
    """A fault that does not pass is met ``max_attempts`` times: not once more, and not squared (fault E5)."""
    async with connect(max_attempts=most) as ap:
        await transfers.put(ap, ["here.jpg"])
        await transfers.put(ap, ["large.jpg"], size=3 << 20, start=1)
        await ap.root
        before = len(service.requests)
        service.faults([{"operation": operation, "fault": fault}])
        await call(ap, tmp_path)
        service.faults([])
    assert [request.status for request in service.requests[before:]].count(FAULTS[fault]) == most


@pytest.mark.parametrize("most", [1, 2, 3])
async def test_a_folder_that_files_go_to_is_no_exception(connect, service, tmp_path, most):
    """A folder that cannot be made fails its files, after as many attempts as any other request gets."""
    path = photo(tmp_path)
    async with connect(max_attempts=most) as ap:
        await ap.root
        service.faults([{"operation": "nodes.create", "fault": "503"}])
        result = await ap.upload(path.parent)
    assert list(result.outcome) == ["failed"]
    assert [request.status for request in service.requests].count(503) == most
