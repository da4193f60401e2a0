"""Our client as every figure uses it: default settings, but for its folders and for twice as much at once."""

from __future__ import annotations

from pathlib import Path

from amazon_photos import AsyncAmazonPhotos, Settings

COOKIES = {"session-id": "000-0000000-0000000", "ubid-main": "000-0000000-0000000", "at-main": "Atza|bench"}
PARALLEL = 16
"""How many requests at once, ours and those of everybody we are compared with. The default is what Amazon tolerates; on
this machine it would measure the waiting."""


def client(url: str, folder: str | Path, cookies: dict[str, str] | None = None) -> AsyncAmazonPhotos:
    """ap.parquet and remembered hashes are in ``folder``."""
    settings = Settings(
        catalog=str(Path(folder) / "ap.parquet"),
        cache_dir=str(Path(folder) / "cache"),
        endpoint=url,
        max_concurrency=PARALLEL,
    )
    return AsyncAmazonPhotos(cookies or COOKIES, settings=settings, dtype_backend="pyarrow", progress=False)
