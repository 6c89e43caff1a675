"""Views of the conformance kit."""
