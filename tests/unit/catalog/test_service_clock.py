"""What the service's clock says."""

import pytest

from amazon_photos.catalog.service_clock import read_date

HUGE = "9" * 20


@pytest.mark.parametrize("date", ["Mon, 01 Jan 2024 00:00:00 GMT", "Mon, 01 Jan 2024 02:00:00 +0200"])
def test_a_date_is_milliseconds(date):
    """As the catalogue's header keeps it, whatever the zone."""
    assert read_date(date) == 1_704_067_200_000


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Thu, 99 Jan 2024 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +9999",
        f"Mon, 01 Jan 2024 00:00:00 +{HUGE}",
        f"Mon, 01 Jan {HUGE} 00:00:00 GMT",
        "Fri, 01 Jan 1960 00:00:00 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_a_date_that_means_nothing_is_none(date):
    """A service or a proxy may say anything: nothing breaks, and nothing is concluded from it.

    Nor from what no catalogue can keep: before 1970, or where the years end.
    """
    assert read_date(date) is None
