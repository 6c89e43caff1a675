"""Ports of risk."""
