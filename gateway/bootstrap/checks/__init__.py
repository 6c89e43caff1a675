"""Checks of a working directory: what its configuration names, and who may read it."""
