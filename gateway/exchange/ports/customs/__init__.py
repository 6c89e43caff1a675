"""Ports of the customs desk."""
