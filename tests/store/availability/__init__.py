"""Availability data on both databases."""
