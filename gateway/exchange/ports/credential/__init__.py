"""Ports of verifiable credentials."""
