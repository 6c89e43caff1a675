"""Desk of an authority: search, trail, notices, findings and mismatches of its permits."""
