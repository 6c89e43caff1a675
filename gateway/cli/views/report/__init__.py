"""Views of the annual report."""
