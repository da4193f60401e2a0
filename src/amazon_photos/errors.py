"""Every error that a user can meet, in one tree; a test compares the drawing with the classes.

::

    AmazonPhotosError
    ├── InvalidInput (also a ValueError)            the caller can mend it; nothing was sent
    │   ├── FilterError                             where in the filter, and what was probably meant
    │   │   └── UnknownWord (also an AttributeError)    ``F.typ``
    │   ├── TooManyDeletions                        more would go than ``max_delete`` allows
    │   ├── UnknownMarketplace
    │   └── WrongCall (also a TypeError)            no such argument, "with" for "async with", a client copied
    ├── CredentialsError                            cookies are missing or misspelled; nothing was sent
    │   ├── NotSignedIn                             the profile holds no session
    │   ├── WrongProfile                            the session is of another account or marketplace than the profile
    │   ├── KeyringFailed                           the system's keyring is missing, locked, or does not answer
    │   ├── CookieCommandFailed                     the command that gives the cookies gave none
    │   ├── BrowserUnreadable                       a browser's cookies cannot be read here
    │   └── WrongAddress                            the pasted address is not the one that a sign-in ends on
    ├── ServiceError                                Amazon answered with an error
    │   ├── SessionExpired                          401, or a sign-in page where data was due
    │   ├── SignInRefused                           the code of a sign-in was used, or is too old
    │   ├── BadRequest                              400: the request is malformed
    │   │   └── FilterRejected                      400 "Invalid filter"
    │   ├── Forbidden                               403
    │   │   ├── AccountNotFound                     it is one of another country's Amazon
    │   │   └── QuotaExceeded
    │   ├── NotFound                                404
    │   ├── Conflict                                409; ``existing_id`` is the node in the way
    │   ├── RangeNotSatisfiable                     416
    │   ├── RateLimited                             429; ``retry_after`` in seconds, if Amazon said
    │   ├── Unavailable                             5xx, 408 and bot checks; ``retry_after`` as well
    │   │   └── RenewalFailed                       the session has ended, and cannot be renewed now
    │   └── UnexpectedReply                         a shape nobody has described yet
    │       └── PartitioningUnsupported             a long listing that cannot be cut by date
    ├── NetworkError                                no answer
    │   ├── ConnectionFailed
    │   │   ├── CertificateError                    its TLS certificate is not to be trusted
    │   │   └── ProxyRefused                        a proxy lets nothing through; see ``Settings.proxy``
    │   └── TimedOut
    ├── ContentMismatch                             bytes that are not the bytes they should be
    ├── CatalogError                                ap.parquet
    │   ├── CatalogDamaged                          no catalogue of this account can be read there
    │   │   ├── NotACatalog
    │   │   ├── CatalogTooNew
    │   │   └── CatalogForeign                      another account's
    │   ├── CatalogIncomplete                       what is asked is not in it yet
    │   ├── UnknownCursor                           what changed since it is not known: read all
    │   └── CatalogLocked                           another process is writing it
    ├── LocalFileError                              a file or folder of this machine, or what a file would replace
    │   ├── DiskFull
    │   ├── NotWritable                             a folder takes no files
    │   ├── TargetExists                            something else has the name
    │   ├── FileInUse                               another run is writing it
    │   ├── FileChanged                             it is not what it was a moment ago
    │   ├── FileExposed                             others can read or replace what must be private
    │   └── FolderTaken                             a file of the library has the name of a folder that is due
    ├── RunInProgress                               another run on the same profile and target is under way
    ├── ClientClosed                                the client was closed
    ├── WrongThread (also a RuntimeError)           the thread, event loop or process is another than the client's
    └── MissingExtra (also an ImportError)

``retryable`` says whether sending the same request again can help, ``not_carried_out`` whether it certainly did
nothing. No message, argument or attribute of any of these ever holds a cookie. ``str()`` of each can be shown on a
terminal, whatever the server's words and the files' names in it hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from unicodedata import category, east_asian_width

if TYPE_CHECKING:
    import os

    import pandas as pd

_AROUND = 60
"""How much of a filter is shown on either side of a fault."""


class AmazonPhotosError(Exception):
    """The root of the tree: ``except AmazonPhotosError`` catches all of it."""

    retryable: ClassVar[bool] = False
    """Sending the same request again can help."""
    not_carried_out: ClassVar[bool] = False
    """The request certainly did nothing, so that even one that changes something may be sent again."""
    outcomes: pd.DataFrame | None = None
    """What a call that does something with many files or nodes had done before this error ended it: the frame that it
    would have given, with a row for each of which it is known what became of it. None for every other call.
    """
    request: str = ""
    """Which request met it: its method, host and path, such as ``GET www.amazon.com/drive/v1/nodes``; "" for none."""

    def __str__(self) -> str:
        return "\n".join(map(hide_controls, super().__str__().split("\n")))


class InvalidInput(AmazonPhotosError, ValueError):
    """An argument that cannot be meant; nothing was sent."""


class FilterError(InvalidInput):
    """A filter that cannot work, found before anything is sent.

    ``reason`` says what cannot work, ``text`` is the filter, ``position`` the 0-based offset of the fault, ``hint``
    what was probably meant. ``str()`` shows the fault with a caret under it.
    """

    reason: str
    text: str
    position: int | None
    hint: str

    def __init__(self, reason: str, *, text: str = "", position: int | None = None, hint: str = "") -> None:
        self.reason, self.text, self.position, self.hint = reason, text, position, hint
        lines = [reason]
        if text and position is not None:
            lines += _point_at(text, position)
        if hint:
            lines.append(hint)
        super().__init__("\n".join(lines))


def _point_at(text: str, position: int) -> list[str]:
    """The part of ``text`` around ``position`` in one line, and a line with a caret under it."""
    start, end = max(0, position - _AROUND), position + _AROUND
    before = ("…" if start else "") + hide_controls(text[start:position])
    after = hide_controls(text[position:end]) + ("…" if end < len(text) else "")
    return [f"    {before}{after}", f"    {' ' * width_of(before)}^"]


def hide_controls(text: str) -> str:
    """Put spaces in the place of line breaks, tabs and whatever else would steer a terminal."""
    return text if text.isprintable() else "".join(c if _moves_nothing(c) else " " for c in text)


def _moves_nothing(c: str) -> bool:
    """Spaces of other widths count as printable: names of screenshots have them."""
    return c.isprintable() or category(c) == "Zs"


def width_of(text: str) -> int:
    """Count a terminal's columns that ``text`` fills: two for a wide letter, none for an accent."""
    if text.isascii():
        return len(text)
    return sum(0 if _is_combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _is_combining(c: str) -> bool:
    """Accents and vowel signs; vowels and finals of Hangul that is written in its parts."""
    return category(c) in ("Mn", "Me", "Cf") or "\u1160" <= c <= "\u11ff" or "\ud7b0" <= c <= "\ud7ff"


class UnknownWord(FilterError, AttributeError):
    """What ``F.typ`` raises: an AttributeError too, so that ``hasattr`` and tools that look around work."""


class TooManyDeletions(InvalidInput):
    """More would be removed than ``max_delete`` allows; nothing was done."""


class UnknownMarketplace(InvalidInput):
    """A ``tld`` or cookie suffix that belongs to no Amazon marketplace we know."""


class WrongCall(InvalidInput, TypeError):
    """A call that cannot be meant, whatever its values are; the message says what was probably meant."""


class CredentialsError(AmazonPhotosError):
    """Cookies are missing or misspelled; the message names them and says where to find them."""


class NotSignedIn(CredentialsError):
    """The profile holds no session; the message names the command that makes one."""


class WrongProfile(CredentialsError):
    """The session is of another account or marketplace than the profile; the profile is left as it was."""


class KeyringFailed(CredentialsError):
    """The system's keyring is missing, locked, or does not answer; the message says what to do about it."""


class CookieCommandFailed(CredentialsError):
    """The command that is to give the cookies cannot be run, failed, took too long, or gave none."""


class BrowserUnreadable(CredentialsError):
    """A browser's cookies cannot be read here; the message says what can be done instead."""


class WrongAddress(CredentialsError):
    """The pasted address is not the one that this sign-in ends on; the message says what it is and what to paste."""


class ServiceError(AmazonPhotosError):
    """Amazon answered with an error.

    ``status`` is the HTTP status, ``code`` Amazon's own word if it gave one (``NAME_ALREADY_EXISTS``),
    ``reply`` Amazon's message, and ``operation`` the call that met it.
    """

    status: int
    code: str
    reply: str
    operation: str

    def __init__(self, message: str, *, status: int = 0, code: str = "", reply: str = "", operation: str = "") -> None:
        self.status, self.code, self.reply, self.operation = status, code, reply, operation
        super().__init__(message)


class SessionExpired(ServiceError):
    """The session is over (401, or a sign-in page where data was due). Never retried."""


class SignInRefused(ServiceError):
    """Amazon does not take the code of a sign-in: it was used, is older than five minutes, or of another sign-in."""


class BadRequest(ServiceError):
    """400: Amazon finds the request malformed."""


class FilterRejected(BadRequest):
    """400 "Invalid filter" or "Invalid fieldName": Amazon's words, with our hint.

    It was sent, so it is no ``InvalidInput``.
    """


class Forbidden(ServiceError):
    """403: the account may not do this."""


class AccountNotFound(Forbidden):
    """403 "Account Not Found": the account is one of another country's; the message says which it seems to be."""


class QuotaExceeded(Forbidden):
    """403 InsufficientStorage: the account's quota is used up (photos are free with Prime, videos are not)."""


class NotFound(ServiceError):
    """404: no such node, or the share was revoked."""


class Conflict(ServiceError):
    """409: the name or the content is there already. ``existing_id`` is the node in the way, if Amazon said."""

    def __init__(
        self,
        message: str,
        *,
        existing_id: str | None = None,
        status: int = 409,
        code: str = "",
        reply: str = "",
        operation: str = "",
    ) -> None:
        self.existing_id = existing_id
        super().__init__(message, status=status, code=code, reply=reply, operation=operation)


class RangeNotSatisfiable(ServiceError):
    """416: the file is shorter than the byte asked for."""


class _Transient(ServiceError):
    """An answer that says: later. ``retry_after`` is in seconds, or None when Amazon didn't say."""

    retryable = True
    _status: ClassVar[int]

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        status: int = 0,
        code: str = "",
        reply: str = "",
        operation: str = "",
    ) -> None:
        self.retry_after = retry_after
        super().__init__(message, status=status or self._status, code=code, reply=reply, operation=operation)


