"""Ports of reference data: files that are imported, and the store that holds them."""
