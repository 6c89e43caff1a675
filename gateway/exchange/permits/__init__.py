"""Permit use cases: publish, answer, confirm, ask a partner, and the quantity ledger."""
