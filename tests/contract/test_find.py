"""Offline answers: find() gives what the server gives, for what both know."""

import random

import pandas as pd
import pytest

from amazon_photos import F, errors

FEW_HUNDRED = 240


@pytest.fixture
def seeded(ap, service):
    service.reset(files=500)
    _ = ap.db
    service.requests.clear()
    return ap


def node_filters(rng, frame):
    """Filters of the node dialect, with values that occur."""
    row = frame.sample(1, random_state=rng.randrange(10**6)).iloc[0]
    day, other = sorted(frame.createdDate.sample(2, random_state=rng.randrange(10**6)))
    iso = [moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") for moment in (day, other)]
    opened, closed = rng.choice("[{"), rng.choice("]}")
    return [
        f"kind:{row.kind}",
        "kind:(FILE* OR FOLDER*)",
        f'name:"{row["name"]}"',
        f"name:{row['name'][:3]}*" if row["name"][:3].isalnum() else "name:IMG*",
        f'createdDate:{opened}"{iso[0]}" TO "{iso[1]}"{closed}',
        f'createdDate:{opened}"{iso[0]}" TO *{closed}',
        f'contentProperties.contentDate:{opened}* TO "2015-06-01T00:00:00.000Z"{closed}',
        f"contentProperties.extension:{'jpg' if pd.isna(row.extension) else row.extension}",
        "contentProperties.contentType:image*",
        f"contentProperties.md5:{row.md5}" if isinstance(row.md5, str) else "kind:FOLDER",
        "settings.favorite:true",
        "settings.hidden:false",
        f"parents:{row.parents[0]}" if len(row.parents) else "kind:VISUAL_COLLECTION",
    ]


def search_filters(rng, frame):
    """Filters of the search dialect that a catalogue can answer."""
    row = frame[frame.kind == "FILE"].sample(1, random_state=rng.randrange(10**6)).iloc[0]
    return [
        "type:(PHOTOS)",
        "type:(PHOTOS OR VIDEOS)",
        f"timeYear:({rng.randrange(2005, 2026)} OR {rng.randrange(2005, 2026)})",
        f"timeMonth:({rng.randrange(1, 13)})",
        f"timeDay:({rng.randrange(1, 32)})",
        "favorite:(true)",
        f"extension:({row.extension})",
        f'name:("{row["name"]}")',
        "name:(IMG*)",
    ]


def combined(rng, parts):
    chosen = rng.sample(parts, rng.randrange(1, 4))
    text = chosen[0]
    for part in chosen[1:]:
        text = f"({text}) {rng.choice(['AND', 'OR'])} {part}"
    return text


def test_offline_equals_online_for_node_filters(seeded):
    """A few hundred generated filters of /nodes give the same nodes from ap.parquet."""
    rng, frame = random.Random(20), seeded.db
    frame = frame[frame.name.notna()]
    matched = 0
    for _ in range(FEW_HUNDRED // 2):
        text = combined(rng, node_filters(rng, frame))
        online = set(seeded.nodes(text).id)
        assert set(seeded.find(text).id) == online, text
        matched += bool(online)
    assert matched > FEW_HUNDRED // 4


def test_offline_equals_online_for_searches(seeded):
    """A few hundred generated searches give the same files from ap.parquet."""
    rng, frame = random.Random(21), seeded.db
    matched = 0
    for _ in range(FEW_HUNDRED // 2):
        text = combined(rng, search_filters(rng, frame))
        online = set(seeded.query(text, save=False).id)
        offline = seeded.find(text)
        assert set(offline.id[offline.kind == "FILE"]) == online, text
        matched += bool(online)
    assert matched > FEW_HUNDRED // 4


def test_find_asks_nothing_of_the_network(seeded, service):
    """Only the file is read."""
    seeded.find("type:(VIDEOS) AND timeYear:(2019 OR 2020) AND size:[1 TO *]")
    assert service.requests == []


def test_find_knows_every_column_negation_and_patterns(seeded):
    """What Amazon cannot say."""
    frame = seeded.db
    files = frame[frame.kind == "FILE"]
    assert set(seeded.find("NOT kind:FILE").id) == set(frame[frame.kind != "FILE"].id)
    assert set(seeded.find((F.kind == "FILE") & (F["image.width"] >= 3000)).id) == set(
        files[files["image.width"] >= 3000].id
    )
    assert set(seeded.find(F.name.matches(r"^IMG_\d+\.JPG$")).id) == set(
        frame[frame.name.str.match(r"^IMG_\d+\.JPG$", na=False)].id
    )
    year = seeded.find("contentDate:2019")
    listed = frame[frame.kind != "ASSET"]
    assert set(year.id) == set(listed[listed.contentDate.dt.year == 2019].id)


def test_a_date_means_the_same_to_everyone(seeded):
    """find(), nodes() by text and by ``F``, and pandas give the same rows for a date without a time (fault H7)."""
    db = seeded.db[seeded.db.kind != "ASSET"]
    dates = db.contentDate
    start, end = (str(moment.date()) for moment in sorted(dates.dropna().sample(2, random_state=8)))
    word = "contentProperties.contentDate"
    for tree, text, theirs in (
        (F.contentDate > start, f"{word}:{{{start} TO *}}", dates > start),
        (F.contentDate >= start, f"{word}:[{start} TO *}}", dates >= start),
        (F.contentDate < start, f"{word}:{{* TO {start}}}", dates < start),
        (F.contentDate <= start[:7], f"{word}:{{* TO {start[:7]}]", dates <= start[:7]),
        (F.contentDate.between(start, end), f"{word}:[{start} TO {end}]", dates.between(start, end)),
        (F.contentDate == start, f"{word}:{start}", dates.dt.strftime("%Y-%m-%d") == start),
        (F.contentDate == start[:4], f"{word}:{start[:4]}", dates.dt.year == int(start[:4])),
    ):
        wanted = set(db.id[theirs])
        assert wanted
        for found in (seeded.find(tree), seeded.find(text), seeded.nodes(tree), seeded.nodes(text)):
            assert set(found.id) == wanted, text


def test_find_sorts_and_limits(seeded):
    """sort is a column, in either direction; limit cuts behind it."""
    found = seeded.find("kind:FILE", sort="size", descending=True, limit=10)
    assert list(found["size"]) == sorted(seeded.find("kind:FILE")["size"], reverse=True)[:10]
    with pytest.raises(errors.InvalidInput, match="colour"):
        seeded.find("kind:FILE", sort="colour")
    assert len(seeded.find(None)) == len(seeded.db)


def test_what_only_the_index_knows_is_told(seeded):
    """things, people and places stand on no node: the error says where to ask."""
    with pytest.raises(errors.FilterError, match=r"query\(\)"):
        seeded.find("things:(beach)")
