"""The library: its state and rules in SQLite and files. It knows no HTTP."""
