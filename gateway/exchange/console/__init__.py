"""Operator console: use cases of the people who run a gateway."""
