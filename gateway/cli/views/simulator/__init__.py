"""Views of stand-ins."""
