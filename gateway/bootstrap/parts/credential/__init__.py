"""Credential part of a gateway."""
