"""JSON API for systems of customs, Single Window and risk analysis: the only home of FastAPI."""
