"""Views of the rules."""
