"""Commands of traceability and risk."""
