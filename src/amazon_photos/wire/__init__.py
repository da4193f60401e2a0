"""How Amazon spells it: one pure function per API call, each saying how we know the fact.

A function returns a ``Call``; only ``net.Session`` sends one.
"""
