"""Integrity tables: rows of permits as recorded, their records, and suspensions."""
