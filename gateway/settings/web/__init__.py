"""Settings of the pages for people."""
