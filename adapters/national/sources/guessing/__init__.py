"""Proposals of descriptions from the columns and values of a file."""
