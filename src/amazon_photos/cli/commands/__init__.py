"""The commands: a file for each, or for those that belong together. ``syntax.registry`` says which there are."""
