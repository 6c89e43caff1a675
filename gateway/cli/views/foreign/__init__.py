"""Permits of other countries: summary, verdict on the seal, marks of unreadable boxes."""
