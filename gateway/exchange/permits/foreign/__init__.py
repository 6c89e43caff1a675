"""Permits of other countries, as their authorities answer for them."""
