"""Relations: which nodes are in which album, and what Amazon saw where: people, things, places, the family vault.

::

    relations_file   ap.relations.parquet: one row for each membership, and how old each answer is
"""
