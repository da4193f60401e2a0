"""What Amazon knows of a photo, in a file beside it: gather, render, write."""
