"""Permit codes: issued for printed permits, verified, and the key lists that both need."""
