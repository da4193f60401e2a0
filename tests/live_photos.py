"""What the tests of live photos share: which movie is whose, and services that tell of them in other ways."""

from __future__ import annotations

from amazon_photos import AsyncAmazonPhotos, Settings


def connect(service, folder, number=0):
    """A client with a catalogue of its own."""
    tuned = Settings(
        endpoint=service.url, catalog=str(folder / f"ap{number}.parquet"), cache_dir=str(folder / "c"),
        backoff_initial=0.01, backoff_max=0.1,
    )  # fmt: skip
    return AsyncAmazonPhotos(service.cookies, settings=tuned, progress=False)


def pairs(db):
    """``{still id: movie id}`` of a frame."""
    assets = db[db.kind == "ASSET"]
    return {parents[0]: own for own, parents in zip(assets.id, assets.parents, strict=True)}


def stills(db):
    return set(db.id[db.extra.str.contains("LIVE_VIDEO", na=False) & (db.kind == "FILE")])


def asked(service, what):
    """The requests that were answered, of listings of assets ("assets") or of one still's children ("children")."""
    if what == "assets":
        return [seen for seen in service.requests if "ASSET" in str(seen.query.get("filters", ""))]
    return [seen for seen in service.requests if seen.path.endswith("/children")]


async def lists_none(asked, forward):
    """Kinds are no way to list assets."""
    answer = await forward()
    if "ASSET" in asked.query.get("filters", ""):
        answer.json.update(count=0, data=[])
    return answer


async def tells_none(asked, forward):
    """Stills name a movie that is nowhere."""
    if asked.path.endswith("/children"):
        answer = await forward()
        answer.json.update(count=0, data=[])
        return answer
    return await lists_none(asked, forward)


async def without_movies(asked, forward):
    """Neither listings nor stills tell of movies."""
    answer = await forward()
    if asked.path.startswith("/drive/v1/nodes") and "data" in answer.json:
        for node in answer.json["data"]:
            node["childAssetTypeInfo"] = []
    return answer
