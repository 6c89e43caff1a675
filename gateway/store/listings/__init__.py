"""Reference data in the database: imports, and look-ups by indexed keys."""
