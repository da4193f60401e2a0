"""What is to be changed, what was changed, and the way back: plans, their journal, and undoing. Sends nothing."""
