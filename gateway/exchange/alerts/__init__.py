"""Alerts: conditions that a person has to know of, and the watch that finds them."""
