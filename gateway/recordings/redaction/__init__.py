"""Redaction: secrets become pseudonyms, seals are made anew, and the result is searched."""
