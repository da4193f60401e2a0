"""Profiles: their names, and where they are."""

import sys
from pathlib import Path

import pytest

from amazon_photos.auth.profiles import check_profile_name, find_profile, list_profiles
from amazon_photos.errors import InvalidInput
from amazon_photos.settings import Settings


@pytest.mark.parametrize("name", ["default", "a", "family-2", "my_photos", "7", "x" * 40])
def test_names(name: str) -> None:
    """Lower-case letters, digits, - and _."""
    assert check_profile_name(name) == name


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Family", "family"), ("my photos", "my-photos"), ("..", None), ("a/b", "a-b"), ("", None), ("-a", "a"),
        ("con", None), ("CON", None), ("lpt1", None), ("a.b", "a-b"), ("x" * 41, "x" * 40), ("é", None), ("a\n", "a"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)  # fmt: skip
def test_what_is_no_name(name: str, meant: str | None) -> None:
    """What could lead elsewhere, or be two names of one folder, is refused; the nearest name is proposed."""
    with pytest.raises(InvalidInput) as caught:
        check_profile_name(name)
    assert ("did you mean" in str(caught.value)) == (meant is not None)
    assert meant is None or f"did you mean {meant!r}?" in str(caught.value)


@pytest.mark.parametrize("name", [7, None, b"x", ["a"]])
def test_what_is_no_text(name: object) -> None:
    """Another type says what is due."""
    with pytest.raises(InvalidInput, match="profile must be a name"):
        check_profile_name(name)


def test_one_variable_for_one_folder(tmp_path: Path) -> None:
    """AMAZON_PHOTOS_HOME holds profiles and config file; both are found there, and each profile has its catalogue."""
    environ = {"AMAZON_PHOTOS_HOME": str(tmp_path)}
    profile = find_profile("family", environ)
    assert profile.folder == tmp_path / "profiles" / "family"
    assert profile.catalog == str(tmp_path / "profiles" / "family" / "ap.parquet")
    (tmp_path / "config.toml").write_text('tld = "ca"\n', "utf-8")
    assert Settings.load(environ).tld == "ca"


def test_caches_are_there_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept outside of the one folder."""
    monkeypatch.setenv("AMAZON_PHOTOS_HOME", str(tmp_path))
    assert Settings().cache_folder == tmp_path / "cache"


@pytest.mark.skipif(sys.platform != "linux", reason="the folder is that of Linux")
def test_the_users_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable it is where the system keeps what programs remember."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert find_profile(None, {}).folder == tmp_path / "amazon-photos" / "profiles" / "default"


def test_listing(tmp_path: Path) -> None:
    """What is there is listed by name; what is no profile is left out; none is no error."""
    environ = {"AMAZON_PHOTOS_HOME": str(tmp_path)}
    assert list_profiles(environ) == []
    for name in ("b", "a", "Not-One", ".x"):
        (tmp_path / "profiles" / name).mkdir(parents=True)
    (tmp_path / "profiles" / "file").write_bytes(b"")
    assert [profile.name for profile in list_profiles(environ)] == ["a", "b"]


def test_the_command_that_signs_in(tmp_path: Path) -> None:
    """The default profile needs no name."""
    environ = {"AMAZON_PHOTOS_HOME": str(tmp_path)}
    assert find_profile(None, environ).login == "amazon-photos login"
    assert find_profile("a", environ).login == "amazon-photos login --profile a"
    assert not list(tmp_path.iterdir())
