"""Ports of printed permits."""
