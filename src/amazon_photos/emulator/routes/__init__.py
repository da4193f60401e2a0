"""How the library is asked: one file per concept, each with its ``ROUTES``.

``error_responses`` has what refusals look like.
"""
