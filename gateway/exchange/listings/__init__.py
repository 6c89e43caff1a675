"""Reference data: import of files, and look-ups for the rules."""
