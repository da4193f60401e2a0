"""What ``demo`` shows: its pictures and its tour."""
