"""Views of traceability and risk."""
