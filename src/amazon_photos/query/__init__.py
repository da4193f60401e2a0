"""The filter language: text <-> tree, and what a tree means. Pure; no HTTP, no files.

::

    text --parser--> Expr --translate, render--> Amazon's filter
    F ----build----> Expr
                      │ └-pushdown-> (what the server answers, what is left for us)
                      └---match----> a mask over an Arrow table

``coerce`` is the door: text or tree in, checked by ``validation`` before anything is sent.
"""

from . import render as render  # gives trees their text
