"""The config file, shown and changed by name."""
