"""Trade under quotas in the database."""
