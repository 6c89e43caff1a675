"""Ports of customs declarations."""
