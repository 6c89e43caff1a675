"""Desk of the Management Authority: its permits, their ledgers, findings and mismatches."""
