"""The filter language: text <-> tree, and what a tree means. Pure; no HTTP, no files.

::

    text --parser--> Expr --translate, render--> Amazon's filter
    F ----build----> Expr
                      │ └--split---> (what the server answers, what is left for us)
                      └---match----> a mask over an Arrow table

``accept`` is the door: text or tree in, checked by ``semantics`` before anything is sent.
"""
