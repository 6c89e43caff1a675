"""Permit tables: published permits, documents, ledger lines and look-ups."""
