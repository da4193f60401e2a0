"""The ways of ``login``: cookies from somewhere, or this device registered."""
