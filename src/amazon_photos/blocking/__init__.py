"""The face most people use: every operation of ``aio``, waited for. No behaviour lives here."""
