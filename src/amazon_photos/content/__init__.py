"""One node's bytes: a range of them, a reader that resumes and verifies, a thumbnail.

::

    stream      one request: what came is checked against what is known of the content
      └─ forward    as many requests as it takes to get from one place to another
           ├─ read_range    some bytes, whole in memory
           └─ reader        read, seek, tell; verified once all of it was read
    thumbnail   a small picture

``transfer.download`` stands on ``stream``: it has its own ways of going on, for it keeps what came on the disk.
"""
