"""``ap.timeline``: how many photos and videos there are of each year, month and day, and which."""

from datetime import date

import numpy as np
import pytest

from amazon_photos import AmazonPhotos, AsyncAmazonPhotos, errors


@pytest.fixture(scope="module")
def at_home(module_service, tmp_path_factory):
    """A client with a whole catalogue. Nobody changes what it holds."""
    module_service.reset(files=300)
    path = tmp_path_factory.mktemp("timeline") / "ap.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as client:
        client.refresh()
        yield client


@pytest.fixture
def bare(module_service, at_home, tmp_path):
    """A client of the same library with nothing on its disk."""
    path = tmp_path / "bare.parquet"
    with AmazonPhotos(module_service.cookies, endpoint=module_service.url, catalog=path, progress=False) as client:
        module_service.requests.clear()
        yield client


@pytest.mark.parametrize(("by", "length"), [("year", 4), ("month", 7), ("day", 10)])
def test_a_timeline_is_the_same_offline_and_online(at_home, bare, module_service, by, length):
    """Offline nothing is sent, online two requests are; only the disk knows bytes."""
    offline = at_home.timeline(by)
    assert not module_service.requests
    online = bare.timeline(by=by)
    assert len(module_service.requests) == 2
    assert not bare.catalog.path.exists()
    columns = ["period", "count", "photos", "videos"]
    assert list(offline.columns) == [*columns, "bytes", "asked_at"]
    assert offline[columns].equals(online[columns])
    assert online.bytes.isna().all()
    assert set(offline.period.str.len()) == {length}
    assert list(offline.period) == sorted(offline.period)
    media = at_home.find("type:(PHOTOS OR VIDEOS) AND contentDate:*")
    assert offline["count"].sum() == len(media)
    assert offline.bytes.sum() == media["size"].sum()
    assert (offline["count"] == offline.photos + offline.videos).all()


def test_every_answer_says_as_of_when_it_is(at_home):
    """Offline that is the catalogue's last refresh, as the service's clock has it."""
    assert set(at_home.timeline().asked_at) == {at_home.catalog.refreshed_at}
    online = at_home.timeline(online=True)
    assert (online.asked_at > at_home.catalog.refreshed_at).all()


def test_offline_without_a_catalogue_is_an_error_that_says_so(bare, module_service):
    """Nothing is sent for it."""
    with pytest.raises(errors.CatalogError, match=r"no whole catalogue at .*bare\.parquet yet: refresh\(\) makes it"):
        bare.timeline(online=False)
    with pytest.raises(errors.InvalidInput, match="by"):
        bare.timeline(by="week")
    assert not module_service.requests


@pytest.mark.parametrize("by", ["year", "month", "day"])
def test_the_photos_of_a_period(bare, at_home, by):
    """As many as were counted; a query with its filters and options."""
    row = at_home.timeline(by).sort_values("count").iloc[-1]
    assert len(bare.timeline.photos(row.period, columns=["id"])) == row["count"]
    assert len(bare.timeline.photos(row.period, filters="type:(PHOTOS)", columns=["id"])) == row.photos
    assert len(bare.timeline.photos(row.period, limit=1, save=False)) == 1


def test_periods_in_python(bare, at_home):
    """A number is a year, a ``date`` a day."""
    day = at_home.timeline("day").period.iloc[0]
    year = int(day[:4])
    asked = list(bare.timeline.photos(str(year), columns=["id"]).id)
    for number in (year, np.int64(year)):
        assert list(bare.timeline.photos(number, columns=["id"]).id) == asked
    found = bare.timeline.photos(date.fromisoformat(day), columns=["id"])
    assert list(found.id) == list(bare.timeline.photos(day, columns=["id"]).id)


@pytest.mark.parametrize(
    "wrong", ["july", "2019-13", "2019-02-30", "19", "", None, True, 2019.5, "2019-07-04T10:00:00Z"]
)
def test_what_is_no_period_says_what_is_due(bare, module_service, wrong):
    """Nothing is sent."""
    with pytest.raises(errors.InvalidInput, match="period is a year, a month or a day, such as '2019-07', not"):
        bare.timeline.photos(wrong)
    assert not module_service.requests


async def test_the_timeline_of_the_async_client(at_home, module_service, tmp_path):
    """The same, awaited."""
    cookies, url = module_service.cookies, module_service.url
    async with AsyncAmazonPhotos(cookies, endpoint=url, catalog=at_home.catalog.path) as client:
        assert (await client.timeline(by="month")).equals(at_home.timeline("month"))
        period = at_home.timeline().period[0]
        assert len(await client.timeline.photos(period, columns=["id"])) == at_home.timeline()["count"][0]


def test_a_period_that_nobody_can_read_is_an_error_and_no_gap(connect_odd, tmp_path):
    """How Amazon writes a month is a guess: finer entries are added up, and what is none is told."""
    told = ["2019-07-04", "2019#7#5", "2019-08"]

    async def odd(asked, forward):
        answer = await forward()
        if asked.path.endswith("/search"):
            answer.json["aggregations"]["time"] = [{"match": text, "count": 2} for text in told]
        return answer

    path = tmp_path / "odd.parquet"
    with connect_odd(odd) as strange, AmazonPhotos(strange.cookies, endpoint=strange.url, catalog=path) as ap:
        months = ap.timeline("month")
        assert dict(zip(months.period, months["count"], strict=True)) == {"2019-07": 8, "2019-08": 4}
        with pytest.raises(errors.UnexpectedReply, match=r"'2019-08', which is no day that can be read; refresh\(\)"):
            ap.timeline("day")
        for wrong in ("2019-13-01", "2019-02-30", "0000-01-01", "99999-01-01"):
            told[:] = ["2019-07-04", wrong]
            with pytest.raises(errors.UnexpectedReply, match=f"'{wrong}', which is no day that can be read"):
                ap.timeline("day")
