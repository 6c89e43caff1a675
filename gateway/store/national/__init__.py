"""National databases: rows that a described source queries, read only."""
