"""What is on this machine: scanning, selecting, hashing, comparing."""
