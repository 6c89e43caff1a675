"""Journal tables: append-only records, Merkle heads, retention and legal holds."""
