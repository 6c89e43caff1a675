"""Ports of the quota account."""
