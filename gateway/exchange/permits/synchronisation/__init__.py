"""Synchronisation of published permits with the database of a national system."""
