"""Outbox: confirmations of our customs, delivered at least once and counted exactly once.

A confirmation is first stored in the outbox (book.py), then sent until the partner has it, has
refused it, or a person decides (deliver.py, decide.py). ConfirmQuantities is idempotent at the
partner, so sending a confirmation again never counts it twice (wire contract, section 3.2).
"""
