"""Views of verifiable credentials."""
