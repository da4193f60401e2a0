"""Which account a command is about, and which catalogue: what its options say of that, and the doors they open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..auth.precedence import Resolved, open_sign_in, resolve
from ..errors import CredentialsError
from .clients import load_client, load_session, load_table_client, load_upload_client

if TYPE_CHECKING:
    from ..blocking.base import BlockingBase
    from ..blocking.client import AmazonPhotos
    from ..catalog.catalog import Catalog
    from ..net.session import Session
    from .output.console import Console
    from .upload_client import UploadClient

C = TypeVar("C", bound="BlockingBase")
_NO_COOKIES = (
    "nobody is signed in: run `amazon-photos login`, or give --cookies FILE, or set session_id, ubid_main and at_main "
    "(outside the US: ubid_acbca, at_acbca …)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Which account, and which catalogue; None stands for what was not said."""

    profile: str | None = None
    catalog: Path | None = None
    cookies: Path | None = None
    tld: str | None = None
    endpoint: str | None = None
    progress: bool | None = None

    def resolve(self) -> Resolved:
        """Resolve whose session is meant, and which settings hold."""
        return resolve(self.cookies, profile=self.profile, tld=self.tld, endpoint=self.endpoint)

    def find_catalog(self) -> Path:
        """Find the path of the catalogue, which need not be there."""
        return self.catalog or Path(self.resolve().settings.catalog)

    def open_client(self, console: Console) -> AmazonPhotos:
        """Open a client that gives frames. Raises as ``open``."""
        return self.open(load_client(), console)

    def open_table_client(self, console: Console) -> AmazonPhotos:
        """Open a client whose results are Arrow tables, without pandas. Raises as ``open``."""
        return self.open(load_table_client(), console)

    def open_upload_client(self, console: Console) -> UploadClient:
        """Open a client that uploads, and gives tables too. Raises as ``open``."""
        return self.open(load_upload_client(), console)

    def open(self, client: type[C], console: Console) -> C:
        """Open a client of this class; it shows how far it is where somebody is watching.

        Raises ``CredentialsError``.
        """
        return client(
            self.cookies,
            tld=self.tld,
            endpoint=self.endpoint,
            profile=self.profile,
            catalog=self.catalog,
            progress=False if console.quiet else self.progress,
        )

    def open_session(self) -> Session:
        """Open a session, by the order of ``auth.precedence``; nothing is sent by that.

        Raises ``CredentialsError``, which says how to sign in, and ``InvalidInput``.
        """
        session_class, resolved = load_session(), self.resolve()
        try:
            return session_class(open_sign_in(resolved, self.cookies), resolved.settings)
        except CredentialsError as error:
            if not str(error).startswith("no cookies. "):  # it says what is wrong with those that were given
                raise
        raise CredentialsError(_NO_COOKIES)

    def open_catalog(self) -> Catalog:
        """Open the catalogue; neither pandas nor aiohttp is loaded for it.

        Raises ``CatalogError``, which says how it is made.
        """
        from ..catalog.catalog import Catalog

        return Catalog.open(self.find_catalog())
