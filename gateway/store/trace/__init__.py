"""Re-exports in the database, by the document that their goods came with."""
