"""What can come next in a line that is being typed, and the shells that ask."""
