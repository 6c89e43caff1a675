"""Traceability part of a gateway."""
