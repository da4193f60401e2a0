"""After everything is undone, who is on what, what and where, and what albums and the family hold are as before."""

from amazon_photos import F


def rows_of(ap):
    """Every relation as it is now: all keys are asked for anew."""
    ap.refresh(relations=True, full=True)
    rows = ap.catalog.relations()
    return sorted(zip(rows["relation"], rows["key"], rows["name"].fillna(""), rows["id"], strict=True))


def test_relations_are_as_before(service, ap):
    """Changes of every kind that can be taken back, undone run by run, the last first."""
    service.reset(files=80)
    files = list(ap.photos(limit=30, save=False).id)
    album, other = (
        ap.albums.create(name, node_ids=some).id[0] for name, some in (("A", files[:9]), ("B", files[6:15]))
    )
    ap.family.add(files[:3], family_id="family")
    before, kept = rows_of(ap), set(ap.history.list().run)
    assert {row[0] for row in before} == {"album", "person", "thing", "place", "family"}
    person = ap.people.list(named=True).name[0]
    ap.trash(files[2:8])
    ap.albums.remove(album, files[:2])
    ap.albums.add(other, files[20:26])
    ap.albums.rename(other, "C")
    ap.albums.merge(other, album)
    ap.albums.create("D", node_ids=F.favorite)
    ap.people.rename(person, "Somebody else")
    ap.family.remove(files[:1], family_id="family")
    ap.family.add(files[10:12], family_id="family")
    ap.trash(ap.nodes(F.kind == "FOLDER").id[1:2], max_delete=1000)
    assert rows_of(ap) != before
    for run in ap.history.list().run:
        if run not in kept:
            done = ap.history.undo(run, max_delete=1000)
            assert set(done.outcome) <= {"restored", "added", "removed", "renamed", "trashed", "shared", "unshared"}, (
                done
            )
    assert rows_of(ap) == before
