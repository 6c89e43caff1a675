"""Database access: engines, prepared statements, timeouts, locks, errors and migrations."""
