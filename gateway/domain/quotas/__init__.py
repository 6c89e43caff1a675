"""Quota account: quantities that our permits of a year take of each published export quota."""
