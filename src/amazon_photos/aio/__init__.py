"""The async client: all behaviour lives here, one file of operations per concept, the same words as in ``wire``."""
