"""Where settings come from, and what a bad one says."""

import pytest

from amazon_photos.errors import BadInput
from amazon_photos.settings import Settings


def test_arguments_win_over_environment_over_file(tmp_path):
    """First arguments, then the environment, then the config file, then the defaults."""
    config = tmp_path / "config.toml"
    config.write_text('tld = "ca"\nattempts = 3\npage_size = 50\n')
    environ = {"AMAZON_PHOTOS_CONFIG": str(config), "AMAZON_PHOTOS_TLD": "de", "AMAZON_PHOTOS_ATTEMPTS": "4"}
    settings = Settings.load(environ, tld="it", attempts=None)
    assert (settings.tld, settings.attempts, settings.page_size, settings.read_timeout) == ("it", 4, 50, 60.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"page_size": 500}, "page_size must be from 1 to 200"),
        ({"attempts": "many"}, "attempts (arguments) must be a number"),
        ({"endpoint": "127.0.0.1:8765"}, "endpoint must begin with http"),
        ({"read_timeout": 0}, "read_timeout must be above 0"),
        ({"colour": "red"}, "unknown setting 'colour'"),
    ],
)
def test_bad_settings_are_named(arguments, says):
    """A setting that cannot be meant is refused with its name and what it takes."""
    with pytest.raises(BadInput, match="^" + __import__("re").escape(says)):
        Settings.load({"AMAZON_PHOTOS_CONFIG": "/nonexistent"}, **arguments)


def test_a_broken_config_file_is_named(tmp_path):
    """The message says which file cannot be read."""
    (tmp_path / "config.toml").write_text("tld = = =")
    with pytest.raises(BadInput, match=r"config\.toml"):
        Settings.load({"AMAZON_PHOTOS_CONFIG": str(tmp_path / "config.toml")})
