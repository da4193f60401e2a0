"""Invented libraries: what their files show, and their bytes, made when asked for."""
