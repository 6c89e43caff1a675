"""Views of questions by mail."""
