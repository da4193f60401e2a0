"""The command ``amazon-photos``. Nothing heavy is imported before a command needs it."""
