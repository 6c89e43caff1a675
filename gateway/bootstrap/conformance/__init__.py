"""Conformance kit, put together of the rooms."""
