"""Views of an explanation, and of XML that is laid out for reading."""
