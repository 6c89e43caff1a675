"""Ports of traceability."""
