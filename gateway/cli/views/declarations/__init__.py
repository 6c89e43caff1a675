"""Views of customs declarations."""
