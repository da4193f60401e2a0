"""A session as it is kept: one kind, however it was made. Pure.

``SavedSession`` holds the secrets; ``SessionInfo`` is what may be told of it. Kept are cookies, the refresh token of a
registered device with its serial, the marketplace, some dates, and a hash of the account's id. Never the code of a
sign-in, its verifier, a name or an address.

Two processes that use one session and get different cookies merge what they have (``merge``): of each cookie the one
that was ``minted`` last stays, so that those of one renewal stay together, and of those the one that ``changed`` last.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar

from ..errors import CredentialsError
from ..model.regions import Region, region_for
from ..model.sign_in import MintedCookie, NotCopied
from .credentials import Credentials, belongs

Way = Literal["browser", "pasted", "command", "registered"]
"""How a session was made."""
FORMAT = 1
"""Of what is written; a newer one is refused, not guessed at."""
MINTED_LIFE = timedelta(hours=24)
"""Of the at-… of a registered device. Source: live (a log of 2022)."""
_TICK = timedelta(microseconds=1)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SavedCookie(NotCopied):
    """In UTC: when it was ``minted`` along with others, when it was given or rotated, and what is said of its end."""

    name: str
    value: str = field(repr=False)
    minted: datetime
    changed: datetime
    expires: datetime | None = None

    def is_before(self, other: SavedCookie) -> bool:
        """Tell whether ``other`` is newer; of two that cannot be told apart, it is always the same one."""
        mine, theirs = ((each.minted, each.changed, each.value) for each in (self, other))
        return mine < theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSession(NotCopied):
    """One sign-in, with what signs requests. ``id`` tells it from the next one of the same account."""

    way: Way
    marketplace: str
    made: datetime
    minted: datetime
    """When its cookies were last made as a whole: by signing in or by renewing."""
    cookies: tuple[SavedCookie, ...] = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    serial: str = field(default="", repr=False)
    account: str = ""
    """``hash_account`` of the owner's id; "" until Amazon has told it."""
    command: tuple[str, ...] = field(default=(), repr=False)
    """What gives the cookies anew, if a command does: its words, or one text for a shell."""
    shell: bool = False
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    format: int = FORMAT

    def __post_init__(self) -> None:
        region_for(self.marketplace)
        dates = [self.made, self.minted, *(when for c in self.cookies for when in (c.minted, c.changed))]
        if None in [each.tzinfo for each in dates + [c.expires for c in self.cookies if c.expires]]:
            raise ValueError("the dates of a session are in UTC")

    @property
    def region(self) -> Region:
        """The marketplace, and whose cookies are its."""
        return region_for(self.marketplace)

    @property
    def renewable(self) -> bool:
        """Whether it can be renewed without anybody's hand."""
        return bool(self.refresh_token or self.command)

    @property
    def expires(self) -> datetime | None:
        """When its cookies stop to sign anything, where that is known."""
        suffix = self.region.suffix
        needed = [c.expires for c in self.cookies if c.name in (f"at-{suffix}", f"sess-at-{suffix}", "session-id")]
        known = [each for each in needed if each is not None]
        if self.way == "registered" and self.cookies:
            known.append(self.minted + MINTED_LIFE)
        return min(known, default=None)

    @property
    def info(self) -> SessionInfo:
        """What may be told of it."""
        return SessionInfo(
            way=self.way,
            marketplace=self.marketplace,
            made=self.made,
            minted=self.minted,
            expires=self.expires,
            renewable=self.renewable,
            account=self.account,
            id=self.id,
        )

    def credentials(self) -> Credentials:
        """Make the cookies that sign requests. Raises ``CredentialsError`` for what is missing among them."""
        return Credentials.load({c.name: c.value for c in self.cookies}, tld=self.marketplace)

    def of_account(self, owner_id: str) -> SavedSession:
        """Return this session with the hash of its account's id, as the root folder's ``ownerId`` tells it."""
        return replace(self, account=hash_account(owner_id))

    def rotate(self, values: Mapping[str, str], now: datetime) -> SavedSession:
        """Return this session with cookies that Amazon has set anew, one by one."""
        before = {c.name: c for c in self.cookies}
        fresh = {
            name: SavedCookie(name, value, self.minted, _later(now, before.get(name)))
            for name, value in values.items()
            if name not in before or before[name].value != value
        }
        return replace(self, cookies=tuple((before | fresh).values())) if fresh else self

    def renew(self, cookies: Iterable[MintedCookie], now: datetime) -> SavedSession:
        """Return this session with cookies that were minted as a whole; those that were not stay.

        What signs nothing is not kept: another name's cookie, and one without a value.
        Raises ``CredentialsError`` if they cannot sign a request then: nothing is lost by that.
        """
        before = {c.name: c for c in self.cookies}
        minted = max(now, self.minted + _TICK) if before else now
        signing = [c for c in cookies if c.value and belongs(c.name, self.region)]
        fresh = {c.name: SavedCookie(c.name, c.value, minted, minted, c.expires) for c in signing}
        renewed = replace(self, cookies=tuple((before | fresh).values()), minted=minted)
        renewed.credentials()
        return renewed

    def merge(self, other: SavedSession) -> SavedSession:
        """Merge with ``other``, which is the same session as another process has it.

        It makes no difference which of the two is asked. Raises ``ValueError`` for another session.
        """
        if other.id != self.id:
            raise ValueError("two sessions are not one")
        newest = {c.name: c for c in self.cookies}
        for cookie in other.cookies:
            mine = newest.get(cookie.name)
            if mine is None or mine.is_before(cookie):
                newest[cookie.name] = cookie
        return replace(
            self,
            cookies=tuple(newest[name] for name in sorted(newest)),
            minted=max(self.minted, other.minted),
            account=self.account or other.account,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """What may be told of a session: no secret, no name, no address."""

    way: Way
    """How it was made: "browser", "pasted", "command" or "registered"."""
    marketplace: str
    """Where the account is, such as "co.uk"."""
    made: datetime
    """When somebody signed in, in UTC."""
    minted: datetime
    """When its cookies were last made as a whole, in UTC: by signing in or by renewing."""
    expires: datetime | None
    """When it ends, in UTC, unless it is renewed; None where nobody said."""
    renewable: bool
    """Whether it is renewed without anybody's hand."""
    account: str
    """A hash of the account's id, to tell accounts apart; "" until Amazon has told it."""
    id: str
    """Tells this sign-in from the next one of the same account; no secret."""


def make_session(
    credentials: Credentials,
    way: Way,
    now: datetime | None = None,
    *,
    expires: Mapping[str, datetime] | None = None,
    command: tuple[str, ...] = (),
    shell: bool = False,
) -> SavedSession:
    """Make a session of cookies that were read somewhere; ``expires`` is by name, where it is known."""
    made = now or datetime.now(UTC)
    when = expires or {}
    return SavedSession(
        way=way,
        marketplace=credentials.region.tld,
        made=made,
        minted=made,
        cookies=tuple(
            SavedCookie(name, value, made, made, when.get(name)) for name, value in credentials.cookies.items()
        ),
        command=command,
        shell=shell,
    )


def hash_account(owner_id: str) -> str:
    """Hash an account's id: equal for equal ids, and nothing else can be read off it."""
    return hashlib.sha256(f"amazon-photos account {owner_id}".encode()).hexdigest()[:16]


def decode_as(data: bytes | str, kind: type[T]) -> T:
    """Decode what was written down: ``SavedSession``, or what holds one.

    Raises ``CredentialsError``, which shows nothing of it.
    """
    import msgspec

    try:
        if msgspec.json.decode(data, type=_Version).format == FORMAT:
            return msgspec.json.decode(data, type=kind)
        problem = "a newer version of amazon-photos has written the session: use that one, or sign in anew"
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, TypeError, RecursionError):
        problem = "the session is damaged: sign in anew"
    data = b""  # a traceback may show what stands in here
    raise CredentialsError(problem)


@dataclass(frozen=True, slots=True)
class _Version:
    format: int


def _later(now: datetime, before: SavedCookie | None) -> datetime:
    """A clock that was set back makes no change older than the one before it."""
    return now if before is None else max(now, before.changed + _TICK)
