"""Declarations part of a gateway."""
