"""Accounts of marketplaces that nobody wrote down, and of other countries than the one that was asked."""

import pytest

import pictures
from amazon_photos import AmazonPhotos, Settings
from amazon_photos.errors import AccountNotFound, UnknownMarketplace
from odd_service import Answer, odd_service


@pytest.fixture
def indian(service, tmp_path, monkeypatch):
    """Cookies of amazon.in, whose zone nobody wrote down; metadata come from the emulator."""
    monkeypatch.chdir(tmp_path)
    named = {name.replace("main", "acbin"): value for name, value in service.cookies.items()}

    def connect(**settings):
        settings = {"site_endpoint": service.url, "cache_dir": str(tmp_path / "cache"), **settings}
        return AmazonPhotos({**service.cookies, **named}, tld="in", settings=Settings(**settings), progress=False)

    return connect


def test_a_marketplace_without_a_zone(service, indian, tmp_path):
    """Reading metadata works; a transfer is one error that names the setting, and with that it goes through."""
    pictures.write(tmp_path / "mine", "a.jpg", "b.jpg")
    with indian() as ap:
        assert len(ap.nodes()) > 0
        assert ap.upload(tmp_path / "mine", dry_run=True)["action"].tolist() == ["upload", "upload"]
        with pytest.raises(UnknownMarketplace, match=r"amazon\.in: name it with Settings\(zone="):
            ap.upload(tmp_path / "mine")
        with pytest.raises(UnknownMarketplace, match="zone"):
            ap.download(ap.nodes(), out=tmp_path / "out")
    with indian(content_endpoint=service.url) as ap:
        assert ap.upload(tmp_path / "mine")["outcome"].tolist() == ["uploaded", "uploaded"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"x-acbca": "x"}, r"by its cookies it seems to be that of amazon\.ca \(x-acbca\)\..*give its tld="),
        ({"x-acbuk": "x"}, r"seems to be that of amazon\.co\.uk \(x-acbuk\)\..*give its tld=, such as tld='co\.uk'"),
        ({}, r"which one, nothing in the cookies says\..*give its tld="),
    ],
)
def test_an_account_of_another_country(service, tmp_path, monkeypatch, more, says):
    """403 "Account Not Found" is one error: which Amazon it seems to be by the cookies, and what to do."""
    monkeypatch.chdir(tmp_path)

    async def elsewhere(asked, forward):
        return Answer(403, b'{"message":"Account Not Found"}', {"Content-Type": "application/json"})

    with (
        odd_service(service, elsewhere) as strange,
        AmazonPhotos({**strange.cookies, **more}, endpoint=strange.url) as ap,
        pytest.raises(AccountNotFound, match="usage: .*another country's Amazon.*" + says),
    ):
        ap.usage()
