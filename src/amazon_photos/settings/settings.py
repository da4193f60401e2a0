"""``Settings``: its fields, and what each of them can be."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from ..errors import InvalidInput, WrongCall
from ..files.paths import OWN_FOLDER, expand_path, find_user_folder
from ..model.addresses import NO_PROXY, check_endpoint, check_proxy
from ..model.regions import ZONES
from ..model.setting_values import READERS, read_rate
from .help_text import HelpText
from .places import check_names, read_places

T = TypeVar("T")
MAX_SECONDS = 1e6
"""Eleven days: for every time-out there is."""
MAX_AGE = 1e9
"""Seconds, thirty years: whoever wants no answer to grow old."""
_TIMEOUTS = (
    "connect_timeout",
    "read_timeout",
    "answer_timeout",
    "backoff_initial",
    "backoff_max",
    "cookie_command_timeout",
)
_PATHS = ("catalog", "cache_dir")


def _check_arguments(settings: type[T]) -> type[T]:
    """Decorate ``Settings``: a name that it doesn't know is told as from every other place, not as Python tells it."""
    init: Callable[..., None] = settings.__init__

    @wraps(init)
    def checked_init(self: T, *args: Any, **arguments: Any) -> None:
        if args:
            raise WrongCall("Settings takes its arguments by their names, such as Settings(bwlimit='2M')")
        check_names(arguments, "arguments", _list_names(settings))
        init(self, **arguments)

    settings.__init__ = checked_init  # type: ignore[assignment]
    settings.__doc__ = HelpText(settings.__doc__ or "")  # type: ignore[assignment]
    return settings


@_check_arguments
@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be tuned. Times in seconds, sizes in bytes; ``Settings.load`` asks the environment and the file, too."""

    endpoint: str | None = None
    """One address that serves every host of the service (the emulator's); None: Amazon's own."""
    profile: str | None = None
    """Whose session and catalogue, by the name that it was signed in under; None: see docs/sign-in.md."""
    cookie_command: str | tuple[str, ...] | None = None
    """A command that prints the cookies, such as "pass show amazon"; a list of words is taken as it is."""
    cookie_command_shell: bool = False
    """Let the system's shell read ``cookie_command``, for pipes and variables."""
    cookie_command_timeout: float = 60.0
    """Seconds that ``cookie_command`` may take."""
    access_token_fallback: bool = False
    """Sign with an access token where fresh cookies of a registered device are refused. Nobody has shown that it works:
    please tell."""
    tld: str | None = None
    """The marketplace, such as "com" or "co.uk"; None: read it off the cookies."""
    zone: str | None = None
    """Which content hosts serve the account, "na", "eu" or "jp"; None: by the marketplace. For one that nobody wrote
    down."""
    site_endpoint: str | None = None
    """Another address for www.amazon.{tld} alone, before ``endpoint``. Amazon moves hosts; the account's cookies go to
    whatever is named here and in the next three."""
    content_endpoint: str | None = None
    """Another address for the hosts of uploads and downloads alone."""
    thumbnails_endpoint: str | None = None
    """Another address for the host of small pictures alone."""
    memories_endpoint: str | None = None
    """Another address for the host of memories ("on this day") alone."""
    sign_in_endpoint: str | None = None
    """Another address for api.amazon.{tld}, which registers devices; it gets tokens, and no cookies."""
    catalog: str = "ap.parquet"
    """The path of the local catalogue; ``~`` is the home folder."""
    history: bool = True
    """Keep a journal of what is changed, beside the catalogue, by which it can be undone; see docs/changing.md."""
    relations_max_age: float = 604_800.0
    """Seconds, seven days: ``refresh(relations=True)`` lists again what was listed longer ago, though nothing tells
    that it changed. 0: all, each time."""
    user_agent: str = "amazon-photos"
    """What the client calls itself in each request."""

    proxy: str | None = field(default=None, repr=False)
    """The proxy for every request, such as "http://user:password@host:3128"; None: what HTTPS_PROXY, HTTP_PROXY,
    ALL_PROXY and NO_PROXY say; "off": none. A password in it is shown nowhere, and settings that hold one cannot be
    pickled."""

    connect_timeout: float = 10.0
    """Seconds in which the server must be found and reached."""
    read_timeout: float = 60.0
    """The longest silence between two pieces of an answer, and of an upload in progress."""
    answer_timeout: float = 120.0
    """Seconds in which an answer must have begun, besides twice ``connect_timeout`` for finding and reaching the server
    (whether that took so long or not), and in which it must then be there, besides the time that its size takes at
    ``slowest_rate``. A ``read_timeout`` that is longer counts in its place."""
    slowest_rate: float = 200.0
    """Bytes per second: what comes more slowly in the long run is cut and tried again."""
    max_attempts: int = 6
    """How often one request is sent at the most."""
    backoff_initial: float = 0.5
    """Seconds, about, before the second attempt; each further pause is twice as long."""
    backoff_max: float = 30.0
    """The longest pause between two attempts, unless the service asks for a longer one."""
    retry_budget: float = 300.0
    """Seconds one operation may spend waiting for retries before it gives up."""

    page_size: int = 200
    """Nodes in one answer of a listing; Amazon gives 200 at the most."""
    initial_concurrency: int = 4
    """Requests at once to begin with: their number rises while all goes well, and falls when the service is busy."""
    max_concurrency: int = 8
    """Requests at once, at the most: Amazon tolerates six to ten (live)."""
    bwlimit: float | None = None
    """Bytes per second for uploads and downloads together; None or "off": no limit. Text may end as rclone's does:
    "500b" bytes, "64K", "2M" and "1G" (or "2Mi", "2MiB") by 1,024; "2MB" by 1,000. A bare number is bytes.
    """
    hash_threads: int = 2
    """Files that are hashed at once, at the most; of those up to 1 MiB that are sent right away half as many, but one
    at least."""
    cache_dir: str = ""
    """Where hashes of local files are remembered; "": the user's cache folder."""

    def __post_init__(self) -> None:
        for one in fields(self):
            object.__setattr__(self, one.name, _read(one.name, getattr(self, one.name), str(one.type)))
        _check_times(self)
        for name, top in (
            ("page_size", 200),
            ("initial_concurrency", 256),
            ("max_concurrency", 256),
            ("max_attempts", 100),
            ("hash_threads", 64),
        ):
            if not 1 <= getattr(self, name) <= top:
                raise InvalidInput(f"{name} must be from 1 to {top}, not {getattr(self, name)}")
        if not self.slowest_rate > 0:
            raise InvalidInput(f"slowest_rate must be above 0 bytes per second, not {self.slowest_rate}")
        if self.bwlimit is not None and self.bwlimit <= 0:
            raise InvalidInput(
                f"bwlimit must be above 0 bytes per second, not {self.bwlimit}; without a limit it is 'off'"
            )
        if self.zone is not None and self.zone not in ZONES:
            raise InvalidInput(f"zone must be one of {', '.join(map(repr, ZONES))}, not {self.zone!r}")
        _check_endpoints(self)
        if self.proxy is not None and self.proxy != NO_PROXY:
            check_proxy("proxy", self.proxy)
        if not (self.user_agent.isascii() and self.user_agent.isprintable()):
            raise InvalidInput("user_agent must be printable ASCII, as headers are")

    def __reduce__(self) -> tuple[Any, ...]:
        if self.proxy is not None and "@" in self.proxy:
            raise WrongCall(
                "these settings hold the password of a proxy: they cannot be pickled or copied; name the proxy in the "
                "environment (AMAZON_PHOTOS_PROXY), where each process reads it"
            )
        return _unpickle, ({one.name: getattr(self, one.name) for one in fields(self)},)

    @property
    def cache_folder(self) -> Path | None:
        """Where hashes of local files are remembered; None: nowhere, for there is no home folder."""
        if self.cache_dir:
            return Path(self.cache_dir)
        folder = find_user_folder(platformdirs.user_cache_path)
        return folder / "cache" if folder is not None and os.environ.get(OWN_FOLDER) else folder

    def __repr__(self) -> str:
        shown = ((one, getattr(self, one.name)) for one in fields(self) if one.repr)
        told = (f"{one.name}={value!r}" for one, value in shown if value != one.default)
        return f"Settings({', '.join(told)})"

    def replace(self, **arguments: Any) -> Settings:
        """Replace some of these settings; arguments that are None count as not given."""
        given = {name: value for name, value in arguments.items() if value is not None}
        check_names(given, "arguments", _list_names(Settings))
        return replace(self, **given)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **arguments: Any) -> Settings:
        """Load settings from all places; arguments that are None count as not given.

        Raises ``InvalidInput`` for an unknown name or a value that cannot be read, naming the place it came from.
        """
        return cls.explain(environ, **arguments)[0]

    @classmethod
    def explain(
        cls, environ: Mapping[str, str] | None = None, *, in_profile: bool = True, **arguments: Any
    ) -> tuple[Settings, Mapping[str, str]]:
        """Load as ``load`` does, and tell the place that each setting is from; the rest are defaults.

        Places are "arguments", "environment", the path of the config file, and that with the table of the profile. With
        ``in_profile=False`` no profile's table counts: another session than a profile's is used.
        """
        kinds = {one.name: str(one.type) for one in fields(cls)}
        found: dict[str, Any] = {}
        sources: dict[str, str] = {}
        variables = os.environ if environ is None else environ
        for place, values in read_places(variables, arguments, kinds, in_profile=in_profile):
            read = {name: _read(name, value, kinds[name], place) for name, value in values.items()}
            found, sources = read | found, dict.fromkeys(read, place) | sources
            cls(**found)  # says at once what is too large
        return cls(**found), sources


