"""Availability of partners: the use cases, on a real database."""
