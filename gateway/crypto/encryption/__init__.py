"""Encryption at rest: backups in the format of age, and tokens that wait in the outbox."""
