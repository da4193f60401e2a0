"""The catalogue: ``ap.parquet``, a copy of what the library holds, on this machine.

::

    schema      what the file says about itself, and how older ones are brought up to date
    store       the file: read, written whole or not at all, kept apart from what is not ours
    lock        two processes never write at once
    changes     old table + what came -> new table (pure)
    journal     what an interrupted full listing has brought already
    fetch       what is asked of the service
    purged      which nodes are gone for good, found by counting
    refresh     brings the catalogue up to date
    lookup      MD5s -> ids
    view        what ``ap.db``, ``ap.columns``, ``ap.arrow`` and ``ap.sql`` show
    answer      what DuckDB answers, as pandas can hold it
    trouble     the system's errors as ours
    proof       whether a file is damaged, and not only out of reach
    beside      which of the files beside it are ours
    durable     renames that last
    clock       whether the service's clock was set back

It holds every node that is not in the trash: files, folders, albums.
"""