def _list_names(settings: type[Any]) -> list[str]:
    return [one.name for one in fields(settings)]


def _unpickle(values: dict[str, Any]) -> Settings:
    return Settings(**values)


def _read(name: str, value: Any, kind: str, place: str = "") -> Any:
    """A value as the field of that kind has it. Raises ``InvalidInput``; the range is checked by ``Settings``."""
    told = f"{name} ({place})" if place else name
    if value is None and kind.endswith("| None"):
        return None
    if name == "proxy" and not isinstance(value, str):
        raise InvalidInput(f"{told} must be text, not a {type(value).__name__}")  # its value may hold a password
    if name in _PATHS:
        return expand_path(told, value)
    if name == "bwlimit" and isinstance(value, str):
        return read_rate(told, value)
    return READERS[kind.removesuffix(" | None")](told, value)


def _check_times(settings: Settings) -> None:
    for name in _TIMEOUTS:
        if not 0 < (seconds := getattr(settings, name)) <= MAX_SECONDS:
            raise InvalidInput(f"{name} must be above 0 seconds (and at most {MAX_SECONDS:,.0f}), not {seconds}")
    for name, most in (("retry_budget", MAX_SECONDS), ("relations_max_age", MAX_AGE)):
        if not 0 <= (seconds := getattr(settings, name)) <= most:
            raise InvalidInput(f"{name} must be from 0 to {most:,.0f} seconds, not {seconds}")


def _check_endpoints(settings: Settings) -> None:
    for name in (
        "endpoint",
        "site_endpoint",
        "content_endpoint",
        "thumbnails_endpoint",
        "memories_endpoint",
        "sign_in_endpoint",
    ):
        if (address := getattr(settings, name)) is not None:
            check_endpoint(name, address)
