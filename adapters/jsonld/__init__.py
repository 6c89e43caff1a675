"""Permit as JSON-LD, with the names of IATA ONE Record where it has some."""
