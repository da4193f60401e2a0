"""Relations: which nodes are in which album, and what Amazon saw where: people, things, places, the family vault.

::

    relations_file   ap.relations.parquet: one row for each membership, and how old each answer is
    refresh          brings it up to date, once the catalogue is
    told             which albums, people, things, places and families there are
    known            which of them are to be listed again (pure)
    members          the ids of one of them
    journal          what an interrupted refresh has brought already
    rows             old rows and new answers -> the next file (pure)
"""
