"""Pages of traceability and risk."""
