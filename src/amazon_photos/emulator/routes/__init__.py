"""How the library is asked: one file per concept, each with its ``ROUTES``. ``bodies`` has what refusals look like."""
