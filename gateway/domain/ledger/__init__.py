"""Quantity ledger: confirmations of box 14 as events, and the amounts they add up to."""
