"""The filter language: text <-> tree, and what a tree means. Pure; no HTTP, no files.

::

    text --parser--> Expr --render--> Amazon's filter
                      │ └--split---> (what the server answers, what is left for us)
                      └---match----> a mask over an Arrow table
"""