class RateLimited(_Transient):
    """429: too fast, and not carried out."""

    not_carried_out = True
    _status = 429


class Unavailable(_Transient):
    """5xx or 408: Amazon failed, or took us for a bot. A write may still have happened: look before repeating."""

    _status = 503


class RenewalFailed(Unavailable):
    """The session has ended, and cannot be renewed now; it may be later. The request was not carried out."""

    not_carried_out = True


class UnexpectedReply(ServiceError):
    """A reply nobody has described yet; ``reply`` is a short, redacted sample of it."""


class PartitioningUnsupported(UnexpectedReply):
    """Amazon gives the same whatever the dates, or nodes without one: such a listing cannot be cut."""


class NetworkError(AmazonPhotosError):
    """No answer came."""

    retryable = True


class ConnectionFailed(NetworkError):
    """The host could not be reached, or the connection broke."""


class CertificateError(ConnectionFailed):
    """The host's TLS certificate is not to be trusted; nothing was sent to it."""

    retryable = False


class ProxyRefused(ConnectionFailed):
    """The proxy does not let the request through; nothing was sent to the host."""

    retryable = False


class TimedOut(NetworkError):
    """The host was too slow."""


class ContentMismatch(AmazonPhotosError):
    """Size or MD5 of what arrived differ from what was due; the bytes were not kept under a final name."""

    retryable = True


