"""Inspection list as a file."""
