"""The catalogue: ``ap.parquet``, a copy of what the library holds, on this machine.

::

    catalog        ``Catalog``: the file opened and asked by itself, without a client
    schema         what the file says about itself, and how older ones are brought up to date
    store          the file: read, written whole or not at all, kept apart from what is not ours
    lock           two processes never write at once
    relations      what belongs to what: ap.relations.parquet
    changes        old table + what came -> new table (pure)
    journal        what a full listing has brought so far, on disk
    sorted_rows    its files: sorted, and read some thousand rows at a time
    listed_rows    its rows: a few columns in memory, the rest merged from those files
    row_groups     the rows of a file that is there, read when something is merged into it
    placed_rows    what both are: found and put in order by few columns, merged piece by piece
    own_folder     where journals are kept
    fetch          what is asked of the service
    history        what made each version of the file of the one before
    cursor         what happened since one of them
    deletions      which nodes are deleted for good, found by counting
    refresh        brings the catalogue up to date
    index          paths, names, folders, contents and albums -> nodes: the one index of the library
    md5_lookup     MD5s -> ids in a table, a million at a time
    index_cache    the index, kept for one version of the file
    relations_view what belongs to what, as people look at it
    view           tables, rows, frames and SQL answers
    sql_result     what DuckDB answers, as pandas can hold it
    damage         whether a file is damaged, and not only out of reach
    os_errors      the system's and Arrow's errors -> ours
    in_thread      work on files that ends before the lock is let go of
    leftovers      which of the files beside it are ours
    names_file     names of folders, albums and people, for completion at a shell
    service_clock  whether the service's clock was set back

It holds every node that is not in the trash: files, folders, albums. Reading it loads neither pandas nor asyncio.
"""