class CatalogError(AmazonPhotosError):
    """Something about ``ap.parquet``."""


class CatalogDamaged(CatalogError):
    """The file cannot be read as a catalogue."""


class NotACatalog(CatalogDamaged):
    """A Parquet file that this package did not make."""


class CatalogTooNew(CatalogDamaged):
    """A catalogue that a newer version of this package made."""


class CatalogForeign(CatalogDamaged):
    """A catalogue of another account."""


class CatalogIncomplete(CatalogError):
    """The file does not say yet what is asked of it: ``refresh`` fills it."""


class UnknownCursor(CatalogError):
    """What changed in the catalogue since this cursor is not known: it is too old, or of another catalogue."""


class CatalogLocked(CatalogError):
    """Another process is writing the catalogue and did not finish in time."""


class LocalFileError(AmazonPhotosError):
    """A file or folder of this machine cannot be read or written."""


class DiskFull(LocalFileError):
    """No space left on this machine, or a quota is used up."""


class NotWritable(LocalFileError):
    """A folder takes no files."""


class TargetExists(LocalFileError):
    """Something else has the name, or got it in the meantime."""


class FileInUse(LocalFileError):
    """Another run, which lives, is writing the file at ``path``."""

    def __init__(self, message: str, *, path: str | os.PathLike[str] = "") -> None:
        self.path = path
        super().__init__(message)


class FileChanged(LocalFileError):
    """The file is not what it was a moment ago."""


class FileExposed(LocalFileError):
    """Others can read or replace a file that must be private, or nothing on this disk can be private."""


class FolderTaken(LocalFileError):
    """A file of the library has the name that a folder needs."""


class RunInProgress(AmazonPhotosError):
    """Another run on the same profile and target is under way; the message says which, and since when."""


class ClientClosed(AmazonPhotosError):
    """The client was closed; make a new one."""


class WrongThread(AmazonPhotosError, RuntimeError):
    """The call comes from where the client cannot work: see the message for where it can."""


class MissingExtra(AmazonPhotosError, ImportError):
    """An optional part is not installed; the message is the pip line that installs it."""
