"""Operator console: pages for the people who run a gateway, and for auditors."""
