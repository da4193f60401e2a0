"""What speaks to Amazon for a command, loaded with as little besides as it can do with (``lean``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lean import load_aiohttp_alone, load_arrow_alone

if TYPE_CHECKING:
    from ..blocking.client import AmazonPhotos
    from ..net.session import Session
    from .table_client import TableClient
    from .upload_client import UploadClient


def load_client() -> type[AmazonPhotos]:
    """Load the client that does everything, and gives frames of pandas."""
    load_aiohttp_alone()
    from ..blocking.client import AmazonPhotos

    return AmazonPhotos


def load_table_client() -> type[TableClient]:
    """Load the client that does everything, and gives Arrow tables, without pandas."""
    load_arrow_alone()
    load_aiohttp_alone()
    from .table_client import TableClient

    return TableClient


def load_upload_client() -> type[UploadClient]:
    """Load the client that uploads, and gives tables too."""
    load_arrow_alone()
    load_aiohttp_alone()
    from .upload_client import UploadClient

    return UploadClient


def load_session() -> type[Session]:
    """Load what sends single requests."""
    load_aiohttp_alone()
    from ..net.session import Session

    return Session
