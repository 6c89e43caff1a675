"""Quota account: what our permits of a year take of each published export quota."""
