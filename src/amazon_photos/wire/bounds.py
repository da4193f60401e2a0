"""How large an answer may be: the largest that a real service sends of each kind, times a generous factor.

What is larger is not read on, so that no answer, however long or tightly packed, takes the memory of this machine. All
figures are bytes, as unpacked. How long an answer may take is a setting: ``answer_timeout`` and ``slowest_rate``.

=================  =========  =====================================================================================
bound              is         the largest there is
=================  =========  =====================================================================================
MAX_REPLY          16 MiB     a page of 200 nodes with all they can hold: 10 KB each, 2 MB; aggregations of twenty
                              years by day: 1.5 MB. Eight times as much
MAX_ERROR          1 MiB      error bodies have some 100 bytes; sign-in pages and bot checks, which are read to tell
                              them apart, up to 300 KB. More is left unread: the status says enough
MAX_WHOLE          64 MiB     a thumbnail of the largest size: 8 MB. A file that is read whole is bounded by its own
                              announced size as well
MAX_HEADER         32 KiB     one header: a redirect's signed address or a cookie has up to 4 KB. aiohttp bounds
                              their number at 128
MAX_COOKIE         4 KiB      a cookie: browsers take no more
MAX_ADDRESS        8 KiB      a redirect's address: a signed one has up to 4 KB
=================  =========  =====================================================================================
"""

MAX_REPLY = 16 << 20
MAX_ERROR = 1 << 20
MAX_WHOLE = 64 << 20
MAX_HEADER = 32 << 10
MAX_COOKIE = 4 << 10
MAX_ADDRESS = 8 << 10
