"""What can be tuned: one frozen ``Settings``, read from arguments, environment, config file and defaults.

Order of ``Settings.load``, first wins::

    arguments              AmazonPhotos(tld="ca"), Settings.load(bwlimit=2_000_000)
    environment            AMAZON_PHOTOS_ENDPOINT, AMAZON_PHOTOS_TLD, AMAZON_PHOTOS_CATALOG …
    config file            <user config folder>/amazon-photos/config.toml, or AMAZON_PHOTOS_CONFIG
    defaults               below

``AmazonPhotos(settings=Settings(…))`` asks neither the environment nor the file: what it leaves out is the default.
Cookies are not settings: ``net.credentials`` reads them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from .errors import BadInput

_PREFIX = "AMAZON_PHOTOS_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Times in seconds, sizes in bytes."""

    endpoint: str | None = None
    """One address that serves every host of the service (the emulator); None for Amazon's own."""
    tld: str | None = None
    """The marketplace, such as "com" or "co.uk"; None: read it off the cookies."""
    catalog: str = "ap.parquet"
    user_agent: str = "amazon-photos (+https://pypi.org/project/amazon-photos)"

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    """The longest silence between two pieces of an answer, and of an upload in progress."""
    answer_timeout: float = 120.0
    """Seconds in which an answer must have begun, and then be there, besides the time that its size takes at
    ``slowest_rate``. A ``read_timeout`` that is longer counts in its place."""
    slowest_rate: float = 200.0
    """Bytes per second: what comes more slowly in the long run is cut and tried again."""
    attempts: int = 6
    """How often one request is sent at the most."""
    backoff_first: float = 0.5
    backoff_longest: float = 30.0
    retry_budget: float = 300.0
    """Seconds one operation may spend waiting for retries before it gives up."""

    page_size: int = 200
    concurrency_start: int = 4
    concurrency_ceiling: int = 16
    bwlimit: float | None = None
    """Bytes per second for uploads and downloads together; None: no limit."""
    hash_threads: int = 2
    cache_dir: str = ""
    """Where hashes of local files are remembered; "": the user's cache folder."""

    def __post_init__(self) -> None:
        for name in ("connect_timeout", "read_timeout", "answer_timeout", "backoff_first", "backoff_longest"):
            if getattr(self, name) <= 0:
                raise BadInput(f"{name} must be above 0 seconds, not {getattr(self, name)}")
        for name, top in (
            ("page_size", 200),
            ("concurrency_ceiling", 256),
            ("attempts", 100),
            ("hash_threads", 64),
        ):
            if not 1 <= getattr(self, name) <= top:
                raise BadInput(f"{name} must be from 1 to {top}, not {getattr(self, name)}")
        if not self.slowest_rate > 0:
            raise BadInput(f"slowest_rate must be above 0 bytes per second, not {self.slowest_rate}")
        if self.bwlimit is not None and self.bwlimit <= 0:
            raise BadInput(f"bwlimit must be above 0 bytes per second, not {self.bwlimit}")
        if self.endpoint is not None and not self.endpoint.startswith(("http://", "https://")):
            raise BadInput(f"endpoint must begin with http:// or https://, not {self.endpoint!r}")

    @property
    def cache_folder(self) -> Path:
        return (
            Path(self.cache_dir) if self.cache_dir else platformdirs.user_cache_path("amazon-photos", appauthor=False)
        )

    def changed(self, **arguments: Any) -> Settings:
        """These settings with others in their place; arguments that are None count as not given."""
        return replace(self, **{name: value for name, value in arguments.items() if value is not None})

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **arguments: Any) -> Settings:
        """Settings from all four places; arguments that are None count as not given.

        Raises ``BadInput`` for an unknown name or a value that cannot be read, naming the place it came from.
        """
        environ = os.environ if environ is None else environ
        names = {f.name: f.type for f in fields(cls)}
        found: dict[str, Any] = {}
        for place, values in (
            (str(path := _config_path(environ)), _config_file(path)),
            (
                "environment",
                {n: environ[_PREFIX + n.upper()] for n in names if environ.get(_PREFIX + n.upper())},
            ),
            ("arguments", {n: v for n, v in arguments.items() if v is not None}),
        ):
            for name, value in values.items():
                if name not in names:
                    raise BadInput(f"unknown setting {name!r} ({place}); known: {', '.join(sorted(names))}")
                found[name] = _converted(name, value, str(names[name]), place)
        return replace(cls(), **found)


def _config_path(environ: Mapping[str, str]) -> Path:
    given = environ.get(_PREFIX + "CONFIG")
    return Path(given) if given else platformdirs.user_config_path("amazon-photos", appauthor=False) / "config.toml"


def _config_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"cannot read the settings in {path}: {error}") from error


def _converted(name: str, value: Any, type_: str, place: str) -> Any:
    try:
        if "int" in type_:
            return int(value)
        if "float" in type_:
            return float(value)
    except (TypeError, ValueError):
        raise BadInput(f"{name} ({place}) must be a number, not {value!r}") from None
    if not isinstance(value, str | os.PathLike):
        raise BadInput(f"{name} ({place}) must be text, not {value!r}")
    return os.fspath(value)
