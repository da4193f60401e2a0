"""One node's bytes: ranges, reading that resumes and verifies, thumbnails."""
