"""This machine's files: atomic writes, part files, names that every file system takes, the system's errors in our
words."""
