"""Which nodes a command is about: ids, paths, globs, conditions, and listings of Amazon's."""
