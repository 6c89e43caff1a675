"""Views of recordings: time-line, and differences by box."""
